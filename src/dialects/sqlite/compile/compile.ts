import { isScript } from '../../common/is-script.js';
import { ScriptConditionError } from '../errors.js';
import { UnknownColumnError, UnknownConstraintError } from '../../../errors/operations.errors.js';
import { ScriptMemberError } from '../../../errors/script.errors.js';
import { applyToTable } from '../apply.js';
import { isConditional, isMoot } from '../../../operations/call/conditional.js';
import type { Operation, OperationOf, TableOperation } from '../../../operations/operation.js';
import { displayName, type QualifiedName, type TableModel } from '../../../schema/schema.model.js';
import { SQLITE_SQL } from '../../../sql/rules.js';
import type { CompileContext, Statement } from '../../dialect.js';
import { inBatches } from './batches.js';
import { changeTableSql } from './change-table.js';
import { createIndexSql, createTableSql, createViewSql } from './ddl.js';
import { insertRows } from '../../common/inserts.js';
import { insertWriter } from './insert.js';
import { dropViewKeepingSql, restoreViewSql } from './kept-triggers.js';
import { freeName } from './rebuild.js';
import { refuseScriptTables, refuseStrictTypes, refuseUnsupported } from '../refuse.js';
import { guardedViewSql } from '../script/guard.js';
import { guardedStatement } from '../script/script-sql.js';
import { operationWithSqliteTypes, withPreviousKinds, withSqliteTypes } from '../canonical/sqlite-types.js';
import { quote } from '../text.js';
import { withoutUnreadable } from './without-unreadable.js';
import { writtenTriggers } from './written-triggers.js';

/**
 * The statements of an operation, in order.
 *
 * @throws UnsupportedOperationError when SQLite does not support the operation or an option.
 * @throws NullValuesError when rows would have no value in a NOT NULL column.
 */
export async function compile(operation: Operation, context: CompileContext): Promise<readonly Statement[]> {
  refuseUnsupported(operation);
  if (isScript(context)) refuseScriptTables(operation);
  switch (operation.kind) {
    case 'createTable':
      return statements(createTable(operation));
    case 'dropTable':
      return statements([`DROP TABLE ${operation.ifExists ? 'IF EXISTS ' : ''}${quote(operation.table.name)}`]);
    case 'renameTable':
      return statements(await renameTable(operation, context));
    case 'createView':
      return statements(
        operation.restore ? await restoreViewSql(operation.view, context) : [createViewSql(operation.view)],
      );
    case 'dropView': {
      const drop = `DROP VIEW ${operation.ifExists ? 'IF EXISTS ' : ''}${quote(operation.view.name)}`;
      return statements(operation.keep ? await dropViewKeepingSql(operation.view, drop, context) : [drop]);
    }
    case 'alterView':
      return statements(await alterViewSql(operation.view.name, operation.expression, context));
    case 'bulkInsert':
      return insertRows(quote(operation.table.name), operation.rows, insertWriter);
    case 'execute': {
      const { sql, parameters } = operation;
      if (isScript(context) && parameters === undefined) return statements(guardedStatement(sql));
      return [{ sql, ...(parameters && { parameters }) }];
    }
    case 'inBatches':
      return inBatches(operation, context);
    case 'createIndex':
    case 'dropIndex':
      return conditionalIndex(operation) ?? changeTable([operation], operation, context);
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
  if (context.offline) {
    if (operations.every(({ kind }) => kind === 'setTableComment')) return [];
    if (isScript(context)) refuseConditionalOffline(operations);
  }
  try {
    return await changeKnownTable(operations, name, context);
  } catch (error) {
    throw context.offline ? unknownToScript(error) : error;
  }
}

async function changeKnownTable(
  operations: readonly TableOperation[],
  name: QualifiedName,
  context: CompileContext,
): Promise<readonly Statement[]> {
  const found = await context.table(name);
  // Offline a table is what the script's own operations specify, with types of TypeORM too.
  const table = withPreviousKinds(context.offline ? withSqliteTypes(found) : found, operations);
  const needed = withoutMoot(table, operations);
  return needed.length === 0
    ? []
    : statements(
        await withoutUnreadable(await changeTableSql(table, needed.map(operationWithSqliteTypes), context), context),
      );
}

/** The error about what a table lacks, as one about what a script knows: the database may have it. */
function unknownToScript(error: unknown): unknown {
  if (error instanceof UnknownColumnError) {
    return new ScriptMemberError(displayName(error.table), 'column', error.column, error);
  }
  return error instanceof UnknownConstraintError
    ? new ScriptMemberError(displayName(error.table), error.what, error.constraint, error)
    : error;
}

/**
 * The operations without those whose IF EXISTS or IF NOT EXISTS makes them void: SQLite has these only for whole objects.
 */
function withoutMoot(table: TableModel, operations: readonly TableOperation[]): readonly TableOperation[] {
  const needed: TableOperation[] = [];
  let current = table;
  for (const operation of operations) {
    if (isMoot(current, operation, SQLITE_SQL)) continue;
    needed.push(operation);
    current = applyToTable(current, operation);
  }
  return needed;
}

function refuseConditionalOffline(operations: readonly TableOperation[]): void {
  const conditional = operations.find(isConditional);
  if (conditional === undefined) return;
  throw new ScriptConditionError(conditional.kind, displayName(conditional.table));
}

/** Re-creates a view with another query, and its triggers, which are dropped with it. */
async function alterViewSql(name: string, expression: string, context: CompileContext): Promise<readonly string[]> {
  const triggers = await writtenTriggers(name, context);
  const view = createViewSql({ name, expression, indices: [], dependsOn: [] });
  const statements = [`DROP VIEW ${quote(name)}`, view, ...triggers];
  return isScript(context) ? guardedViewSql(name, triggers, statements) : statements;
}

function createTable({ table: given, ifNotExists }: OperationOf<'createTable'>): readonly string[] {
  const table = withSqliteTypes(given);
  refuseStrictTypes({ kind: 'createTable' }, table);
  const options = ifNotExists ? { ifNotExists } : {};
  return [createTableSql(table, options), ...table.indices.map((index) => createIndexSql(index, table.name, options))];
}

/** The statement of a conditional index operation, for which SQLite has IF EXISTS and IF NOT EXISTS; else undefined. */
function conditionalIndex(operation: OperationOf<'createIndex' | 'dropIndex'>): readonly Statement[] | undefined {
  if (!isConditional(operation)) return undefined;
  return operation.kind === 'createIndex'
    ? statements([createIndexSql(operation.index, operation.table.name, { ifNotExists: true })])
    : statements([`DROP INDEX IF EXISTS ${quote(operation.name)}`]);
}

/** Renames a table; by way of a temporary name when only the case changes, since SQLite reports that as taken. */
async function renameTable(
  { table: { name: from }, to: { name: to } }: OperationOf<'renameTable'>,
  context: CompileContext,
): Promise<readonly string[]> {
  const isOneName = from.toLowerCase() === to.toLowerCase();
  const names = isOneName ? [from, await freeName(from, context), to] : [from, to];
  const renames = names.slice(1).map((name, index) => renameTableSql(names[index] ?? from, name));
  return withoutUnreadable(renames, context, { from, to });
}

function renameTableSql(from: string, to: string): string {
  return `ALTER TABLE ${quote(from)} RENAME TO ${quote(to)}`;
}

function statements(sql: readonly string[]): readonly Statement[] {
  return sql.map((sql) => ({ sql }));
}
