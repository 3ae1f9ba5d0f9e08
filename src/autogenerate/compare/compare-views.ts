import { isDeepStrictEqual } from 'node:util';
import type { Operation, OperationKind } from '../../operations/operation.js';
import {
  qualifiedKey,
  qualifiedNameOf,
  type QualifiedName,
  type SchemaModel,
  type ViewModel,
} from '../../schema/schema.model.js';
import { notNullStepsIn } from '../render/added-columns.js';
import type { CompareContext } from './compare-context.js';
import { compareIndices } from './compare-indices.js';
import { inDependencyOrder } from '../order/dependency-order.js';
import { type Pair, pairByName } from './matching.js';
import { dropView, remakeView } from './remake-view.js';
import { touchedBy } from './touched-views.js';

/**
 * The operations that turn the views of a schema into the wanted ones, `changes` being those on its tables.
 *
 * A view is re-created when its query differs, when a table or column that it reads is renamed or dropped, and when a view that it
 * reads is re-created; it keeps its indexes, privileges and comments. Where only its query differs, it is altered if that is possible.
 * A column that it reads may change its type: that operation itself drops and re-creates the views on the column.
 */
export function compareViews(
  actual: SchemaModel,
  wanted: SchemaModel,
  changes: readonly Operation[],
  context: CompareContext,
): Operation[] {
  const views = context.inclusion.in('view', pairByName(actual.views, wanted.views));
  const actualViews = views.pairs.map((pair) => pair.actual);
  const isTouched = touchedBy([...context.renames, ...changes], actualViews, context);
  const mayAlter = alterable(actual, wanted, changes, context);
  const differing = views.pairs.filter(
    (pair) => isTouched(pair.actual, differs(pair)) || (differs(pair) && !mayAlter(pair)),
  );
  const dropped = withDependents([...views.actualOnly, ...differing.map((pair) => pair.actual)], actualViews);
  const remadeByView = new Map(
    views.pairs
      .filter((pair) => dropped.has(pair.actual))
      .map((pair) => [pair.actual, remakeView(pair, context)] as const),
  );
  const remadeViews = [...remadeByView.values()];
  const recreations = new Map(remadeViews.map(({ create }) => [create.view, create]));
  const kept = views.pairs.filter((pair) => !dropped.has(pair.actual));
  const dependsOn = (view: ViewModel): readonly QualifiedName[] => view.dependsOn;
  return [
    ...remadeViews.flatMap(({ before }) => before),
    ...inDependencyOrder([...dropped], dependsOn)
      .reverse()
      .map((view) => remadeByView.get(view)?.drop ?? dropView(view)),
    ...kept.flatMap((pair) => compareIndices(pair.actual, pair.wanted, context)),
    ...inDependencyOrder([...views.wantedOnly, ...recreations.keys()], dependsOn).map(
      (view): Operation => recreations.get(view) ?? { kind: 'createView', view },
    ),
    ...remadeViews.flatMap(({ after }) => after),
    ...kept.filter(differs).map(alterView),
  ];
}

function differs({ actual, wanted }: Pair<ViewModel>): boolean {
  return actual.expression !== wanted.expression || actual.materialized !== wanted.materialized;
}

/** Changes of a table after which every view of it can be read as before. */
const HARMLESS: readonly OperationKind[] = [
  'addColumn',
  'createIndex',
  'dropIndex',
  'renameIndex',
  'createForeignKey',
  'dropForeignKey',
  'setTableComment',
];

/**
 * Whether the query of a view can be changed without re-creating the view: no other view reads it, no name in the query changes, and
 * the tables that it reads only get new columns. For the view keeps its old query until all other operations have run.
 */
function alterable(
  actual: SchemaModel,
  wanted: SchemaModel,
  changes: readonly Operation[],
  { renames, rebuildsTables }: CompareContext,
): (pair: Pair<ViewModel>) => boolean {
  const readByViews = new Set(
    [...actual.views, ...wanted.views].flatMap(({ dependsOn }) => dependsOn.map(qualifiedKey)),
  );
  const harmless = rebuildsTables ? [...HARMLESS, 'alterColumn'] : HARMLESS;
  const notNullSteps = notNullStepsIn(changes);
  const changed = new Set(
    changes.flatMap((change) =>
      'table' in change && !harmless.includes(change.kind) && !notNullSteps.has(change)
        ? [qualifiedKey(change.table)]
        : [],
    ),
  );
  const keepsNames =
    renames.length === 0 &&
    pairByName(actual.enums, wanted.enums).pairs.every((pair) => isDeepStrictEqual(pair.actual, pair.wanted));
  return ({ actual: before, wanted: after }) =>
    keepsNames &&
    !before.materialized &&
    !after.materialized &&
    !readByViews.has(qualifiedKey(before)) &&
    !before.dependsOn.some((name) => changed.has(qualifiedKey(name)));
}

function alterView({ actual, wanted }: Pair<ViewModel>): Operation {
  const { expression } = wanted;
  return { kind: 'alterView', view: qualifiedNameOf(wanted), expression, existing: actual.expression };
}

/** These views, and all that read them, directly or through other views. */
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
