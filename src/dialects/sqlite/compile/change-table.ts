import { isScript } from '../../common/is-script.js';
import { UnsupportedOperationError } from '../../../errors/operations.errors.js';
import { applyToTable } from '../apply.js';
import type { TableOperation } from '../../../operations/operation.js';
import type { TableModel } from '../../../schema/schema.model.js';
import type { CompileContext } from '../../dialect.js';
import { alterSql, isSameDefinition, renameColumnSql } from './alter.js';
import type { Origins } from './copy-rows.js';
import { inPlaceSql } from './in-place.js';
import { rebuildSql } from './rebuild.js';
import { refuseStrictTypes } from '../refuse.js';
import { refuseRows } from './refuse-rows.js';
import { guardedStatement } from '../script/script-sql.js';
import { canCopyRowidRenames, isRowidRename } from './rowid-renames.js';

/**
 * The statements of changes of one table: ALTER statements when SQLite can do all of them so, else one rebuild for all.
 *
 * @param table the table before the first change.
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
  if (alters !== undefined) return isScript(context) ? alters.flatMap(guardedStatement) : alters;
  const copies = await canCopyRowidRenames(table, operations, context);
  const plan = planRebuild(table, operations, copies);
  if (plan === undefined) return changeOneByOneSql(table, operations, context, copies);
  await refuseRows(table, plan.target, plan.origins, context);
  const inPlace = await inPlaceSql(table, operations, context);
  if (inPlace !== undefined) return inPlace;
  return rebuildSteps(table, plan, context);
}

async function rebuildSteps(table: TableModel, plan: RebuildPlan, context: CompileContext): Promise<readonly string[]> {
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
  /** The table to build: the wanted one, with its renamed columns still under their old names. */
  readonly target: TableModel;
  readonly origins: Origins;
  /** Renames to do after the rebuild, so that SQLite also renames in views, triggers and foreign keys of other tables. */
  readonly renames: readonly (readonly [from: string, to: string])[];
}

/**
 * The plan of one rebuild for all changes. Undefined when a change needs the result of another one: a name is used again,
 * or a column is converted twice.
 *
 * @param copies whether the rebuild itself renames columns that SQLite refuses to rename.
 */
function planRebuild(
  table: TableModel,
  operations: readonly TableOperation[],
  copies: boolean,
): RebuildPlan | undefined {
  /** Column of the wanted table → column of the previous one. */
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
 * Compiles the changes one by one. A table with triggers is refused: a rename changes their statements, and a later rebuild
 * would restore them as they are now. Rows are not checked, since the columns may have other names by then; SQLite itself
 * refuses rows without a value.
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
    statements.push(...(alterSql(current, operation) ?? (plan ? await rebuildSteps(current, plan, context) : [])));
    current = applyToTable(current, operation);
  }
  return statements;
}
