import { isDeepStrictEqual } from 'node:util';
import { mentionsColumn } from '../operations/sql-identifiers.js';
import type { Operation } from '../operations/operation.js';
import {
  qualifiedKey,
  qualifiedNameOf,
  type QualifiedName,
  type SchemaModel,
  type ViewModel,
} from '../schema/schema.model.js';
import type { CompareContext } from './compare-context.js';
import { compareIndices } from './compare-indices.js';
import { inDependencyOrder } from './dependency-order.js';
import { type Pair, pairByName } from './matching.js';

/**
 * The operations that turn the views of a schema into the wanted ones, `changes` being those on its tables.
 *
 * A view is dropped and made again when its text differs, when a table or column under it is renamed or goes, when a column
 * changes its type, and when a view under it is made again. Where its text alone differs, it is altered and keeps what it
 * has beside it: privileges, triggers.
 */
export function compareViews(
  actual: SchemaModel,
  wanted: SchemaModel,
  changes: readonly Operation[],
  context: CompareContext,
): Operation[] {
  const views = context.inclusion.in('view', pairByName(actual.views, wanted.views));
  const isTouched = touchedBy([...context.renames, ...changes]);
  const mayAlter = alterable(actual, wanted, changes, context);
  const differing = views.pairs.filter(
    (pair) => (differs(pair.actual, pair.wanted) && !mayAlter(pair)) || isTouched(pair.actual),
  );
  const standing = views.pairs.map((pair) => pair.actual);
  const dropped = withDependents([...views.actualOnly, ...differing.map((pair) => pair.actual)], standing);
  const remade = views.pairs.filter((pair) => dropped.has(pair.actual));
  const kept = views.pairs.filter((pair) => !dropped.has(pair.actual));
  const dependsOn = (view: ViewModel): readonly QualifiedName[] => view.dependsOn;
  return [
    ...inDependencyOrder([...dropped], dependsOn)
      .reverse()
      .map(dropView),
    ...kept.flatMap((pair) => compareIndices(pair.actual, pair.wanted, context)),
    ...inDependencyOrder([...views.wantedOnly, ...remade.map((pair) => pair.wanted)], dependsOn).map(
      (view): Operation => ({ kind: 'createView', view }),
    ),
    ...kept.filter((pair) => differs(pair.actual, pair.wanted)).map(alterView),
  ];
}

function differs(actual: ViewModel, wanted: ViewModel): boolean {
  return actual.expression !== wanted.expression || actual.materialized !== wanted.materialized;
}

/**
 * Whether a view can have another text in its place: no other view reads it, no name in it changes, and what it reads stays as
 * it is but for columns that come, since it keeps its old text until all else is done.
 */
function alterable(
  actual: SchemaModel,
  wanted: SchemaModel,
  changes: readonly Operation[],
  { renames }: CompareContext,
): (pair: Pair<ViewModel>) => boolean {
  const read = new Set([...actual.views, ...wanted.views].flatMap(({ dependsOn }) => dependsOn.map(qualifiedKey)));
  const changed = new Set(
    changes.flatMap((change) => ('table' in change && change.kind !== 'addColumn' ? [qualifiedKey(change.table)] : [])),
  );
  const keepsNames =
    renames.length === 0 &&
    pairByName(actual.enums, wanted.enums).pairs.every((pair) => isDeepStrictEqual(pair.actual, pair.wanted));
  return ({ actual: before, wanted: after }) =>
    keepsNames &&
    !before.materialized &&
    !after.materialized &&
    !read.has(qualifiedKey(before)) &&
    !before.dependsOn.some((name) => changed.has(qualifiedKey(name)));
}

function alterView({ actual, wanted }: Pair<ViewModel>): Operation {
  const { expression } = wanted;
  return { kind: 'alterView', view: qualifiedNameOf(wanted), expression, existing: actual.expression };
}

function dropView(view: ViewModel): Operation {
  return {
    kind: 'dropView',
    view: qualifiedNameOf(view),
    ...(view.materialized && { materialized: true }),
    was: view,
  };
}

/**
 * Whether a view reads what the changes would pull away from under it, or what they rename: the database's text of the view
 * follows the new names, and where names are exchanged it reads the others then.
 */
function touchedBy(changes: readonly Operation[]): (view: ViewModel) => boolean {
  const tables = new Set<string>();
  const columns = new Map<string, string[]>();
  for (const change of changes) {
    if (change.kind === 'renameTable') tables.add(qualifiedKey(change.to));
    if (change.kind === 'dropTable') tables.add(qualifiedKey(change.table));
    const column = columnInTheWay(change);
    if (column === undefined) continue;
    const key = qualifiedKey(column.table);
    columns.set(key, [...(columns.get(key) ?? []), column.name]);
  }
  return ({ dependsOn, expression }) =>
    dependsOn
      .map(qualifiedKey)
      .some((table) => tables.has(table) || columns.get(table)?.some((column) => mentionsColumn(expression, column)));
}

function columnInTheWay(change: Operation): { readonly table: QualifiedName; readonly name: string } | undefined {
  if (change.kind === 'renameColumn') return { table: change.table, name: change.from };
  const isInTheWay = change.kind === 'dropColumn' || (change.kind === 'alterColumn' && change.to.type !== undefined);
  return isInTheWay ? { table: change.table, name: change.column } : undefined;
}

/** These views and all that read them, however far up. */
function withDependents(views: readonly ViewModel[], all: readonly ViewModel[]): Set<ViewModel> {
  const found = new Set(views);
  const names = new Set(views.map(qualifiedKey));
  for (let size = -1; size !== found.size;) {
    size = found.size;
    for (const view of all) {
      if (found.has(view) || !view.dependsOn.some((name) => names.has(qualifiedKey(name)))) continue;
      found.add(view);
      names.add(qualifiedKey(view));
    }
  }
  return found;
}
