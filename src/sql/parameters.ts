import { ScriptParameterError } from '../errors/script.errors.js';
import { edited, instead } from './edit.js';
import type { SqlRules } from './rules.js';
import { codeTokens } from './scanner.js';

/**
 * The SQL with the values of its parameters in place of `$1`, `$2` where it has those, else of `?` and `?1`.
 *
 * @throws ScriptParameterError when a parameter has no value
 */
export function inlineParameters(
  sql: string,
  parameters: readonly unknown[],
  literal: (value: unknown) => string,
  rules: SqlRules,
): string {
  if (parameters.length === 0) return sql;
  const tokens = codeTokens(sql, rules).filter(({ kind }) => kind === 'parameter');
  const numbered = tokens.filter(({ text }) => /^\$\d/.test(text));
  const placeholders = numbered.length > 0 ? numbered : tokens.filter(({ text }) => text.startsWith('?'));
  let next = 0;
  const valueOf = (found: string): string => {
    const index = found.length === 1 ? next : Number(found.slice(1)) - 1;
    next = index + 1;
    if (index < 0 || index >= parameters.length) throw new ScriptParameterError(sql, found, parameters.length);
    const text = literal(parameters[index]);
    // `1 -$1` must not become a comment, nor `$1::smallint` a minus before a number that is too large.
    return text.startsWith('-') ? `(${text})` : text;
  };
  return edited(
    sql,
    placeholders.map((token) => instead(token, valueOf(token.text))),
  );
}
