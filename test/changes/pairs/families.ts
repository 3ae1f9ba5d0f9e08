import type { Column, DialectName } from '../change.js';

/** Columns of one name: types that their values can go between, and how a value is told from another. */
export interface Family {
  readonly shapes: Readonly<Record<DialectName, readonly Column[]>>;
  /** The SQL of a value for the n-th row; different rows differ where `isDistinct`. */
  value(row: number, dialect: DialectName, column: Column): string;
  /** What stays the same about a value whatever the type. */
  essence(text: string): string;
  readonly default: (column: Column) => unknown;
  readonly isDistinct: boolean;
}

const labels = ['1', '2', '3'];
const isText = ({ type }: Column): boolean => /char|text|enum/.test(String(type));
const isMultirange = (type: unknown): boolean => String(type).endsWith('multirange');
const sameStatement = (text: string): string => text;
const inBits = (number: number): string => number.toString(2).padStart(8, '0');

const numbers: Family = {
  shapes: {
    mysql: [
      { type: 'smallint' },
      { type: 'int' },
      { type: 'int', unsigned: true },
      { type: 'bigint' },
      { type: 'decimal', precision: 10, scale: 2 },
      { type: 'double' },
      { type: 'float' },
      { type: 'varchar' },
      { type: 'varchar', length: 20 },
      { type: 'char', length: 8 },
      { type: 'text' },
    ],
    postgres: [
      { type: 'smallint' },
      { type: 'int' },
      { type: 'bigint' },
      { type: 'decimal', precision: 10, scale: 2 },
      { type: 'double precision' },
      { type: 'real' },
      { type: 'money' },
      { type: 'varchar' },
      { type: 'varchar', length: 20 },
      { type: 'char', length: 8 },
      { type: 'text' },
    ],
    sqlite: [
      { type: 'int' },
      { type: 'bigint' },
      { type: 'decimal', precision: 10, scale: 2 },
      { type: 'real' },
      { type: 'varchar' },
      { type: 'varchar', length: 20 },
      { type: 'text' },
    ],
  },
  value: (row) => `'${row + 1}'`,
  essence: (text) => String(Number(text.replace('$', ''))),
  default: (column) => (isText(column) ? '7' : 7),
  isDistinct: true,
};

const choices: Family = {
  shapes: {
    mysql: [
      { type: 'enum', enum: labels },
      { type: 'enum', enum: ['0', ...labels] },
      { type: 'enum', enum: ['3', 'x y', '2', '1'] },
      { type: 'enum', enum: [...labels, '🙂'] },
      { type: 'set', enum: labels },
      { type: 'varchar' },
    ],
    postgres: [
      { type: 'enum', enum: labels },
      { type: 'enum', enum: ['0', ...labels] },
      { type: 'enum', enum: ['3', 'x y', '2', '1'] },
      { type: 'enum', enum: [...labels, "it's"], enumName: 'own_name' },
      { type: 'simple-enum', enum: [...labels, '4'] },
      { type: 'varchar' },
      { type: 'int' },
    ],
    sqlite: [
      { type: 'simple-enum', enum: labels },
      { type: 'simple-enum', enum: ['0', ...labels] },
      { type: 'simple-enum', enum: ["it's", '3', '2', '1'] },
      { type: 'varchar' },
    ],
  },
  value: (row) => `'${(row % 3) + 1}'`,
  essence: sameStatement,
  default: ({ type }) => (type === 'int' ? 2 : '2'),
  isDistinct: false,
};

const moments: Family = {
  shapes: {
    mysql: [
      { type: 'date' },
      { type: 'datetime' },
      { type: 'datetime', precision: 3 },
      { type: 'datetime', precision: 6, onUpdate: 'CURRENT_TIMESTAMP(6)' },
      { type: 'timestamp' },
      { type: 'varchar', length: 40 },
    ],
    postgres: [
      { type: 'date' },
      { type: 'timestamp' },
      { type: 'timestamp', precision: 3 },
      { type: 'timestamptz' },
      { type: 'varchar', length: 40 },
    ],
    sqlite: [{ type: 'date' }, { type: 'datetime' }, { type: 'varchar', length: 40 }],
  },
  value: (row) => `'2024-01-0${row + 1}'`,
  essence: (text) => text.slice(0, 10),
  default: () => '2020-02-02',
  isDistinct: true,
};

