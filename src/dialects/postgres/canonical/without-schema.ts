import { quote } from '../names.js';

const NAME = String.raw`"(?:[^"]|"")*"|[\p{L}_][\p{L}\p{N}_$]*`;
/** Text in quotes, which stays as it is, or a schema and a table in front of a column. */
const COLUMN_PATH = new RegExp(String.raw`'(?:[^']|'')*'|(?<![\p{L}\p{N}_$".])(${NAME})\s*\.\s*(${NAME})\s*\.`, 'gu');

/**
 * An expression on a table with its columns named by the table alone, so that it can stand on one of that name in another
 * schema.
 *
 * @example withoutSchema('public.t.age > 0', { schema: 'public', name: 't' }) // '"t".age > 0'
 */
export function withoutSchema(sql: string, table: { readonly schema: string; readonly name: string }): string {
  return sql.replaceAll(COLUMN_PATH, (path: string, schema: string | undefined, name: string | undefined) =>
    schema !== undefined && name !== undefined && isNamed(schema, table.schema) && isNamed(name, table.name)
      ? `${quote(table.name)}.`
      : path,
  );
}

function isNamed(written: string, name: string): boolean {
  const meant = written.startsWith('"') ? written.slice(1, -1).replaceAll('""', '"') : written.toLowerCase();
  return meant === name;
}
