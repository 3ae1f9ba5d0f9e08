import type { ColumnModel, MysqlColumnPart } from '../../schema/schema.model.js';
import { partOf } from '../../schema/parts.js';
import { MYSQL_SQL } from '../../sql/rules.js';
import { codeTokens } from '../../sql/scanner.js';
import { quoteString } from './text.js';

export type TypeFields = Pick<ColumnModel, 'type' | 'length' | 'precision' | 'scale' | 'enum' | 'mysql'>;

/** The names that the servers print for types with several. */
const SYNONYMS: Readonly<Record<string, string>> = {
  integer: 'int',
  int1: 'tinyint',
  bool: 'tinyint',
  boolean: 'tinyint',
  int2: 'smallint',
  int3: 'mediumint',
  middleint: 'mediumint',
  int4: 'int',
  int8: 'bigint',
  dec: 'decimal',
  numeric: 'decimal',
  fixed: 'decimal',
  real: 'double',
  float8: 'double',
  'double precision': 'double',
  float4: 'float',
  character: 'char',
  nchar: 'char',
  'national char': 'char',
  'national character': 'char',
  'character varying': 'varchar',
  nvarchar: 'varchar',
  'national varchar': 'varchar',
  'national character varying': 'varchar',
  'long varchar': 'mediumtext',
  'simple-enum': 'enum',
  'simple-array': 'text',
  'simple-json': 'text',
  geomcollection: 'geometrycollection',
};

const INTEGERS = new Set(['tinyint', 'smallint', 'mediumint', 'int', 'bigint']);
const NUMBERS = new Set([...INTEGERS, 'decimal', 'float', 'double']);
const TEMPORAL = new Set(['time', 'datetime', 'timestamp']);
const WITH_LENGTH = new Set(['char', 'varchar', 'binary', 'varbinary', 'vector', 'text', 'blob']);
/** Lengths where none is given: the servers' own, and TypeORM's, since the servers take no varchar without one. */
const DEFAULT_LENGTH: Readonly<Record<string, string>> = { char: '1', binary: '1', varchar: '255', varbinary: '255' };
/** Types of text, which have a character set. */
const TEXTS = new Set(['char', 'varchar', 'tinytext', 'text', 'mediumtext', 'longtext', 'enum', 'set']);

/** The name of a type as the servers print it. */
export function typeName(type: string): string {
  const name = type.trim().toLowerCase().replaceAll(/\s+/g, ' ');
  return SYNONYMS[name] ?? name;
}

export function isNumber(type: string): boolean {
  return NUMBERS.has(typeName(type));
}

export function isTime(type: string): boolean {
  return TEMPORAL.has(typeName(type));
}

export function isText(type: string): boolean {
  return TEXTS.has(typeName(type));
}

export function isBytes(type: string): boolean {
  return /binary$|blob$/.test(typeName(type));
}

/** The fields of a type as the servers print it; `tinyint(4)` and `int(11)` without their width. */
export function plainType(column: ColumnModel): TypeFields {
  const named = typeName(column.type);
  const { precision = 0, scale, mysql } = column;
  const { unsigned, zerofill, width } = mysql ?? {};
  // float(25) and longer ones are of the larger type.
  const type = named === 'float' && scale === undefined && precision > 24 ? 'double' : named;
  return {
    type,
    ...sizeOf(type, column),
    ...(column.enum && { enum: column.enum }),
    ...(NUMBERS.has(type) &&
      partOf('mysql', {
        unsigned: unsigned || zerofill ? (true as const) : undefined,
        zerofill,
        // Only with zeros before the number does the width change what is read; `tinyint(1)` is what drivers know booleans by.
        width: zerofill || (type === 'tinyint' && width === 1) ? width : undefined,
      })),
  };
}

function sizeOf(
  type: string,
  { length, precision, scale }: Pick<ColumnModel, 'length' | 'precision' | 'scale'>,
): Pick<ColumnModel, 'length' | 'precision' | 'scale'> {
  const known = length || DEFAULT_LENGTH[type];
  if (WITH_LENGTH.has(type)) return known ? { length: known } : {};
  if (type === 'decimal') return { precision: precision ?? 10, scale: scale ?? 0 };
  if (type === 'bit') return { precision: precision ?? (length ? Number(length) : 1) };
  if (type === 'float' || type === 'double') return typeof scale === 'number' ? { precision, scale } : {};
  return TEMPORAL.has(type) && precision ? { precision } : {};
}

/** A type as the catalog prints it: `decimal(10,2) unsigned zerofill`, `enum('a','b')`. */
export function parseType(printed: string): TypeFields {
  const [, name = printed, size, flags = ''] =
    /^([a-z][a-z0-9_ ]*?)(?:\((.*)\))?((?: unsigned| zerofill)*)$/is.exec(printed) ?? [];
  const type = typeName(name);
  if (type === 'enum' || type === 'set') return { type, enum: labelsIn(size ?? '') };
  const [first, second] = (size ?? '').split(',').filter(Boolean);
  const zerofill = flags.includes('zerofill') || undefined;
  const number = (text: string | undefined): number | undefined => (text === undefined ? undefined : Number(text));
  const part: MysqlColumnPart = {
    unsigned: flags.includes('unsigned') || undefined,
    zerofill,
    width: INTEGERS.has(type) ? number(first) : undefined,
  };
  return plainType({
    name: '',
    type,
    length: first,
    precision: INTEGERS.has(type) ? undefined : number(first),
    scale: number(second),
    mysql: part,
  });
}

function labelsIn(list: string): string[] {
  return codeTokens(list, MYSQL_SQL)
    .filter(({ kind }) => kind === 'string')
    .map(({ value }) => value);
}

/** The type as in DDL, with signedness and labels; without character set. */
export function typeText(column: Pick<ColumnModel, keyof TypeFields>): string {
  const { enum: labels, mysql } = column;
  const type = typeName(column.type);
  if (labels && (type === 'enum' || type === 'set')) return `${type}(${labels.map(quoteString).join(',')})`;
  const length = column.length ?? DEFAULT_LENGTH[type];
  const sizes = length === undefined ? [column.precision, column.scale] : [length];
  const given = (mysql?.width === undefined ? sizes : [mysql.width, column.scale]).filter((size) => size !== undefined);
  return (
    type +
    (given.length === 0 ? '' : `(${given.join(',')})`) +
    (mysql?.unsigned ? ' unsigned' : '') +
    (mysql?.zerofill ? ' zerofill' : '')
  );
}
