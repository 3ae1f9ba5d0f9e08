import type { ColumnChange } from '../../operations/operation.js';
import { isListConversion, isTextKind } from './compile/list-conversion.js';
import { type ColumnType, shortName, typeName, typeText } from './types.js';

const TEXTS = new Set(['character varying', 'character', 'text', 'citext']);
const JSONS = new Set(['json', 'jsonb']);
const TIMES = /^(?:timestamp|time|interval)\b/;
/** The length of the longest text of a value, by type. */
const TEXT_LENGTH: Readonly<Record<string, number>> = { smallint: 6, integer: 11, bigint: 20, boolean: 5, uuid: 36 };
/** Digits of types that are not numbers. */
const LIKE_NUMBERS: Readonly<Record<string, Digits>> = {
  boolean: { whole: 1, fraction: 0 },
  money: { whole: 17, fraction: 2 },
};
/** The largest number of digits of integer types. */
const DIGITS: Readonly<Record<string, number>> = { smallint: 5, integer: 10, bigint: 19 };
/** Digits that a floating-point number always keeps. */
const EXACT_DIGITS: Readonly<Record<string, number>> = { real: 6, 'double precision': 15 };
/** The precision of times when none is specified. */
const FULL_TIME_PRECISION = 6;

const NO_ZEROS = 'leading zeros are dropped';
const ROUNDED = 'values are rounded';
const DOES_NOT_FIT = 'this fails where a value does not fit';
const BY_SESSION = "values are read in the session's TimeZone";

/** Pairs (`old>new`) where the new type holds every value of the old one exactly. */
const SAFE = new Set([
  'date>timestamp without time zone',
  'jsonb>json',
  'cidr>inet',
  'time without time zone>interval',
  'int4range>int8range',
  'int4range>numrange',
  'int8range>numrange',
  'daterange>tsrange',
  'hstore>json',
  'hstore>jsonb',
]);

const NO_FRACTIONS = 'numbers between the whole ones are dropped, and this fails where a bound is not whole';

/** Pairs that change every value, or some, without an error. */
const CHANGING: Readonly<Record<string, string>> = {
  'timestamp without time zone>date': 'the time of day is dropped',
  'timestamp with time zone>date': 'the time of day is dropped',
  'timestamp without time zone>time without time zone': 'the date is dropped',
  'timestamp with time zone>time without time zone': 'the date is dropped',
  'timestamp without time zone>time with time zone': 'the date is dropped',
  'timestamp with time zone>time with time zone': 'the date is dropped',
  'time with time zone>time without time zone': 'the time zone is dropped',
  'time without time zone>time with time zone': BY_SESSION,
  'date>timestamp with time zone': BY_SESSION,
  'timestamp without time zone>timestamp with time zone': BY_SESSION,
  'timestamp with time zone>timestamp without time zone': BY_SESSION,
  'tsrange>daterange': 'the time of day is dropped',
  'tstzrange>daterange': 'the time of day is dropped',
  'numrange>int4range': NO_FRACTIONS,
  'numrange>int8range': NO_FRACTIONS,
  'daterange>tstzrange': BY_SESSION,
  'tsrange>tstzrange': BY_SESSION,
  'tstzrange>tsrange': BY_SESSION,
  'json>jsonb': 'of keys that are there twice the last is kept',
  'real>money': ROUNDED,
  'double precision>money': ROUNDED,
};

/**
 * Describes what may happen to the values of a column whose type changes, as the end of a sentence that begins with its
 * name; undefined when nothing can. Values are converted by assignment: a value that does not fit fails, but numbers and
 * times are rounded.
 */
export function conversionRisk(from: ColumnChange, to: ColumnChange): string | undefined {
  if (from.type === undefined || to.type === undefined) return undefined;
  const previous: ColumnType = { ...from, type: typeName(from.type) };
  const wanted: ColumnType = { ...to, type: typeName(to.type) };
  const risk = isListConversion({ ...from, type: from.type }, { ...to, type: to.type })
    ? listRisk(wanted, { from: from.type, to: to.type })
    : joined(riskOf(previous, wanted), isTextKind(from.type) ? undefined : commasRisk(previous, wanted));
  return risk && `changes from ${asWritten(previous, from.type)} to ${asWritten(wanted, to.type)}: ${risk}`;
}

