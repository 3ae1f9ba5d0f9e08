import type { Operation, OperationOf, TableOperation } from '../../operations/operation.js';
import type { CompileContext, Statement } from '../dialect.js';
import { changeTableSql } from './change-table.js';
import { createIndexSql, createTableSql, createViewSql } from './ddl.js';
import { insertRows } from './insert.js';
import { freeName } from './rebuild.js';
import { refuseUnsupported } from './refuse.js';
import { operationWithSqliteTypes, withSqliteTypes } from './sqlite-types.js';
import { quote } from './text.js';

/**
 * The statements of an operation, in order.
 *
 * @throws UnsupportedOperationError for what SQLite has no words for.
 * @throws NullValuesError when rows would have no value in a NOT NULL column.
 */
export async function compile(operation: Operation, context: CompileContext): Promise<readonly Statement[]> {
  refuseUnsupported(operation);
  switch (operation.kind) {
    case 'createTable':
      return statements(createTable(operation));
    case 'dropTable':
      return statements([`DROP TABLE ${operation.ifExists ? 'IF EXISTS ' : ''}${quote(operation.table.name)}`]);
    case 'renameTable':
      return statements(await renameTable(operation.table.name, operation.to.name, context));
    case 'createView':
      return statements([createViewSql(operation.view)]);
    case 'dropView':
      return statements([`DROP VIEW ${quote(operation.view.name)}`]);
    case 'bulkInsert':
      return insertRows(operation.table.name, operation.rows);
    case 'execute':
      return [{ sql: operation.sql, ...(operation.parameters && { parameters: operation.parameters }) }];
    case 'batch':
      for (const part of operation.operations) refuseUnsupported(part);
      return changeTable(operation.operations, operation, context);
    default:
      return changeTable([operation], operation, context);
  }
}

async function changeTable(
  operations: readonly TableOperation[],
  { table: name }: Pick<TableOperation, 'table'>,
  context: CompileContext,
): Promise<readonly Statement[]> {
  if (operations.every(({ kind }) => kind === 'setTableComment')) return [];
  const found = await context.table(name);
  // Offline a table is what the script's own operations said, in TypeORM's words too.
  const table = context.offline ? withSqliteTypes(found) : found;
  return statements(await changeTableSql(table, operations.map(operationWithSqliteTypes), context));
}

function createTable({ table: given, ifNotExists }: OperationOf<'createTable'>): readonly string[] {
  const table = withSqliteTypes(given);
  const options = ifNotExists ? { ifNotExists } : {};
  return [createTableSql(table, options), ...table.indices.map((index) => createIndexSql(index, table.name, options))];
}

/** SQLite takes names that differ in capitals only for one, and says that it is taken. */
async function renameTable(from: string, to: string, context: CompileContext): Promise<readonly string[]> {
  if (from.toLowerCase() !== to.toLowerCase()) return [renameTableSql(from, to)];
  const between = await freeName(from, context);
  return [renameTableSql(from, between), renameTableSql(between, to)];
}

function renameTableSql(from: string, to: string): string {
  return `ALTER TABLE ${quote(from)} RENAME TO ${quote(to)}`;
}

function statements(sql: readonly string[]): readonly Statement[] {
  return sql.map((sql) => ({ sql }));
}
