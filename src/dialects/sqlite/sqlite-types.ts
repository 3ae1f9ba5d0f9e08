import type { TableOperation } from '../../operations/operation.js';
import type { ColumnModel, TableModel } from '../../schema/schema.model.js';
import { sqliteType } from './types.js';

/** A table whose columns have types that only TypeORM knows (`simple-enum`, `uuid`), with what SQLite has for them. */
export function withSqliteTypes(table: TableModel): TableModel {
  return { ...table, columns: table.columns.map(withSqliteType) };
}

/** The same for a column that an operation brings along. */
export function operationWithSqliteTypes<T extends TableOperation>(operation: T): T {
  if (operation.kind === 'addColumn') return { ...operation, column: withSqliteType(operation.column) };
  if (operation.kind !== 'alterColumn' || operation.to.type === undefined) return operation;
  return { ...operation, to: { ...operation.to, type: sqliteType(operation.to.type) } };
}

function withSqliteType(column: ColumnModel): ColumnModel {
  return { ...column, type: sqliteType(column.type) };
}