function shortText(column: ColumnType): string {
  return typeText({ ...column, type: shortName(column.type) });
}

function asWritten(column: ColumnType, written: string): string {
  return isTextKind(written) ? written : shortText(column);
}

/** The risk of a plain text column in which the application keeps lists, which only `existing` can declare. */
function commasRisk(from: ColumnType, to: ColumnType): string | undefined {
  if (from.type !== 'text' || from.isArray) return undefined;
  if (to.isArray) return "a text with commas becomes one element; existing: { type: 'simple-array' } splits it";
  return JSONS.has(to.type) ? "a simple-array becomes a list only with existing: { type: 'simple-array' }" : undefined;
}

/** The risk of a change between an array, JSON, `simple-array` and `simple-json`. */
function listRisk(to: ColumnType, written: { readonly from: string; readonly to: string }): string | undefined {
  if (written.to === 'simple-array') return 'this fails where an element has a comma, is NULL or is a list';
  if (!to.isArray) return undefined;
  const isText = written.from === 'simple-array';
  const element = JSONS.has(to.type)
    ? undefined
    : riskOf({ type: isText ? 'text' : 'jsonb' }, { ...to, isArray: false });
  return joined(
    isText ? undefined : 'a value that is no list becomes the only element',
    element?.replace('where a value', 'where an element'),
  );
}

function riskOf(from: ColumnType, to: ColumnType): string | undefined {
  if (to.enumName !== undefined) {
    return from.enumName === to.enumName && from.enumSchema === to.enumSchema
      ? elementRisk(from, to)
      : 'this fails where a value is none of its labels';
  }
  if (TEXTS.has(to.type)) return joined(lengthRisk(from, to), blanksRisk(from, to), textOfArrayRisk(from, to));
  const several = elementRisk(from, to);
  if (several !== undefined) {
    const one = riskOf({ ...from, isArray: false }, to);
    return one?.startsWith('this fails') ? several : joined(one, several);
  }
  if (areNumbers(from, to)) return numberRisk(from, to);
  if (from.type.startsWith('bit') && to.type.startsWith('bit')) return lengthRisk(from, to);
  if (from.type === to.type) return precisionRisk(from, to);
  return joined(pairRisk(from, to), TIMES.test(from.type) && TIMES.test(to.type) ? precisionRisk(from, to) : undefined);
}

function pairRisk(from: ColumnType, to: ColumnType): string | undefined {
  const pair = `${from.type}>${to.type}`.replace(/(?:multi)?range>(\w+)multirange$/, 'range>$1range');
  if (SAFE.has(pair) || to.type === from.type.replace(/range$/, 'multirange')) return undefined;
  return CHANGING[pair] ?? joined(lossOfText(from, to), `this fails where a value is no ${shortText(to)}`);
}

function joined(...risks: readonly (string | undefined)[]): string | undefined {
  return risks.filter((risk) => risk !== undefined).join(', and ') || undefined;
}

/** By type, what PostgreSQL ignores or changes when it parses a text as a value of it. */
const IGNORED_PARTS: Readonly<Record<string, string>> = {
  date: 'a time of day is dropped',
  'time without time zone': 'a date or a time zone is dropped',
  'time with time zone': 'a date is dropped',
  'timestamp without time zone': 'a time zone is dropped',
  'timestamp with time zone': BY_SESSION,
  money: ROUNDED,
  smallint: NO_ZEROS,
  integer: NO_ZEROS,
  bigint: NO_ZEROS,
  numeric: NO_ZEROS,
  bytea: 'texts come back in hexadecimal',
  tsvector: 'words are sorted, and repeated ones dropped',
};

