import type { ColumnModel } from '../../schema/schema.model.js';

type TypeFields = Pick<ColumnModel, 'type' | 'length' | 'precision' | 'scale'>;

/** Types that take a length in TypeORM's description of them; what others have in parentheses is a precision. */
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

/** TypeORM's own types that SQLite lacks, and what TypeORM makes of them. */
const TYPEORM_TYPES: Readonly<Record<string, string>> = {
  int: 'integer',
  uuid: 'varchar',
  enum: 'varchar',
  'simple-enum': 'varchar',
  'simple-array': 'text',
  'simple-json': 'text',
};

/** How SQLite stores what is put into a column, by the words in its type. */
export type Affinity = 'integer' | 'text' | 'blob' | 'real' | 'numeric';

/** A declared type, `varchar(50)`, in the words of the model. */
export function parseType(declared: string): TypeFields {
  const text = declared.trim().toLowerCase().replaceAll(/\s+/g, ' ');
  const [, name, first, second] = /^(.+?) ?\( ?(\d+) ?(?:, ?(\d+) ?)?\)$/.exec(text) ?? [];
  if (name === undefined) return { type: text };
  if (!WITH_LENGTH.has(name)) {
    return { type: name, precision: Number(first), ...(second && { scale: Number(second) }) };
  }
  return second === undefined ? { type: name, length: first } : { type: text };
}

/** The type as it stands in DDL. */
export function formatType(column: ColumnModel): string {
  const sizes = column.length === undefined ? [column.precision, column.scale] : [column.length];
  const given = sizes.filter((size) => size !== undefined);
  return `${column.type}${given.length === 0 ? '' : `(${given.join(',')})`}${column.isArray ? ' array' : ''}`;
}

/**
 * A type that only TypeORM knows, in SQLite's words; others as they are. In capitals it is meant as it is: `int` is an
 * `integer`, as TypeORM has it, and `INT` the type of a table that somebody made.
 */
export function sqliteType(type: string): string {
  const name = type.toLowerCase();
  const own = TYPEORM_TYPES[name];
  if (own === undefined) return type;
  return type === name.toUpperCase() ? name : own;
}

/** What `sqliteType` reads as a type that a table has. */
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
