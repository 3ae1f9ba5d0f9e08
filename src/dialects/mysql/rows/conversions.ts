import type { ColumnModel } from '../../../schema/schema.model.js';
import { APPLICATION_ZONE_SQL } from '../server.js';
import { quoteString } from '../text.js';
import { isNumber, isText, plainType } from '../types.js';

/** Values that the new type of a column does not take, or takes with a loss. */
export interface Conversion {
  /** The condition that finds them, of the SQL of the column. */
  readonly condition: (column: string) => string;
  /** What is wrong with them, behind `have a value that`. */
  readonly fault: string;
  /** What happens to them where the server takes them: `is rounded`. */
  readonly loss?: string;
}

type Type = ReturnType<typeof plainType> & { readonly charset: string | undefined };

const INTEGERS: Readonly<Record<string, number>> = { tinyint: 1, smallint: 2, mediumint: 3, int: 4, bigint: 8 };
/** Bytes of the types whose size is in their name. */
const BYTES: Readonly<Record<string, number>> = {
  tinytext: 255,
  text: 65_535,
  mediumtext: 16_777_215,
  tinyblob: 255,
  blob: 65_535,
  mediumblob: 16_777_215,
};
const MOMENTS = ['datetime', 'timestamp'];
const NUMBER = String.raw`^[[:space:]]*[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?[[:space:]]*$`;

/** What the values of a column have to be asked about before it gets another type. */
export function conversionsOf(from: ColumnModel, to: ColumnModel): readonly Conversion[] {
  if (from.asExpression !== undefined || to.asExpression !== undefined) return [];
  const [before, after] = [typeOf(from), typeOf(to)];
  return [
    ...labels(before, after),
    ...lengths(before, after),
    ...characters(before, after),
    ...numbers(before, after),
    ...times(before, after),
    ...documents(before, after),
  ];
}

/** What they have to be asked about because of the labels that the new type has. */
export function labelConversions(from: ColumnModel, to: ColumnModel): readonly Conversion[] {
  return labels(typeOf(from), typeOf(to));
}

function typeOf(column: ColumnModel): Type {
  const { mysql, collation } = column;
  return { ...plainType(column), charset: (mysql?.charset ?? collation?.split('_')[0])?.toLowerCase() };
}

function labels(before: Type, after: Type): readonly Conversion[] {
  const wanted = after.enum;
  if (wanted === undefined) return [];
  const text = (column: string): string => textOf(column, before);
  const fault = `is none of ${wanted.map(quoteString).join(', ')}`;
  if (after.type === 'enum') {
    if (before.type === 'enum' && before.enum?.every((label) => wanted.includes(label)) === true) return [];
    // The server takes a text that is no label for the number of one.
    return [{ condition: (column) => `${text(column)} NOT IN (${wanted.map(quoteString).join(', ')})`, fault }];
  }
  if (before.enum === undefined) {
    const label = `(${wanted.map((one) => one.replaceAll(/[^\p{L}\p{N}]/gu, String.raw`\$&`)).join('|')})`;
    const list = quoteString(`^(${label}(,${label})*)?$`);
    return [
      {
        condition: (column) => `${text(column)} NOT REGEXP ${list}`,
        fault: `has a label other than ${fault.slice(11)}`,
      },
    ];
  }
  const lost = before.enum?.filter((label) => !wanted.includes(label)) ?? [];
  if (lost.length === 0) return [];
  const holds = (column: string): string =>
    lost.map((label) => `FIND_IN_SET(${quoteString(label)}, ${column}) > 0`).join(' OR ');
  return [{ condition: (column) => `(${holds(column)})`, fault: `has a label other than ${fault.slice(11)}` }];
}

/** The SQL of the text of a value, as the server makes it when the column becomes a text. */
function textOf(column: string, { type }: Type): string {
  if (isText(type)) return column;
  return `CAST(${type === 'bit' ? `${column} + 0` : column} AS CHAR CHARACTER SET utf8mb4)`;
}