/** The loss when a text, bits, or a number in JSON has more digits or parts than the new type keeps. */
function lossOfText(from: ColumnType, to: ColumnType): string | undefined {
  const isText = TEXTS.has(from.type);
  if (from.type === 'bit varying' && isNumber(to)) return NO_ZEROS;
  if (!isText && !(JSONS.has(from.type) && isNumber(to))) return undefined;
  const digits = EXACT_DIGITS[to.type];
  if (digits !== undefined) return `digits after the first ${digits} are lost`;
  if (to.precision !== undefined) return ROUNDED;
  return isText ? IGNORED_PARTS[to.type] : undefined;
}

function elementRisk(from: ColumnType, to: ColumnType): string | undefined {
  return from.isArray && !to.isArray ? 'this fails where an array has not one element' : undefined;
}

function textOfArrayRisk(from: ColumnType, to: ColumnType): string | undefined {
  return from.isArray && !to.isArray ? 'an array of several elements, or of none, becomes its text' : undefined;
}

function lengthRisk(from: ColumnType, to: ColumnType): string | undefined {
  if (to.length === undefined) return undefined;
  const longest = from.isArray && !to.isArray ? Infinity : Number(from.length ?? TEXT_LENGTH[from.type] ?? Infinity);
  // A bit string must have exactly the length of its type.
  const isOther = to.type === 'bit' && (from.type !== 'bit' || longest !== Number(to.length));
  return longest > Number(to.length) || isOther ? DOES_NOT_FIT : undefined;
}

/** The loss of trailing blanks: those of a `char` do not count, and a `varchar` silently cuts excess ones. */
function blanksRisk(from: ColumnType, to: ColumnType): string | undefined {
  const mayEndInBlanks = TEXTS.has(from.type) && from.type !== 'character';
  if (!mayEndInBlanks || (from.isArray && !to.isArray)) return undefined;
  if (to.type === 'character') return 'blanks at the end are dropped';
  return lengthRisk(from, to) === undefined ? undefined : 'blanks at the end beyond the length are dropped';
}

function isNumber({ type }: ColumnType): boolean {
  return type === 'numeric' || type in DIGITS || type in EXACT_DIGITS;
}

function areNumbers(from: ColumnType, to: ColumnType): boolean {
  if (to.type === 'money') return from.type in DIGITS || from.type === 'numeric';
  // An amount with cents fails as an integer; it is not rounded.
  const isLikeOne = from.type === 'boolean' || (from.type === 'money' && !(to.type in DIGITS));
  return isNumber(to) && (isNumber(from) || isLikeOne);
}

function numberRisk(from: ColumnType, to: ColumnType): string | undefined {
  const [has, takes] = [digitsOf(from), digitsOf(to)];
  const exact = EXACT_DIGITS[to.type];
  if (exact !== undefined) {
    const digits = EXACT_DIGITS[from.type] ?? has.whole + has.fraction;
    return digits > exact ? `digits after the first ${exact} are lost` : undefined;
  }
  // A number of ten digits may be too large for an integer.
  const room = to.type in DIGITS && !(from.type in DIGITS) ? takes.whole - 1 : takes.whole;
  const risks = [...(has.fraction > takes.fraction ? [ROUNDED] : []), ...(has.whole > room ? [DOES_NOT_FIT] : [])];
  return risks.length === 0 ? undefined : risks.join(', and ');
}

interface Digits {
  readonly whole: number;
  readonly fraction: number;
}

/** Digits before and after the point. */
function digitsOf({ type, precision, scale = 0 }: ColumnType): Digits {
  const like = LIKE_NUMBERS[type];
  if (like !== undefined) return like;
  const whole = DIGITS[type];
  if (whole !== undefined) return { whole, fraction: 0 };
  if (type !== 'numeric' || precision === undefined) return { whole: Infinity, fraction: Infinity };
  return { whole: precision - scale, fraction: scale };
}

function precisionRisk(from: ColumnType, to: ColumnType): string | undefined {
  const isCoarser = (to.precision ?? FULL_TIME_PRECISION) < (from.precision ?? FULL_TIME_PRECISION);
  return isCoarser ? 'fractions of a second are rounded' : undefined;
}
