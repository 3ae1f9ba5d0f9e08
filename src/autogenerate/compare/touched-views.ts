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
 * Whether a view reads what the changes would pull away from under it, or what they rename: the database's text of the view
 * follows the new names, and where names are exchanged it reads the others then.
 *
 * A column that changes its type touches a view only where its old text may not be readable in between: when its text is to
 * change as well (`isRewritten`), or when several columns under it change one after the other. Where tables are rebuilt it
 * touches none.
 *
 * @param views those of the database, which may read each other
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
  const gone = columnsOf(changes, columnInTheWay);
  const retyped = columnsOf(changes, (change) => (rebuildsTables ? undefined : retypedColumn(change)));
  const converted = columnsOf(changes, (change) => (isResize(change) ? undefined : retypedColumn(change)));
  const countUnder = (some: Iterable<ViewModel>, columns: Columns): number => mentions(some, columns, sqlRules);
  const byKey = new Map(views.map((view) => [qualifiedKey(view), view]));
  return (view, isRewritten) => {
    if (view.dependsOn.some((name) => tables.has(qualifiedKey(name))) || countUnder([view], gone) > 0) return true;
    const below = withReadViews(view, byKey);
    const changing = countUnder(below, retyped);
    return changing > 0 && (isRewritten || (changing > 1 && countUnder(below, converted) > 0));
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

function columnInTheWay(change: Operation): TableColumn | undefined {
  if (change.kind === 'renameColumn') return { table: change.table, name: change.from };
  return change.kind === 'dropColumn' ? { table: change.table, name: change.column } : undefined;
}

function retypedColumn(change: Operation): TableColumn | undefined {
  const isRetyped = change.kind === 'alterColumn' && change.to.type !== undefined;
  return isRetyped ? { table: change.table, name: change.column } : undefined;
}

/** Whether a column keeps its type but for length or precision: what reads it together with another one still can. */
function isResize(change: Operation): boolean {
  if (change.kind !== 'alterColumn') return false;
  const { to, existing } = change;
  return to.type === existing?.type && to.isArray === existing?.isArray && to.enumName === existing?.enumName;
}

/** How many of the columns the texts of views name. */
function mentions(views: Iterable<ViewModel>, columns: Columns, rules: SqlRules): number {
  return [...views].flatMap(({ dependsOn, expression }) =>
    dependsOn
      .flatMap((name) => columns.get(qualifiedKey(name)) ?? [])
      .filter((column) => mentionsColumn(expression, column, rules)),
  ).length;
}

/** A view and those that it reads, however far down. */
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
