import { identifierText } from './identifiers.js';
import { withoutOuterParentheses } from './paths.js';
import type { SqlRules } from './rules.js';
import { codeTokens } from './scanner.js';

/**
 * A key that is equal for two spellings of one expression: without white space, comments, unneeded quotes around names and the
 * outer parentheses, which databases add or remove.
 *
 * @example expressionKey('(("age" > 0))', rules) === expressionKey('age>0', rules) // true
 */
export function expressionKey(sql: string, rules: SqlRules): string {
  return withoutOuterParentheses(codeTokens(sql, rules))
    .map(({ kind, text, value }) => (kind === 'quoted' ? identifierText(value) : text))
    .join(' ');
}

/** The expression without its outer parentheses: `((price > 0))` as `price > 0`. */
export function withoutParentheses(sql: string, rules: SqlRules): string {
  if (!sql.startsWith('(')) return sql;
  const code = codeTokens(sql, rules);
  const inner = withoutOuterParentheses(code);
  return inner === code ? sql : sql.slice(inner[0]?.start, inner.at(-1)?.end);
}