function lengths(before: Type, after: Type): readonly Conversion[] {
  const isBinary = after.type === 'binary' || after.type === 'varbinary';
  // Their bytes are fewer than the characters of their text.
  if (isBinary && /^(?:uuid|inet[46])$/.test(before.type)) return [];
  if (after.type === 'char' || after.type === 'varchar' || isBinary) {
    const most = Number(after.length ?? 1);
    if (widest(before) <= most) return [];
    const size = isBinary ? 'LENGTH' : 'CHAR_LENGTH';
    return [{ condition: (column) => `${size}(${column}) > ${most}`, fault: 'does not fit' }];
  }
  const most = BYTES[after.type];
  // In another character set the same text has another length.
  if (most === undefined || before.charset !== after.charset || widest(before) * 4 <= most) return [];
  if ((BYTES[before.type] ?? Infinity) <= most && before.type in BYTES) return [];
  return [{ condition: (column) => `LENGTH(${column}) > ${most}`, fault: 'does not fit' }];
}

/** The most characters that values of a type have; those of numbers and times are few. */
function widest({ type, length, enum: labels = [] }: Type): number {
  if (type === 'enum') return Math.max(0, ...labels.map((label) => label.length));
  if (type === 'set') return labels.join(',').length;
  if (length !== undefined && (isText(type) || type.endsWith('binary'))) return Number(length);
  if (type in INTEGERS) return 20;
  return MOMENTS.includes(type) || type === 'date' || type === 'time' || type === 'year' ? 26 : Infinity;
}

/** Characters that the new set lacks become question marks where the server is not strict. */
function characters(before: Type, after: Type): readonly Conversion[] {
  const { charset } = after;
  if (!isText(before.type) || !isText(after.type) || charset === undefined || charset === before.charset) return [];
  if (!/^\w+$/.test(charset) || charset === 'utf8mb4' || charset === 'binary') return [];
  const back = (column: string): string => `CONVERT(CONVERT(${column} USING ${charset}) USING utf8mb4)`;
  return [
    {
      condition: (column) => `BINARY ${back(column)} <> BINARY CONVERT(${column} USING utf8mb4)`,
      fault: `has characters that ${charset} lacks`,
    },
  ];
}

interface Range {
  readonly least: string;
  readonly most: string;
  readonly scale: number;
}

function numbers(before: Type, after: Type): readonly Conversion[] {
  const to = rangeOf(after);
  if (!isNumber(after.type) && after.type !== 'bit') return [];
  if (isText(before.type) && after.type === 'bit') return [];
  if (isText(before.type)) {
    return [{ condition: (column) => `${column} NOT REGEXP '${NUMBER}'`, fault: 'is no number' }];
  }
  if (!isNumber(before.type) && before.type !== 'bit') return [];
  if (to === undefined) return floats(before, after);
  const from = rangeOf(before);
  const { scale } = to;
  const isRounded = (from?.scale ?? 30) > scale;
  const isInside = from !== undefined && Number(from.least) >= Number(to.least) && Number(from.most) <= Number(to.most);
  const value = (column: string): string => (isRounded ? `ROUND(${column}, ${scale})` : column);
  const outside: Conversion = {
    condition: (column) => `(${value(column)} < ${to.least} OR ${value(column)} > ${to.most})`,
    fault: 'is out of range',
  };
  return [...(isInside ? [] : [outside]), ...(isRounded ? [roundedTo(scale)] : [])];
}

/** Numbers with a floating point that have so many digits behind it: `double(10,1)`. */
function floats(before: Type, { scale }: Type): readonly Conversion[] {
  const had = rangeOf(before)?.scale ?? before.scale ?? 30;
  return scale === undefined || had <= scale ? [] : [roundedTo(scale)];
}

function roundedTo(scale: number): Conversion {
  return {
    condition: (column) => `ROUND(${column}, ${scale}) <> ${column}`,
    fault: 'is rounded',
    loss: 'is rounded',
  };
}

