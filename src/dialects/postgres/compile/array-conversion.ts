import { stringLiteral } from '../literal.js';
import { castTypeText, type ColumnType } from '../types.js';
import { elementOf, isText } from './casts.js';

const QUOTED = String.raw`([^"\\]|\\.)*"`;
const ELEMENT = String.raw`("${QUOTED}|[^"\\{}, \t\n\v\f\r]+)`;
/**
 * A pattern of the texts that `wrapped` reads as a whole array. Of arrays with one element, only `{NULL}` and an element
 * that looks like an array itself match: for others `unwrapped` writes the element without braces.
 */
const ARRAY_TEXT = stringLiteral(String.raw`^\{(NULL|"\{${QUOTED}|${ELEMENT}(,${ELEMENT})+)?\}$`);

/**
 * A SQL expression: a value as the only element of an array, NULL as NULL.
 *
 * The text of an array, `{1,2}`, becomes that array, so that this is the inverse of `unwrapped`.
 */
export function wrapped(column: string, from: ColumnType, to: ColumnType): string {
  const only = `ARRAY[${elementOf(column, from, { ...to, isArray: false })}]`;
  const whole = isText(from) ? `WHEN ${isArrayText(column)} THEN ${column}::text::${castTypeText(to)} ` : '';
  return `CASE ${whole}WHEN ${column} IS NOT NULL THEN ${only} END`;
}

/**
 * A SQL expression: the only element of an array. An array of none or several becomes its text, `{1,2}`, when the new type
 * is a text, else the statement fails: the text is cast to an integer first, since other types may parse `{}`.
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

/** A SQL expression: true only when a value is exactly the text that PostgreSQL prints for an array, else false or NULL. */
function isArrayText(value: string): string {
  return `CASE WHEN ${value}::text ~ ${ARRAY_TEXT} THEN ${value}::text::text[]::text = ${value}::text END`;
}
