import type { TableModel } from '../../../schema/schema.model.js';
import type { CompileContext } from '../../dialect.js';
import { indexedColumns, serves } from './clauses.js';

/**
 * The names of the indexes that foreign keys of a table have brought. The model has none of them, since they come and go with
 * other indexes; offline it follows from those which of them there are.
 */
export async function implicitIndexes(table: TableModel, context: CompileContext): Promise<ReadonlySet<string>> {
  const columns = [...indexedColumns(table).values()];
  const keys = table.foreignKeys.filter((key) => !columns.some((columnNames) => serves(columnNames, key)));
  const names = keys.flatMap(({ name }) => name ?? []);
  if (context.offline || names.length === 0) return new Set(names);
  const rows = await context.query(
    `SELECT DISTINCT index_name AS name FROM information_schema.statistics
     WHERE table_schema = ${table.schema === undefined ? 'DATABASE()' : '?'} AND table_name = ?`,
    table.schema === undefined ? [table.name] : [table.schema, table.name],
  );
  const found = new Set(rows.map(({ name }) => String(name)));
  return new Set(names.filter((name) => found.has(name)));
}
