import type { Operation } from '../../operations/operation.js';
import { mentionsColumn } from '../../sql/columns.js';
import type { SqlRules } from '../../sql/rules.js';
import { qualifiedKey, type QualifiedName, type ViewModel } from '../../schema/schema.model.js';
import type { CompareContext } from './compare-context.js';

interface TableColumn {
  readonly table: QualifiedName;
  readonly name: string;
}

/** Columns by the keys of their tables. */
type Columns = ReadonlyMap<string, readonly string[]>;

/**
 * Whether the changes require that a view is re-created:
 *
 * - It reads a table or a column that is dropped or renamed. After a rename the database's query of the view uses the new name; were
 *   two names exchanged, it would read the other object.
 * - It reads a column that changes its type, and either its query changes too (`isRewritten`), or several such columns change one
 *   after the other: the old query may be invalid in between. Where tables are rebuilt this does not matter.
 *
 * @param views all views of the database, since a view may read others
 */
export function touchedBy(
  changes: readonly Operation[],
  views: readonly ViewModel[],
  { rebuildsTables, sqlRules }: Pick<CompareContext, 'rebuildsTables' | 'sqlRules'>,
): (view: ViewModel, isRewritten: boolean) => boolean {
  const tables = new Set(
    changes.flatMap((change) => {
      if (change.kind === 'renameTable') return [qualifiedKey(change.to)];
      return change.kind === 'dropTable' ? [qualifiedKey(change.table)] : [];
    }),
  );
  const removed = columnsOf(changes, removedColumn);
  const retyped = columnsOf(changes, (change) => (rebuildsTables ? undefined : retypedColumn(change)));
  const converted = columnsOf(changes, (change) => (isResize(change) ? undefined : retypedColumn(change)));
  const countRead = (some: Iterable<ViewModel>, columns: Columns): number => countNamed(some, columns, sqlRules);
  const byKey = new Map(views.map((view) => [qualifiedKey(view), view]));
  return (view, isRewritten) => {
    if (view.dependsOn.some((name) => tables.has(qualifiedKey(name))) || countRead([view], removed) > 0) return true;
    const read = withReadViews(view, byKey);
    const changing = countRead(read, retyped);
    return changing > 0 && (isRewritten || (changing > 1 && countRead(read, converted) > 0));
  };
}

function columnsOf(changes: readonly Operation[], columnOf: (change: Operation) => TableColumn | undefined): Columns {
  const columns = new Map<string, string[]>();
  for (const change of changes) {
    const column = columnOf(change);
    if (column === undefined) continue;
    const key = qualifiedKey(column.table);
    columns.set(key, [...(columns.get(key) ?? []), column.name]);
  }
  return columns;
}

/** The column that a change drops, or renames. */
function removedColumn(change: Operation): TableColumn | undefined {
  if (change.kind === 'renameColumn') return { table: change.table, name: change.from };
  return change.kind === 'dropColumn' ? { table: change.table, name: change.column } : undefined;
}

function retypedColumn(change: Operation): TableColumn | undefined {
  const isRetyped = change.kind === 'alterColumn' && change.to.type !== undefined;
  return isRetyped ? { table: change.table, name: change.column } : undefined;
}

/** Whether a change of a type affects only length or precision: an expression with other columns stays valid. */
function isResize(change: Operation): boolean {
  if (change.kind !== 'alterColumn') return false;
  const { to, existing } = change;
  return to.type === existing?.type && to.isArray === existing?.isArray && to.enumName === existing?.enumName;
}

/** How many of the columns the queries of the views name. */
function countNamed(views: Iterable<ViewModel>, columns: Columns, rules: SqlRules): number {
  return [...views].flatMap(({ dependsOn, expression }) =>
    dependsOn
      .flatMap((name) => columns.get(qualifiedKey(name)) ?? [])
      .filter((column) => mentionsColumn(expression, column, rules)),
  ).length;
}

/** A view, and those that it reads, directly or through other views. */
function withReadViews(view: ViewModel, byKey: ReadonlyMap<string, ViewModel>): ReadonlySet<ViewModel> {
  const found = new Set([view]);
  for (const { dependsOn } of found) {
    for (const name of dependsOn) {
      const read = byKey.get(qualifiedKey(name));
      if (read !== undefined) found.add(read);
    }
  }
  return found;
}
