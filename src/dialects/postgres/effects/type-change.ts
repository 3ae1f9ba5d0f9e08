import { POSTGRES_SQL } from '../../../sql/rules.js';
import { codeTokens } from '../../../sql/scanner.js';
import { typeName } from '../types.js';

/** What a change of a column's type costs. */
export interface TypeChange {
  /** All rows are written again, with all indexes. */
  readonly isRewrite: boolean;
  /** Nothing is written again, but indexes of the column are built again. */
  readonly rebuildsIndexes?: true;
  /** Values lose digits or a part without an error. */
  readonly rounds?: true;
  /** It may fail over values that do not fit. */
  readonly mayFail?: true;
  /** It depends on the session's time zone what becomes of each value. */
  readonly byTimeZone?: true;
  /** What decides it, and was not known. */
  readonly unknown?: string;
}

/** A type as it is written, in its parts. */
interface TypeText {
  /** As the catalog prints it, without what is in parentheses. */
  readonly name: string;
  readonly numbers: readonly number[];
  readonly isArray: boolean;
}

const FREE: TypeChange = { isRewrite: false };
const REWRITE: TypeChange = { isRewrite: true };

/** Texts that are stored alike; `character` is not: it is filled with blanks. */
const TEXTS = new Set(['character varying', 'text']);
/** Pairs (`old>new`) that PostgreSQL stores alike, whatever their length. */
const ALIKE = new Set(['character>bpchar', 'integer>oid', 'xml>text', 'xml>character varying', 'cidr>inet']);
const ZONED = new Set([
  'timestamp without time zone>timestamp with time zone',
  'timestamp with time zone>timestamp without time zone',
]);
/** Types with a precision of seconds. */
const TIMES = /^(?:timestamp|time|interval)\b/;
const FULL_PRECISION = 6;
const LARGEST: Readonly<Record<string, number>> = { smallint: 5, integer: 10, bigint: 19 };
const NUMBERS = new Set([...Object.keys(LARGEST), 'numeric', 'real', 'double precision']);

/**
 * What it costs to change a column's type. Measured on PostgreSQL 14 to 18.
 *
 * @param using the expression, where one is given
 * @param timeZone of the session, where it is known
 */
export function typeChange(from: string, to: string, using?: string, timeZone?: string): TypeChange {
  const [old, wanted] = [stored(parsedType(from)), parsedType(to)];
  const change = plainChange(old, wanted, timeZone);
  if (using === undefined || isOnlyCast(using)) return change;
  const { rounds, mayFail, unknown } = change;
  const isCut = isCutting(using);
  return {
    isRewrite: true,
    ...((rounds || isCut) && { rounds: true }),
    ...(mayFail && !isCut && { mayFail: true }),
    ...(unknown !== undefined && change.byTimeZone === undefined && { unknown }),
  };
}

/** A type that counts as the number that it is. */
function stored(type: TypeText): TypeText {
  const [, size, bytes] = /^(small|big)?serial([248])?$/.exec(type.name) ?? [undefined, undefined, 'none'];
  if (bytes === 'none') return type;
  const name = size === 'small' || bytes === '2' ? 'smallint' : size === 'big' || bytes === '8' ? 'bigint' : 'integer';
  return { ...type, name };
}

/** Whether an expression takes a part of each value: `left(title, 50)`. */
function isCutting(using: string): boolean {
  const code = codeTokens(using, POSTGRES_SQL);
  return code.some(
    (token, at) => ['LEFT', 'RIGHT', 'SUBSTR', 'SUBSTRING'].includes(token.keyword) && code[at + 1]?.is('('),
  );
}

