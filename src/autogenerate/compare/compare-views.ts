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
 * A view is dropped and made again when its text differs, when a table or column under it is renamed or goes, and when a view
 * under it is made again; what it has beside its text is kept meanwhile. Where its text alone differs, it is altered.
 * Under a column that changes its type it stays: that change itself takes it away and puts it back.
 */
export function compareViews(
  actual: SchemaModel,
  wanted: SchemaModel,
  changes: readonly Operation[],
  context: CompareContext,
): Operation[] {
  const views = context.inclusion.in('view', pairByName(actual.views, wanted.views));
  const standing = views.pairs.map((pair) => pair.actual);
  const isTouched = touchedBy([...context.renames, ...changes], standing, context);
  const mayAlter = alterable(actual, wanted, changes, context);
  const differing = views.pairs.filter(
    (pair) => isTouched(pair.actual, differs(pair)) || (differs(pair) && !mayAlter(pair)),
  );
  const dropped = withDependents([...views.actualOnly, ...differing.map((pair) => pair.actual)], standing);
  const remade = new Map(
    views.pairs
      .filter((pair) => dropped.has(pair.actual))
      .map((pair) => [pair.actual, remakeView(pair, context)] as const),
  );
  const remakings = [...remade.values()];
  const made = new Map(remakings.map(({ create }) => [create.view, create]));
  const kept = views.pairs.filter((pair) => !dropped.has(pair.actual));
  const dependsOn = (view: ViewModel): readonly QualifiedName[] => view.dependsOn;
  return [
    ...remakings.flatMap(({ before }) => before),
    ...inDependencyOrder([...dropped], dependsOn)
      .reverse()
      .map((view) => remade.get(view)?.drop ?? dropView(view)),
    ...kept.flatMap((pair) => compareIndices(pair.actual, pair.wanted, context)),
    ...inDependencyOrder([...views.wantedOnly, ...made.keys()], dependsOn).map(
      (view): Operation => made.get(view) ?? { kind: 'createView', view },
    ),
    ...remakings.flatMap(({ after }) => after),
    ...kept.filter(differs).map(alterView),
  ];
}

function differs({ actual, wanted }: Pair<ViewModel>): boolean {
  return actual.expression !== wanted.expression || actual.materialized !== wanted.materialized;
}

/** Changes of a table under which every view of it can be read as before. */
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
 * Whether a view can have another text in its place: no other view reads it, no name in it changes, and what it reads stays as
 * it is but for columns that come, since it keeps its old text until all else is done.
 */
function alterable(
  actual: SchemaModel,
  wanted: SchemaModel,
  changes: readonly Operation[],
  { renames, rebuildsTables }: CompareContext,
): (pair: Pair<ViewModel>) => boolean {
  const read = new Set([...actual.views, ...wanted.views].flatMap(({ dependsOn }) => dependsOn.map(qualifiedKey)));
  const leavesReading = rebuildsTables ? [...HARMLESS, 'alterColumn'] : HARMLESS;
  const notNullSteps = notNullStepsIn(changes);
  const changed = new Set(
    changes.flatMap((change) =>
      'table' in change && !leavesReading.includes(change.kind) && !notNullSteps.has(change)
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
    !read.has(qualifiedKey(before)) &&
    !before.dependsOn.some((name) => changed.has(qualifiedKey(name)));
}

function alterView({ actual, wanted }: Pair<ViewModel>): Operation {
  const { expression } = wanted;
  return { kind: 'alterView', view: qualifiedNameOf(wanted), expression, existing: actual.expression };
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
