import { quote } from '../names.js';
import { castTypeText, type ColumnType, typeName } from '../types.js';

/** How the values of a column become values of another type. */
export interface Conversion {
  /** The expression of USING; absent where PostgreSQL converts by itself. */
  readonly using?: string;
  /** Only length or precision changes: a default stays as it is. */
  readonly sameBase: boolean;
}

const TEXTS = new Set(['character varying', 'character', 'text', 'citext', 'name']);
const INTEGERS = new Set(['smallint', 'integer', 'bigint']);
const NUMBERS = new Set([...INTEGERS, 'numeric', 'real', 'double precision']);

/** Groups of types whose members become each other by assignment. */
const ASSIGNABLE: readonly ReadonlySet<string>[] = [
  NUMBERS,
  new Set(['date', 'timestamp without time zone', 'timestamp with time zone']),
  new Set(['time without time zone', 'time with time zone']),
  new Set(['json', 'jsonb']),
  new Set(['bit', 'bit varying']),
  new Set(['macaddr', 'macaddr8']),
];

/** Pairs that are assignable in this direction only. */
const ASSIGNABLE_PAIRS = new Set([
  'timestamp without time zone>time without time zone',
  'timestamp with time zone>time without time zone',
  'timestamp with time zone>time with time zone',
  'time without time zone>interval',
  'interval>time without time zone',
  'smallint>money',
  'integer>money',
  'bigint>money',
  'numeric>money',
  'money>numeric',
  'cidr>inet',
  'geometry>geography',
]);

/** Pairs with a cast of their own that must be written out, because the text form of one is no text form of the other. */
const EXPLICIT_PAIRS = new Set([
  'boolean>integer',
  'hstore>json',
  'hstore>jsonb',
  'bit>integer',
  'bit>bigint',
  'geography>geometry',
]);

/** Whole numbers as all of their bits; a column of fewer refuses them. */
const BITS: Readonly<Record<string, string>> = { 'integer>bit': 'bit(32)', 'bigint>bit': 'bit(64)' };

/**
 * Pairs whose assignment changes values without a word: of a floating-point number it takes the first digits alone, and of
 * an address the network. Their text has all, or is refused.
 */
const BY_TEXT = new Set(['real>numeric', 'double precision>numeric', 'inet>cidr']);

/**
 * How a column of the old type is turned into the new one without losing its values.
 *
 * Where a value does not fit, the statement fails; nothing is cut off silently: the cast leaves out length and
 * precision, so that they apply by assignment, which checks them.
 *
 * @param from undefined when it is not known.
 */
export function conversion(name: string, from: ColumnType | undefined, to: ColumnType): Conversion {
  const column = quote(name);
  const target = castTypeText(to);
  if (from === undefined) {
    return { sameBase: false, ...(isText(to) ? {} : { using: `${column}::text::${target}` }) };
  }
  if (Boolean(from.isArray) !== Boolean(to.isArray)) {
    return { sameBase: false, using: to.isArray ? wrapped(column, from, to) : unwrapped(column, from, to) };
  }
  const sameBase = baseOf(from) === baseOf(to);
  const using = sameBase ? undefined : castOf(column, from, to);
  return { sameBase, ...(using === undefined ? {} : { using }) };
}

/** A value as the only element of an array; no value stays no value. */
function wrapped(column: string, from: ColumnType, to: ColumnType): string {
  return `CASE WHEN ${column} IS NOT NULL THEN ARRAY[${elementOf(column, from, { ...to, isArray: false })}] END`;
}

/**
 * The only element of an array. Any other array is kept as its text, and fails where a text is not wanted: by way of an
 * integer, which it never is, while other types may take `{}` for a value of theirs.
 */
function unwrapped(column: string, from: ColumnType, to: ColumnType): string {
  const first = `(${column})[1]`;
  const only = elementOf(first, { ...from, isArray: false }, to);
  const whole = `${column}::text${isText(to) ? '' : '::integer::text'}::${castTypeText(to)}`;
  return `CASE WHEN cardinality(${column}) = 1 AND ${first} IS NOT NULL THEN ${only} ELSE ${whole} END`;
}

/** A value where nothing is assigned, so that each cast must be written. */
function elementOf(value: string, from: ColumnType, to: ColumnType): string {
  if (baseOf(from) === baseOf(to)) return value;
  return castOf(value, from, to) ?? `${value}::${castTypeText(to)}`;
}

function castOf(column: string, from: ColumnType, to: ColumnType): string | undefined {
  const [old, wanted] = [baseOf(from), baseOf(to)];
  const pair = `${old}>${wanted}`;
  if (isText(to) || ASSIGNABLE_PAIRS.has(pair)) return undefined;
  const isAssignable = ASSIGNABLE.some((group) => group.has(old) && group.has(wanted));
  if (isAssignable && !BY_TEXT.has(pair)) return undefined;
  const target = castTypeText(to);
  const bits = BITS[pair];
  if (bits !== undefined) return `${column}::${bits}${from.isArray ? '[]' : ''}::${target}`;
  if (EXPLICIT_PAIRS.has(pair) || wanted === old.replace(/range$/, 'multirange')) return `${column}::${target}`;
  if (old === 'boolean' && NUMBERS.has(wanted)) return `${column}::integer${from.isArray ? '[]' : ''}::${target}`;
  return `${column}::text::${target}`;
}

/** What PostgreSQL turns any value into by assignment. */
function isText(type: ColumnType): boolean {
  return TEXTS.has(typeName(type.type));
}

/** The type without length, precision and array brackets. */
function baseOf(type: ColumnType): string {
  const { enumName, enumSchema } = type;
  return enumName === undefined ? typeName(type.type) : `enum ${enumSchema ?? ''}.${enumName}`;
}