function plainChange(from: TypeText, to: TypeText, timeZone: string | undefined): TypeChange {
  const pair = `${from.name}>${to.name}`;
  if (from.isArray && to.isArray && !isSame(from, to)) {
    return { ...plainChange({ ...from, isArray: false }, { ...to, isArray: false }, timeZone), isRewrite: true };
  }
  if (from.isArray || to.isArray)
    return isSame(from, to) ? FREE : { ...REWRITE, ...(!TEXTS.has(to.name) && { mayFail: true }) };
  if (isSame(from, to) || ALIKE.has(pair)) return FREE;
  if (TEXTS.has(from.name) && TEXTS.has(to.name)) return fromLength(from, to);
  if (TEXTS.has(from.name) && to.name === 'citext') return { isRewrite: false, rebuildsIndexes: true };
  if (from.name === to.name) return sameName(from, to);
  if (ZONED.has(pair)) return zoned(timeZone);
  if (NUMBERS.has(from.name) && NUMBERS.has(to.name)) return numbers(from, to);
  if (from.name === 'date' && to.name.startsWith('timestamp')) {
    return { isRewrite: true, ...(to.name.endsWith('with time zone') && { byTimeZone: true }) };
  }
  if (TIMES.test(from.name) && (to.name === 'date' || TIMES.test(to.name))) return { isRewrite: true, rounds: true };
  return { isRewrite: true, ...(!takesAll(from, to) && { mayFail: true }) };
}

/** Pairs that every value can be converted between. */
const TOTAL = new Set([
  'json>jsonb',
  'jsonb>json',
  'boolean>integer',
  'money>numeric',
  'cidr>inet',
  'character varying>bytea',
  'text>bytea',
]);

/** Whether every value has one of the new type. */
function takesAll(from: TypeText, to: TypeText): boolean {
  if (TOTAL.has(`${from.name}>${to.name}`) || to.name === 'text' || to.name === 'citext') return true;
  const longest = from.name === 'character' ? (from.numbers[0] ?? 1) : LONGEST[from.name];
  const isShort = to.numbers[0] === undefined || (longest !== undefined && longest <= to.numbers[0]);
  return to.name === 'character varying' && isShort;
}

/** The length of the longest text of a value. */
const LONGEST: Readonly<Record<string, number>> = {
  smallint: 6,
  integer: 11,
  bigint: 20,
  boolean: 5,
  uuid: 36,
  date: 13,
};

function fromLength(from: TypeText, to: TypeText): TypeChange {
  const [old = Infinity, wanted = Infinity] = [from.numbers[0], to.numbers[0]];
  return wanted >= old ? FREE : { isRewrite: true, mayFail: true };
}

/** `character` is filled with blanks to its length, which `bpchar` does not have. */
function blankPadded(from: TypeText, to: TypeText): TypeChange {
  const [old = 1, wanted = 1] = [from.numbers[0], to.numbers[0]];
  return { isRewrite: true, ...(wanted < old && { mayFail: true }) };
}

function sameName(from: TypeText, to: TypeText): TypeChange {
  if (from.name === 'numeric') return digits(from, to);
  if (TIMES.test(from.name)) {
    const [old = FULL_PRECISION, wanted = FULL_PRECISION] = [from.numbers[0], to.numbers[0]];
    return wanted >= old ? FREE : { isRewrite: true, rounds: true };
  }
  if (from.name === 'bit varying') return fromLength(from, to);
  if (from.name === 'character') return blankPadded(from, to);
  return { isRewrite: true, mayFail: true };
}

function digits(from: TypeText, to: TypeText): TypeChange {
  if (to.numbers.length === 0) return FREE;
  const [precision = 0, scale = 0] = to.numbers;
  if (from.numbers.length === 0) return { isRewrite: true, rounds: true, mayFail: true };
  const [oldPrecision = 0, oldScale = 0] = from.numbers;
  if (scale === oldScale && precision >= oldPrecision) return FREE;
  return {
    isRewrite: true,
    ...(scale < oldScale && { rounds: true }),
    ...(precision - scale < oldPrecision - oldScale && { mayFail: true }),
  };
}

