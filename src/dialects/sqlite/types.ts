import type { ColumnModel } from '../../schema/schema.model.js';

type TypeFields = Pick<ColumnModel, 'type' | 'length' | 'precision' | 'scale'>;

/** Types whose number in parentheses is a length for TypeORM; for other types it is a precision. */
const WITH_LENGTH = new Set([
  'character',
  'varchar',
  'varying character',
  'nchar',
  'native character',
  'nvarchar',
  'text',
  'blob',
  'clob',
]);

/** TypeORM's own types that SQLite lacks, and the types that TypeORM writes for them. */
const TYPEORM_TYPES: Readonly<Record<string, string>> = {
  int: 'integer',
  uuid: 'varchar',
  enum: 'varchar',
  'simple-enum': 'varchar',
  'simple-array': 'text',
  'simple-json': 'text',
};

/** The affinity of a column: how SQLite converts values that are stored in it. */
export type Affinity = 'integer' | 'text' | 'blob' | 'real' | 'numeric';

/** Parses a declared type, `varchar(50)`, into the fields of the model. */
export function parseType(declared: string): TypeFields {
  const text = declared.trim().toLowerCase().replaceAll(/\s+/g, ' ');
  const [, name, first, second] = /^(.+?) ?\( ?(\d+) ?(?:, ?(\d+) ?)?\)$/.exec(text) ?? [];
  if (name === undefined) return { type: text };
  if (!WITH_LENGTH.has(name)) {
    return { type: name, precision: Number(first), ...(second && { scale: Number(second) }) };
  }
  return second === undefined ? { type: name, length: first } : { type: text };
}

/** The type as in DDL. */
export function formatType(column: ColumnModel): string {
  const sizes = column.length === undefined ? [column.precision, column.scale] : [column.length];
  const given = sizes.filter((size) => size !== undefined);
  return `${column.type}${given.length === 0 ? '' : `(${given.join(',')})`}${column.isArray ? ' array' : ''}`;
}

/**
 * SQLite's type for one that only TypeORM has; other types unchanged. A type in capitals is one of a table that TypeORM did
 * not create, and stays: `int` is `integer`, but `INT` is `int`.
 */
export function sqliteType(type: string): string {
  const name = type.toLowerCase();
  const own = TYPEORM_TYPES[name];
  if (own === undefined) return type;
  return type === name.toUpperCase() ? name : own;
}

/** The inverse of `sqliteType`: spells a type of a table so that it stays as it is. */
export function asDeclared(type: string): string {
  return type in TYPEORM_TYPES ? type.toUpperCase() : type;
}

/** SQLite's rules for the affinity of a declared type, in their order. */
export function affinityOf(type: string): Affinity {
  const words = type.toUpperCase();
  if (words.includes('INT')) return 'integer';
  if (/CHAR|CLOB|TEXT/.test(words)) return 'text';
  if (words === '' || words.includes('BLOB')) return 'blob';
  return /REAL|FLOA|DOUB/.test(words) ? 'real' : 'numeric';
}
