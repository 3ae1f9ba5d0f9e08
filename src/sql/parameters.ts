import { ScriptParameterError } from '../errors/script.errors.js';
import { segmentsOf } from './segments.js';

/** The text with its parameters written in: `$1`, `$2` where the text numbers them, else `?` and `?1` in order. */
export function inlineParameters(
  sql: string,
  parameters: readonly unknown[],
  literal: (value: unknown) => string,
): string {
  if (parameters.length === 0) return sql;
  const segments = segmentsOf(sql);
  // A dollar sign may be a part of a name: `tab$1`.
  const numbered = /(?<![\w$])\$(\d+)/g;
  const isNumbered = segments.some(({ kind, text }) => kind === 'code' && text.search(numbered) >= 0);
  const placeholder = isNumbered ? numbered : /\?(\d*)/g;
  let next = 0;
  const valueOf = (found: string, number: string): string => {
    const index = number === '' ? next : Number(number) - 1;
    next = index + 1;
    if (index < 0 || index >= parameters.length) throw new ScriptParameterError(sql, found, parameters.length);
    const text = literal(parameters[index]);
    // `1 -$1` must not become a comment, nor `$1::smallint` a minus before a number that is too large.
    return text.startsWith('-') ? `(${text})` : text;
  };
  return segments.map(({ kind, text }) => (kind === 'code' ? text.replaceAll(placeholder, valueOf) : text)).join('');
}