function numbers(
  { name: from, numbers: [, scale] = [] }: TypeText,
  { name: to, numbers: digits }: TypeText,
): TypeChange {
  const [old, wanted] = [LARGEST[from], LARGEST[to]];
  if (old !== undefined && wanted !== undefined) return { isRewrite: true, ...(wanted < old && { mayFail: true }) };
  if (old !== undefined && to === 'numeric') {
    const whole = digits[0] === undefined ? Infinity : digits[0] - (digits[1] ?? 0);
    return { isRewrite: true, ...(whole < old && { mayFail: true }) };
  }
  if ((EXACT[to] ?? 0) >= (EXACT[from] ?? Infinity)) return REWRITE;
  const isWhole = from === 'numeric' && wanted !== undefined && scale === 0;
  const isLimited = wanted !== undefined || (to === 'numeric' && digits.length > 0);
  return { isRewrite: true, ...(!isWhole && { rounds: true }), ...(isLimited && { mayFail: true }) };
}

/** Bits of integers, and those that a number with a floating point holds exactly. */
const EXACT: Readonly<Record<string, number>> = {
  smallint: 16,
  real: 24,
  integer: 32,
  'double precision': 53,
  bigint: 64,
};

function zoned(timeZone: string | undefined): TypeChange {
  if (timeZone === undefined) {
    return { ...REWRITE, byTimeZone: true, unknown: 'the time zone of the session: in UTC no row is written again' };
  }
  const isUtc = ['UTC', 'ETC/UTC', 'GMT'].includes(timeZone.toUpperCase());
  return isUtc ? { isRewrite: false, rebuildsIndexes: true, byTimeZone: true } : { isRewrite: true, byTimeZone: true };
}

/** Whether an expression does no more than cast a column: `"at"::text`, `(at)::text`. */
function isOnlyCast(using: string): boolean {
  const code = codeTokens(using, POSTGRES_SQL).filter((token) => !token.is('(') && !token.is(')'));
  const [column, cast] = code;
  if (column?.isName !== true) return false;
  return (
    cast === undefined ||
    (cast.is('::') &&
      !code.slice(1).some((token) => ['+', '-', '*', '/', '||', 'AT'].some((operator) => token.is(operator))))
  );
}

function isSame(from: TypeText, to: TypeText): boolean {
  return from.name === to.name && from.isArray === to.isArray && from.numbers.join() === to.numbers.join();
}

/** The parts of a type: `varchar(20)[]` is `character varying`, 20, an array. */
export function parsedType(text: string): TypeText {
  const code = codeTokens(text, POSTGRES_SQL);
  const open = code.findIndex((token) => token.is('('));
  const close = code.findIndex((token) => token.is(')'));
  const inside = open < 0 ? [] : code.slice(open + 1, close);
  const names = [...code.slice(0, open < 0 ? undefined : open), ...(open < 0 ? [] : code.slice(close + 1))].filter(
    (token) => !token.is('[') && !token.is(']') && token.kind !== 'number',
  );
  const written = names
    .filter((token, at) => !(token.isName && names[at + 1]?.is('.')) && !token.is('.'))
    .map((token) => (token.kind === 'quoted' ? token.value : token.value.toLowerCase()))
    .join(' ');
  const numbers = inside.filter(({ kind }) => kind === 'number').map(({ value }) => Number(value));
  return { name: typeName(written), numbers, isArray: code.some((token) => token.is('[')) };
}

const BUILT_IN = new Set(
  `smallint integer bigint numeric real|double precision|money|character varying|character|text|citext|bytea|boolean|date|bpchar|
  time without time zone|time with time zone|timestamp without time zone|timestamp with time zone|interval|point|line|lseg|box|path|
  polygon|circle|cidr|inet|macaddr|macaddr8|bit|bit varying|tsvector|tsquery|uuid|xml|json|jsonb|oid|name|int4range|int8range|
  numrange|tsrange|tstzrange|daterange|int4multirange|int8multirange|nummultirange|tsmultirange|tstzmultirange|datemultirange|
  geometry|geography|hstore|ltree|vector|halfvec|cube|regclass|jsonpath|pg_lsn`
    .replace('smallint integer bigint numeric real', 'smallint|integer|bigint|numeric|real')
    .split(/\s*\|\s*/),
);

/** Whether a type, by its name in the catalog, is no domain: PostgreSQL or a well-known extension has it. */
export function isBuiltIn(name: string): boolean {
  return BUILT_IN.has(name);
}
