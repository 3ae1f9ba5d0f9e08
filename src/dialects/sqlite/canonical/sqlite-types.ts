import type { TableOperation } from '../../../operations/operation.js';
import type { ColumnModel, TableModel } from '../../../schema/schema.model.js';
import { sqliteType } from '../types.js';

/** A table with SQLite's types in place of those that only TypeORM has (`simple-enum`, `uuid`). */
export function withSqliteTypes(table: TableModel): TableModel {
  return { ...table, columns: table.columns.map(withSqliteType) };
}

/** The same for a column in an operation. */
export function operationWithSqliteTypes<T extends TableOperation>(operation: T): T {
  if (operation.kind === 'addColumn') return { ...operation, column: withSqliteType(operation.column) };
  if (operation.kind !== 'alterColumn' || operation.to.type === undefined) return operation;
  const { type } = operation.to;
  return { ...operation, to: { ...operation.to, type: sqliteType(type), ...textKindIn(type) } };
}

/** A table in which text columns are `simple-array` or `simple-json` where `existing` of an operation specifies that. */
export function withPreviousKinds(table: TableModel, operations: readonly TableOperation[]): TableModel {
  const kinds = new Map(
    operations.flatMap((operation) =>
      operation.kind === 'alterColumn' ? [[operation.column, textKindIn(operation.existing?.type)] as const] : [],
    ),
  );
  // A script knows them from earlier revisions too, but ignores that, so that it does the same as a run.
  return {
    ...table,
    columns: table.columns.map(({ textKind: _textKind, ...column }) => ({ ...column, ...kinds.get(column.name) })),
  };
}

function withSqliteType(column: ColumnModel): ColumnModel {
  return { ...column, type: sqliteType(column.type), ...textKindIn(column.type) };
}

function textKindIn(type: string | undefined): Pick<ColumnModel, 'textKind'> {
  return type === 'simple-array' || type === 'simple-json' ? { textKind: type } : {};
}
