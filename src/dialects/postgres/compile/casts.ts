import { castTypeText, type ColumnType, typeName } from '../types.js';
import { firstStep } from './cast-steps.js';

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
  'integer>money',
  'bigint>money',
  'numeric>money',
  'money>numeric',
  'cidr>inet',
  'geometry>geography',
]);

/** Pairs with a cast of their own that must be written out, because the text form of one is no text form of the other. */
const EXPLICIT_PAIRS = new Set(['hstore>json', 'hstore>jsonb', 'geography>geometry']);

/**
 * Pairs whose assignment changes values without a word: of a floating-point number it takes the first digits alone, and of
 * an address the network. Their text has all, or is refused.
 */
const BY_TEXT = new Set(['real>numeric', 'double precision>numeric', 'inet>cidr']);

/** A value where nothing is assigned, so that each cast must be written. */
export function elementOf(value: string, from: ColumnType, to: ColumnType): string {
  if (baseOf(from) === baseOf(to)) return value;
  return castOf(value, from, to) ?? `${value}::${castTypeText(to)}`;
}

/** The expression that casts a value; undefined where assigning it does. */
export function castOf(column: string, from: ColumnType, to: ColumnType): string | undefined {
  const [old, wanted] = [baseOf(from), baseOf(to)];
  const pair = `${old}>${wanted}`;
  if (old === 'inet' && isText(to)) return addressOf(column, from, to);
  if (isText(to) || ASSIGNABLE_PAIRS.has(pair)) return undefined;
  const isAssignable = ASSIGNABLE.some((group) => group.has(old) && group.has(wanted));
  if (isAssignable && !BY_TEXT.has(pair)) return undefined;
  const target = castTypeText(to);
  if (EXPLICIT_PAIRS.has(pair) || wanted === old.replace(/range$/, 'multirange')) return `${column}::${target}`;
  return `${firstStep(column, from, to)}::${target}`;
}

/** An address as it is printed: assigned to a text, one of a single host would get a mask (`/32`). */
function addressOf(column: string, from: ColumnType, to: ColumnType): string {
  return from.isArray ? `${column}::text::${castTypeText(to)}` : `abbrev(${column})`;
}

/** What PostgreSQL turns any value into by assignment. */
export function isText(type: ColumnType): boolean {
  return TEXTS.has(typeName(type.type));
}

/** The type without length, precision and array brackets. */
export function baseOf(type: ColumnType): string {
  const { enumName, enumSchema } = type;
  return enumName === undefined ? typeName(type.type) : `enum ${enumSchema ?? ''}.${enumName}`;
}
