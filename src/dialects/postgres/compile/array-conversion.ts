import { stringLiteral } from '../literal.js';
import { castTypeText, type ColumnType } from '../types.js';
import { elementOf, isText } from './casts.js';

const QUOTED = String.raw`([^"\\]|\\.)*"`;
const ELEMENT = String.raw`("${QUOTED}|[^"\\{}, \t\n\v\f\r]+)`;
/** The text of an array that would be no array without its braces: of one element there is nothing but the element. */
const ARRAY_TEXT = stringLiteral(String.raw`^\{(NULL|"\{${QUOTED}|${ELEMENT}(,${ELEMENT})+)?\}$`);

/**
 * A value as the only element of an array; no value stays no value.
 *
 * A text that PostgreSQL prints for an array becomes that array, for so `unwrapped` writes it.
 */
export function wrapped(column: string, from: ColumnType, to: ColumnType): string {
  const only = `ARRAY[${elementOf(column, from, { ...to, isArray: false })}]`;
  const whole = isText(from) ? `WHEN ${isArrayText(column)} THEN ${column}::text::${castTypeText(to)} ` : '';
  return `CASE ${whole}WHEN ${column} IS NOT NULL THEN ${only} END`;
}

/**
 * The only element of an array. Any other array is kept as its text, and fails where a text is not wanted: by way of an
 * integer, which it never is, while other types may take `{}` for a value of theirs.
 */
export function unwrapped(column: string, from: ColumnType, to: ColumnType): string {
  const first = `(${column})[1]`;
  const only = elementOf(first, { ...from, isArray: false }, to);
  const isOnly = `cardinality(${column}) = 1 AND ${first} IS NOT NULL`;
  const target = castTypeText(to);
  return isText(to)
    ? `CASE WHEN ${isOnly} AND ${isArrayText(first)} IS NOT TRUE THEN ${only} ELSE ${column}::text::${target} END`
    : `CASE WHEN ${isOnly} THEN ${only} ELSE ${column}::text::integer::text::${target} END`;
}

/** Whether a text is one, to the letter; never true of NULL. */
function isArrayText(value: string): string {
  return `CASE WHEN ${value}::text ~ ${ARRAY_TEXT} THEN ${value}::text::text[]::text = ${value}::text END`;
}
