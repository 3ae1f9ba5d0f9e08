import { stringLiteral } from '../literal.js';
import { type ColumnType, typeName } from '../types.js';

/**
 * A SQL expression: the intermediate value that is cast to the new type, of a type that both can be cast to and from.
 * Mostly it is the text of the value; `boolean` becomes `numeric` by way of an integer, since `true` is no number.
 */
export function firstStep(value: string, from: ColumnType, to: ColumnType): string {
  const [old, wanted] = [typeName(from.type), typeName(to.type)];
  const many = from.isArray ? '[]' : '';
  const own = STEPS[`${old}>${wanted}`];
  if (own !== undefined) return own(value, many);
  if (wanted === 'bytea' && !from.isArray) return bytesOf(value);
  if (old === 'bytea' && !from.isArray) return `convert_from(${value}, 'UTF8')`;
  if (wanted === 'hstore' && JSONS.has(old) && !from.isArray) return hstoreOf(value);
  if (wanted === 'bit' && (old in WHOLE || old === 'boolean')) return bitsOf(value, from, to);
  if (old === 'bit varying' && wanted in WHOLE && !from.isArray) return numberOf(value);
  if (wanted === 'bit varying' && old in WHOLE && !from.isArray) return digitsOf(WHOLE[old]?.(value, '') ?? value);
  if (old === 'bit' && wanted in WHOLE) return `${value}::${isSigned(wanted, from) ? wanted : 'bigint'}${many}`;
  if (isRange(old) && isMultirange(wanted)) return `${value}::text::${wanted.replace('multi', '')}${many}`;
  if (isMultirange(old) && isRange(wanted)) return rangeOf(value, from, old.replace('multi', ''));
  if (from.isArray && (DELIMITED.has(old) || DELIMITED.has(wanted))) return `${value}::text[]`;
  // The text of an array keeps the padding of `character` elements, which a cast to text[] removes.
  return `${value}${old === 'character' && from.isArray ? '::text[]' : ''}::text`;
}

/**
 * Types whose arrays separate their elements by another sign than a comma, so that no other array type can parse their
 * text.
 */
const DELIMITED = new Set(['box', 'geometry', 'geography']);

type Step = (value: string, many: string) => string;

const asInteger: Step = (value, many) => `${value}::integer${many}`;
const asNumeric: Step = (value, many) => `${value}::numeric${many}`;
/** By text, since the assignment of a floating-point number rounds; by numeric, since the text may have an exponent. */
const asDecimal: Step = (value, many) => `${value}::text::numeric${many}`;
/** The text of a number without a fraction of zeros: `2.00` becomes `2`. `2.50` stays, and fails as an integer. */
const asWhole: Step = (value, many) => `regexp_replace(${value}::numeric${many}::text, '[.]0+(?=[,}]|$)', '', 'g')`;

/** Pairs of types (`old>new`) where the new type cannot parse the text of the old one. */
const STEPS: Readonly<Record<string, Step>> = {
  'boolean>smallint': asInteger,
  'boolean>integer': asInteger,
  'boolean>bigint': asInteger,
  'boolean>numeric': asInteger,
  'boolean>real': asInteger,
  'boolean>double precision': asInteger,
  'boolean>money': asInteger,
  'smallint>money': asInteger,
  'money>smallint': asWhole,
  'money>integer': asWhole,
  'money>bigint': asWhole,
  'money>boolean': asWhole,
  'numeric>boolean': asWhole,
  'real>money': asDecimal,
  'double precision>money': asDecimal,
  'money>real': asNumeric,
  'money>double precision': asNumeric,
};

/** Numeric types, with the expression that a bigint can be made of; a number with a fraction fails. */
const WHOLE: Readonly<Record<string, Step>> = {
  smallint: (value) => value,
  integer: (value) => value,
  bigint: (value) => value,
  numeric: asWhole,
  money: asWhole,
  real: (value, many) => asWhole(`${value}::text`, many),
  'double precision': (value, many) => asWhole(`${value}::text`, many),
};

/** Integer types by their number of bits: a bit string of that length includes the sign. */
const BITS: Readonly<Record<string, number>> = { integer: 32, bigint: 64 };

function isSigned(number: string, { length = '1' }: ColumnType): boolean {
  return BITS[number] === Number(length);
}

/**
 * The bits of a number. A number that needs more of them, or is negative where no bit is left for the sign, becomes 64
 * bits, which the column refuses.
 */
function bitsOf(value: string, from: ColumnType, to: ColumnType): string {
  const old = typeName(from.type);
  const many = from.isArray ? '[]' : '';
  const length = to.length ?? '1';
  if (old === 'boolean') return `${value}::integer${many}::bit(1)${many}`;
  if (isSigned(old, to)) return `${value}::bit(${length})${many}`;
  const number = `${WHOLE[old]?.(value, many) ?? value}::bigint${many}`;
  const bits = `${number}::bit(${length})${many}`;
  return `CASE WHEN ${bits}::bigint${many} = ${number} THEN ${bits} ELSE ${number}::bit(64)${many} END`;
}

/** The number of a bit string of any length; more than 64 bits are cast by their text, which fails. */
function numberOf(bits: string): string {
  const padded = `(repeat('0', 64 - length(${bits})) || ${bits}::text)::bit(64)::bigint`;
  return `(CASE WHEN length(${bits}) > 64 THEN ${bits}::text::bigint ELSE ${padded} END)`;
}

/** The text of the bits of a number, without leading zeros. */
function digitsOf(number: string): string {
  return `regexp_replace(${number}::bigint::bit(64)::text, '^0+(?=.)', '')`;
}

/** The bytes of a text in UTF-8, or those that it spells when it begins with `\x`, as PostgreSQL prints bytes. */
function bytesOf(value: string): string {
  const [text, prefix] = [`${value}::text`, stringLiteral(String.raw`\x`)];
  return `CASE WHEN left(${text}, 2) = ${prefix} THEN ${text}::bytea ELSE convert_to(${text}, 'UTF8') END`;
}

const JSONS = new Set(['json', 'jsonb']);

/**
 * The hstore of a JSON object whose values are strings or null. For other values the lists of keys and values differ in
 * length, and the statement fails.
 *
 * USING may contain no subselect, and without one only `jsonb_populate_record` turns a JSON array into `text[]`: it reads
 * the array into a column of that type, for which `pg_class.reloptions` serves.
 */
function hstoreOf(value: string): string {
  const texts = (path: string) =>
    `(jsonb_populate_record(NULL::pg_catalog.pg_class, jsonb_build_object('reloptions', ` +
    `jsonb_path_query_array(${value}::jsonb, 'strict $.keyvalue().${path}')))).reloptions`;
  return `hstore(${texts('key')}, ${texts('value ? (@.type() == "string" || @.type() == "null")')})`;
}

function isMultirange(type: string): boolean {
  return type.endsWith('multirange');
}

function isRange(type: string): boolean {
  return type.endsWith('range') && !isMultirange(type);
}

/** The text of the only range of a multirange; of an empty one `empty`. With several ranges the statement fails. */
function rangeOf(value: string, from: ColumnType, range: string): string {
  if (from.isArray) return `replace(replace(replace(${value}::text, '"{}"', 'empty'), '"{', '"'), '}"', '"')`;
  const one = `range_merge(${value})`;
  return `(CASE WHEN multirange(${one}) = ${value} THEN ${one} ELSE ${value}::text::${range} END)::text`;
}
