import { UnsupportedOperationError } from '../../../errors/operations.errors.js';
import { applyToTable } from '../apply.js';
import type { TableOperation } from '../../../operations/operation.js';
import type { TableModel } from '../../../schema/schema.model.js';
import type { CompileContext } from '../../dialect.js';
import { alterSql, isSameDefinition, renameColumnSql } from './alter.js';
import type { Origins } from './copy-rows.js';
import { rebuildSql } from './rebuild.js';
import { refuseStrictTypes } from '../refuse.js';
import { refuseRows } from './refuse-rows.js';
import { guardedStatement } from '../script/script-sql.js';
import { canCopyRowidRenames, isRowidRename } from './rowid-renames.js';

/**
 * The statements of changes of one table: ALTERs when SQLite can do each of them so, else one rebuild for all.
 *
 * @param table the table as it stands before the first change.
 */
export async function changeTableSql(
  table: TableModel,
  operations: readonly TableOperation[],
  context: CompileContext,
): Promise<readonly string[]> {
  const [first] = operations;
  if (first !== undefined) {
    refuseStrictTypes(operations.length > 1 ? { kind: 'batch' } : first, operations.reduce(applyToTable, table));
  }
  const alters = alterAllSql(table, operations);
  if (alters !== undefined) return context.offline ? alters.flatMap(guardedStatement) : alters;
  const copies = await canCopyRowidRenames(table, operations, context);
  const plan = planRebuild(table, operations, copies);
  if (plan === undefined) return changeOneByOneSql(table, operations, context, copies);
  await refuseRows(table, plan.target, plan.origins, context);
  return runPlanSql(table, plan, context);
}

async function runPlanSql(table: TableModel, plan: RebuildPlan, context: CompileContext): Promise<readonly string[]> {
  const { target, origins, renames } = plan;
  const isSame = isSameDefinition(table, target) && table.columns.every(({ name }) => origins.kept.get(name) === name);
  const rebuild = isSame ? [] : await rebuildSql(table, target, origins, context);
  return [...rebuild, ...renames.map(([from, to]) => renameColumnSql(table.name, from, to))];
}

function alterAllSql(table: TableModel, operations: readonly TableOperation[]): readonly string[] | undefined {
  const statements: string[] = [];
  let current = table;
  for (const operation of operations) {
    const next = applyToTable(current, operation);
    const alters = alterSql(current, operation);
    if (alters === undefined) return undefined;
    statements.push(...alters);
    current = next;
  }
  return statements;
}

interface RebuildPlan {
  /** What to build: the wanted table, its renamed columns still under their old names. */
  readonly target: TableModel;
  readonly origins: Origins;
  /** Renames to do after the rebuild, so that SQLite takes views, triggers and other tables' keys along. */
  readonly renames: readonly (readonly [from: string, to: string])[];
}

/**
 * Undefined when the changes need one another's results: a name that is used again, two conversions of one column.
 *
 * @param copies whether the rebuild itself gives columns another name that SQLite would not give them.
 */
function planRebuild(
  table: TableModel,
  operations: readonly TableOperation[],
  copies: boolean,
): RebuildPlan | undefined {
  /** Column of the wanted table → column of the old one. */
  const sources = new Map(table.columns.map(({ name }) => [name, name]));
  const using = new Map<string, string>();
  for (const operation of operations) {
    if (operation.kind === 'dropColumn') sources.delete(operation.column);
    if (operation.kind === 'renameColumn') moveKey(sources, operation.from, operation.to);
    if (operation.kind !== 'alterColumn' || operation.to.using === undefined) continue;
    if (using.has(operation.column)) return undefined;
    using.set(operation.column, operation.to.using);
  }
  const wanted = operations.reduce(applyToTable, table);
  const isCopied = (from: string, to: string): boolean =>
    copies && !wanted.sqlite?.withoutRowid && isRowidRename(from, to);
  const moved = [...sources].filter(([name, source]) => name !== source);
  const renames = moved
    .filter(([name, source]) => !isCopied(source, name))
    .map(([name, source]) => [source, name] as const);
  const names = new Set(wanted.columns.map(({ name }) => name));
  if (renames.some(([from]) => names.has(from)) || (moved.length > 0 && using.size > 0)) return undefined;
  const target = renames.reduce(
    (model, [from, to]) => applyToTable(model, { kind: 'renameColumn', table, from: to, to: from }),
    wanted,
  );
  for (const [from, to] of renames) moveKey(sources, to, from);
  return { target, origins: { kept: sources, using }, renames };
}

function moveKey(map: Map<string, string>, from: string, to: string): void {
  const value = map.get(from);
  map.delete(from);
  if (value !== undefined) map.set(to, value);
}

/**
 * A rename changes the text of the table's triggers, which a rebuild after it puts back as they were when it was
 * written. So a table with triggers is not changed this way. Nor are its rows looked at: by the time of a rebuild the
 * columns may have other names than now, and SQLite itself refuses rows without a value.
 */
async function changeOneByOneSql(
  table: TableModel,
  operations: readonly TableOperation[],
  context: CompileContext,
  copies: boolean,
): Promise<readonly string[]> {
  const [trigger] = await context.query(
    `SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = ? COLLATE NOCASE`,
    [table.name],
  );
  if (trigger && operations.some(({ kind }) => kind === 'renameColumn')) {
    throw new UnsupportedOperationError(
      'batch',
      'SQLite',
      `'${table.name}' has the trigger '${String(trigger['name'])}', and the name of a renamed column is used again`,
      'Write the changes as two batches: up to the rename, and from there on.',
    );
  }
  const statements: string[] = [];
  let current = table;
  for (const operation of operations) {
    const plan = planRebuild(current, [operation], copies);
    statements.push(...(alterSql(current, operation) ?? (plan ? await runPlanSql(current, plan, context) : [])));
    current = applyToTable(current, operation);
  }
  return statements;
}
