import { castTypeText, type ColumnType, typeName } from '../types.js';
import { firstStep } from './cast-steps.js';

const TEXTS = new Set(['character varying', 'character', 'text', 'citext', 'name']);
const INTEGERS = new Set(['smallint', 'integer', 'bigint']);
const NUMBERS = new Set([...INTEGERS, 'numeric', 'real', 'double precision']);

/** Groups of types that have assignment casts to each other. */
const ASSIGNABLE: readonly ReadonlySet<string>[] = [
  NUMBERS,
  new Set(['date', 'timestamp without time zone', 'timestamp with time zone']),
  new Set(['time without time zone', 'time with time zone']),
  new Set(['json', 'jsonb']),
  new Set(['bit', 'bit varying']),
  new Set(['macaddr', 'macaddr8']),
];

/** Pairs (`old>new`) with an assignment cast in this direction only. */
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

/** Pairs with an explicit cast, which is needed because the new type cannot parse the text of the old one. */
const EXPLICIT_PAIRS = new Set(['hstore>json', 'hstore>jsonb', 'geography>geometry']);

/**
 * Pairs whose assignment cast silently changes values: it rounds a floating-point number, and reduces an address to its
 * network. A cast by way of text keeps the value, or fails.
 */
const BY_TEXT = new Set(['real>numeric', 'double precision>numeric', 'inet>cidr']);

/** A value as an element of an array, where no assignment cast applies and every cast must be explicit. */
export function elementOf(value: string, from: ColumnType, to: ColumnType): string {
  if (baseOf(from) === baseOf(to)) return value;
  return castOf(value, from, to) ?? `${value}::${castTypeText(to)}`;
}

/** The expression that casts a value; undefined where the assignment cast is enough. */
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

/** An address as PostgreSQL prints it: the assignment cast to text adds a mask (`/32`) to that of a single host. */
function addressOf(column: string, from: ColumnType, to: ColumnType): string {
  return from.isArray ? `${column}::text::${castTypeText(to)}` : `abbrev(${column})`;
}

/** Whether it is a text type: every other type has an assignment cast to these. */
export function isText(type: ColumnType): boolean {
  return TEXTS.has(typeName(type.type));
}

/** The name of the type without length, precision and array brackets; that of an enum with its schema. */
export function baseOf(type: ColumnType): string {
  const { enumName, enumSchema } = type;
  return enumName === undefined ? typeName(type.type) : `enum ${enumSchema ?? ''}.${enumName}`;
}