/** The range of integers, decimals and bits; undefined for other types. */
function rangeOf({ type, precision = 10, scale = 0, mysql }: Type): Range | undefined {
  const isUnsigned = mysql?.unsigned === true;
  if (type === 'decimal') {
    const most = `${'9'.repeat(precision - scale) || '0'}${scale === 0 ? '' : `.${'9'.repeat(scale)}`}`;
    return { least: isUnsigned ? '0' : `-${most}`, most, scale };
  }
  if (type === 'bit') return { least: '0', most: String(2n ** BigInt(precision) - 1n), scale: 0 };
  const bytes = INTEGERS[type];
  if (bytes === undefined) return undefined;
  const [all, half] = [2n ** BigInt(8 * bytes), 2n ** BigInt(8 * bytes - 1)];
  return { least: isUnsigned ? '0' : `-${half}`, most: String(isUnsigned ? all - 1n : half - 1n), scale: 0 };
}

function times(before: Type, after: Type): readonly Conversion[] {
  const isMoment = MOMENTS.includes(after.type) || after.type === 'date';
  if (isText(before.type) && before.enum === undefined && isMoment) {
    const isNone = (column: string): string => `CAST(${column} AS DATETIME(6)) IS NULL AND ${column} IS NOT NULL`;
    return [{ condition: (column) => `(${isNone(column)})`, fault: 'is no date or time' }];
  }
  if (!MOMENTS.includes(before.type)) return cutFraction(before, after);
  if (after.type === 'date') {
    return [
      {
        condition: (column) => `TIME(${inApplication(column, before)}) <> '00:00:00'`,
        fault: 'loses its time',
        loss: 'loses its time of day',
      },
    ];
  }
  const isNarrower = after.type === 'timestamp' && before.type === 'datetime';
  return [...(isNarrower ? TIMESTAMP : []), ...cutFraction(before, after)];
}

/** A moment as the application reads it, in the session of a run. */
function inApplication(column: string, { type }: Type): string {
  return type === 'timestamp' ? `CONVERT_TZ(${column}, @@time_zone, ${APPLICATION_ZONE_SQL})` : column;
}

/** A datetime in UTC; itself where it is out of the range of timestamps. */
function inUtc(column: string): string {
  return `CONVERT_TZ(${column}, ${APPLICATION_ZONE_SQL}, '+00:00')`;
}

/** What a datetime cannot be as a timestamp. */
const TIMESTAMP: readonly Conversion[] = [
  {
    condition: (column) => `${inUtc(column)} < '1970-01-01 00:00:01'`,
    fault: 'is before 1970, which a timestamp cannot be',
  },
  {
    condition: (column) => `(${column} <> 0 AND (MONTH(${column}) = 0 OR DAYOFMONTH(${column}) = 0))`,
    fault: 'has a month or a day of zero, which a timestamp cannot have',
  },
  {
    condition: (column) => `CONVERT_TZ(${inUtc(column)}, '+00:00', ${APPLICATION_ZONE_SQL}) <> ${column}`,
    fault: "is in the hour that the change to summer time leaves out in the time zone of the application's sessions",
  },
];

function cutFraction(before: Type, after: Type): readonly Conversion[] {
  const isTime = (type: string): boolean => MOMENTS.includes(type) || type === 'time';
  if (!isTime(before.type) || !isTime(after.type)) return [];
  const digits = after.precision ?? 0;
  if ((before.precision ?? 0) <= digits) return [];
  const condition = (column: string): string => `MICROSECOND(${column}) % ${10 ** (6 - digits)} <> 0`;
  return [{ condition, fault: 'has a longer fraction', loss: 'loses digits of its fraction of a second' }];
}

function documents(before: Type, after: Type): readonly Conversion[] {
  if (after.type !== 'json' || before.type === 'json' || !isText(before.type)) return [];
  return [{ condition: (column) => `NOT JSON_VALID(${column})`, fault: 'is no JSON' }];
}
