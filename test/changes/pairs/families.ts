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
const sameText = (text: string): string => text;

const numbers: Family = {
  shapes: {
    postgres: [
      { type: 'smallint' },
      { type: 'int' },
      { type: 'bigint' },
      { type: 'decimal', precision: 10, scale: 2 },
      { type: 'double precision' },
      { type: 'real' },
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
  essence: (text) => String(Number(text)),
  default: (column) => (isText(column) ? '7' : 7),
  isDistinct: true,
};

const choices: Family = {
  shapes: {
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
  essence: sameText,
  default: ({ type }) => (type === 'int' ? 2 : '2'),
  isDistinct: false,
};

const moments: Family = {
  shapes: {
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
  shapes: { postgres: [{ type: 'boolean' }, { type: 'int' }], sqlite: [{ type: 'boolean' }, { type: 'int' }] },
  value: (row, _dialect, { type }) => (type === 'boolean' ? ['true', 'false'][row % 2]! : String(1 - (row % 2))),
  essence: (text) => String(text === 'true' || text === '1'),
  default: ({ type }) => (type === 'boolean' ? true : 1),
  isDistinct: false,
};

const identifiers: Family = {
  shapes: {
    postgres: [{ type: 'uuid' }, { type: 'varchar', length: 36 }, { type: 'text' }],
    sqlite: [{ type: 'uuid' }, { type: 'varchar', length: 36 }, { type: 'text' }],
  },
  value: (row) => `'00000000-0000-0000-0000-00000000000${row}'`,
  essence: sameText,
  default: () => '00000000-0000-0000-0000-0000000000ff',
  isDistinct: true,
};

/** Families by the name of their column. */
export const families: Readonly<Record<string, Family>> = {
  amount: numbers,
  Level: numbers,
  status: choices,
  moment: moments,
  document: documents,
  list: lists,
  flag: flags,
  'odd name': identifiers,
};
