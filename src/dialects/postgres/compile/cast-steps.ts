import { stringLiteral } from '../literal.js';
import { type ColumnType, typeName } from '../types.js';

/** What a value becomes first on its way to another type: something that both know in the same words, mostly its text. */
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
  // Elements of fixed length have their blanks in the text of the array.
  return `${value}${old === 'character' && from.isArray ? '::text[]' : ''}::text`;
}

/** Types whose arrays have no comma between their elements: the text of such an array is none of another type. */
const DELIMITED = new Set(['box', 'geometry', 'geography']);

type Step = (value: string, many: string) => string;

const asInteger: Step = (value, many) => `${value}::integer${many}`;
const asNumeric: Step = (value, many) => `${value}::numeric${many}`;
/** All digits of a floating-point number, which it may print with an exponent. */
const asDecimal: Step = (value, many) => `${value}::text::numeric${many}`;
/** A number that is whole without zeros after a point; any other is none of the words of a whole number, and fails. */
const asWhole: Step = (value, many) => `regexp_replace(${value}::numeric${many}::text, '[.]0+(?=[,}]|$)', '', 'g')`;

/** Pairs whose texts are not alike. */
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

/** How numbers of each type are put into words that a bigint takes; one that is not whole has none, and fails. */
const WHOLE: Readonly<Record<string, Step>> = {
  smallint: (value) => value,
  integer: (value) => value,
  bigint: (value) => value,
  numeric: asWhole,
  money: asWhole,
  real: (value, many) => asWhole(`${value}::text`, many),
  'double precision': (value, many) => asWhole(`${value}::text`, many),
};

/** Whole numbers with a bit for their sign, where there are as many bits as they have. */
const BITS: Readonly<Record<string, number>> = { integer: 32, bigint: 64 };

function isSigned(number: string, { length = '1' }: ColumnType): boolean {
  return BITS[number] === Number(length);
}

/** The bits of a number. One that needs more, or has a sign that finds no bit, becomes as many as the column refuses. */
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

/** The number that bits stand for, however many; the text of more than there are in any number is none, and fails. */
function numberOf(bits: string): string {
  const padded = `(repeat('0', 64 - length(${bits})) || ${bits}::text)::bit(64)::bigint`;
  return `(CASE WHEN length(${bits}) > 64 THEN ${bits}::text::bigint ELSE ${padded} END)`;
}

/** The bits of a number, as few as it takes. */
function digitsOf(number: string): string {
  return `regexp_replace(${number}::bigint::bit(64)::text, '^0+(?=.)', '')`;
}

/** The bytes of a text; as PostgreSQL prints them, when it begins like that. */
function bytesOf(value: string): string {
  const [text, prefix] = [`${value}::text`, stringLiteral(String.raw`\x`)];
  return `CASE WHEN left(${text}, 2) = ${prefix} THEN ${text}::bytea ELSE convert_to(${text}, 'UTF8') END`;
}

const JSONS = new Set(['json', 'jsonb']);

/**
 * The pairs of an object whose values are texts or null. For any other there are more keys than such values, and it fails.
 *
 * Nothing turns an array of JSON into one of texts without a subselect, which USING may not have, but reading it into a
 * column of that type: one of the catalog.
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

/** The text of the only range of a multirange. Of several, it is no range, and fails; none is the empty range. */
function rangeOf(value: string, from: ColumnType, range: string): string {
  if (from.isArray) return `replace(replace(replace(${value}::text, '"{}"', 'empty'), '"{', '"'), '}"', '"')`;
  const one = `range_merge(${value})`;
  return `(CASE WHEN multirange(${one}) = ${value} THEN ${one} ELSE ${value}::text::${range} END)::text`;
}