const documents: Family = {
  shapes: {
    mysql: [{ type: 'json' }, { type: 'simple-json' }, { type: 'longtext' }, { type: 'text' }],
    postgres: [{ type: 'json' }, { type: 'jsonb' }, { type: 'text' }, { type: 'simple-json' }],
    sqlite: [{ type: 'simple-json' }, { type: 'text' }, { type: 'json' }],
  },
  value: (row) => `'{"n":${row}}'`,
  essence: (text) => text.replaceAll(/\s/g, ''),
  default: () => '{}',
  isDistinct: false,
};

const lists: Family = {
  shapes: {
    mysql: [{ type: 'simple-array' }, { type: 'text' }, { type: 'varchar', length: 9 }],
    postgres: [
      { type: 'int', array: true },
      { type: 'bigint', array: true },
      { type: 'text', array: true },
      { type: 'varchar', length: 9, array: true },
    ],
    sqlite: [{ type: 'simple-array' }, { type: 'text' }],
  },
  value: (row, dialect) => (dialect === 'postgres' ? `'{${row},9}'` : `'${row},9'`),
  essence: (text) => text.replaceAll(/["[\]\s]/g, ''),
  default: ({ array }) => (array ? '{}' : '7'),
  isDistinct: false,
};

const flags: Family = {
  shapes: {
    mysql: [
      { type: 'boolean' },
      { type: 'tinyint', unsigned: true },
      { type: 'int' },
      { type: 'decimal', precision: 3, scale: 1 },
    ],
    postgres: [{ type: 'boolean' }, { type: 'int' }, { type: 'numeric', precision: 3, scale: 1 }, { type: 'real' }],
    sqlite: [{ type: 'boolean' }, { type: 'int' }],
  },
  value: (row, _dialect, { type }) => (type === 'boolean' ? ['true', 'false'][row % 2]! : String(1 - (row % 2))),
  essence: (text) => String(text === 'true' || Number(text) === 1),
  default: ({ type }) => (type === 'boolean' ? true : 1),
  isDistinct: false,
};

const identifiers: Family = {
  shapes: {
    mysql: [{ type: 'uuid' }, { type: 'varchar', length: 36 }, { type: 'char', length: 36 }, { type: 'text' }],
    postgres: [
      { type: 'uuid' },
      { type: 'uuid', generated: 'uuid' },
      { type: 'varchar', length: 36 },
      { type: 'text' },
    ],
    sqlite: [{ type: 'uuid' }, { type: 'varchar', length: 36 }, { type: 'text' }],
  },
  value: (row) => `'00000000-0000-0000-0000-00000000000${row}'`,
  essence: sameStatement,
  default: () => '00000000-0000-0000-0000-0000000000ff',
  isDistinct: true,
};

const names: Family = {
  shapes: {
    mysql: [
      { type: 'varchar', collation: 'utf8mb4_bin' },
      { type: 'text', collation: 'utf8mb4_unicode_ci' },
      { type: 'varchar', charset: 'latin1' },
      { type: 'varchar' },
      { type: 'char', length: 12, collation: 'utf8mb4_bin' },
    ],
    postgres: [
      { type: 'varchar', collation: 'C' },
      { type: 'text', collation: 'POSIX' },
      { type: 'varchar' },
      { type: 'char', length: 12, collation: 'C' },
    ],
    sqlite: [{ type: 'varchar', collation: 'NOCASE' }, { type: 'text', collation: 'RTRIM' }, { type: 'varchar' }],
  },
  value: (row) => `'Name ${row}'`,
  essence: (text) => text.trimEnd(),
  default: () => 'none',
  isDistinct: true,
};

const bytes: Family = {
  shapes: {
    mysql: [{ type: 'blob' }, { type: 'varbinary', length: 9 }, { type: 'longblob' }],
    postgres: [{ type: 'bytea' }, { type: 'text' }],
    sqlite: [{ type: 'blob' }],
  },
  value: (row, dialect) => (dialect === 'postgres' ? `'\\x0${row}'` : `x'0${row}'`),
  essence: sameStatement,
  // TypeORM takes a backslash for an escape on MySQL.
  default: ({ type }) => (/blob|binary/.test(String(type)) ? '0f' : '\\x0f'),
  isDistinct: true,
};

const spans: Family = {
  shapes: {
    mysql: [{ type: 'time' }, { type: 'time', precision: 3 }, { type: 'varchar', length: 40 }],
    postgres: [
      { type: 'interval' },
      { type: 'interval', precision: 3 },
      { type: 'time' },
      { type: 'time', precision: 0 },
      { type: 'varchar', length: 40 },
    ],
    sqlite: [{ type: 'time' }, { type: 'varchar', length: 40 }],
  },
  value: (row) => `'01:02:0${row}'`,
  essence: (text) => text.replace(/\.0+$/, ''),
  default: () => '10:00:00',
  isDistinct: true,
};

const places: Family = {
  shapes: {
    mysql: [{ type: 'inet4' }, { type: 'varchar' }, { type: 'char', length: 30 }],
    postgres: [{ type: 'inet' }, { type: 'cidr' }, { type: 'varchar' }],
    sqlite: [{ type: 'varchar' }, { type: 'text' }],
  },
  value: (row) => `'10.0.0.${row}'`,
  essence: (text) => text.replace('/32', ''),
  default: () => '10.0.0.9',
  isDistinct: true,
};

const range = (...types: readonly string[]): Family => ({
  shapes: {
    mysql: [{ type: 'text' }, { type: 'varchar', length: 80 }, { type: 'mediumtext' }],
    postgres: types.map((type) => ({ type }) as Column),
    sqlite: [{ type: 'text' }, { type: 'simple-json' }],
  },
  value: (row, _dialect, { type }) => (isMultirange(type) ? `'{[${row},9)}'` : `'[${row},9)'`),
  essence: (text) => text.replaceAll(/[{}]/g, ''),
  default: ({ type }) => (isMultirange(type) ? '{[1,2)}' : '[1,2)'),
  isDistinct: true,
});

const tags: Family = {
  shapes: {
    mysql: [
      { type: 'set', enum: labels },
      { type: 'set', enum: ['3', '0', '2', '1'] },
      { type: 'varchar' },
      { type: 'simple-array' },
    ],
    postgres: [
      { type: 'enum', enum: labels, array: true },
      { type: 'enum', enum: ['0', ...labels], array: true },
      { type: 'text', array: true },
    ],
    sqlite: [{ type: 'simple-enum', enum: labels, array: true }, { type: 'simple-array' }],
  },
  value: (row, dialect) => (dialect === 'postgres' ? `'{${(row % 3) + 1},3}'` : `'${(row % 2) + 1},3'`),
  // The order of a set is that of its labels.
  essence: (text) =>
    text
      .replaceAll(/["[\]\s]/g, '')
      .split(',')
      .sort()
      .join(','),
  default: ({ array }) => (array ? ['1'] : '1'),
  isDistinct: false,
};

const bits: Family = {
  shapes: {
    mysql: [{ type: 'varchar', length: 8 }, { type: 'char', length: 8 }, { type: 'tinytext' }],
    postgres: [
      { type: 'bit', length: 8 },
      { type: 'bit varying' },
      { type: 'bit varying', length: 9 },
      { type: 'varchar', length: 8 },
      { type: 'int' },
    ],
    sqlite: [{ type: 'varchar' }, { type: 'varchar', length: 8 }],
  },
  value: (row, _dialect, { type }) => (type === 'int' ? String(row + 2) : `'${inBits(row + 2)}'`),
  // The numbers are such that no digit of theirs is one of bits.
  essence: (text) => String(/^[01]+$/.test(text) ? Number.parseInt(text, 2) : Number(text)),
  default: ({ type }) => (type === 'int' ? 1 : inBits(1)),
  isDistinct: true,
};

const devices: Family = {
  shapes: {
    mysql: [{ type: 'varchar' }, { type: 'text' }, { type: 'char', length: 30 }],
    postgres: [{ type: 'macaddr' }, { type: 'macaddr8' }, { type: 'varchar' }, { type: 'char', length: 30 }],
    sqlite: [{ type: 'varchar' }, { type: 'text' }],
  },
  value: (row) => `'08:00:2b:01:02:0${row}'`,
  essence: (text) => text.trimEnd().replace(':ff:fe:', ':'),
  default: () => '08:00:2b:01:02:ff',
  isDistinct: true,
};

/** Families by the name of their column. */
const families: Readonly<Record<string, Family>> = {
  amount: numbers,
  Level: numbers,
  status: choices,
  moment: moments,
  document: documents,
  list: lists,
  flag: flags,
  'odd name': identifiers,
  name: names,
  bytes,
  span: spans,
  place: places,
  range: range('int4range', 'int8range', 'text'),
  ranges: range('int4range', 'int8range', 'int4multirange', 'int8multirange'),
  tags,
  bits,
  device: devices,
};

export const FAMILIES = Object.keys(families);

/** The family of a column, which has its name, maybe behind a dot. */
export function familyOf(column: string): Family {
  return families[column.slice(column.indexOf('.') + 1)]!;
}
