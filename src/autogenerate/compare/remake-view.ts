import { applyOperation } from '../../operations/apply/apply.js';
import type { Operation, OperationOf } from '../../operations/operation.js';
import { emptySchema, qualifiedNameOf, type SchemaModel, type ViewModel } from '../../schema/schema.model.js';
import type { CompareContext } from './compare-context.js';
import { compareIndices } from './compare-indices.js';
import type { Pair } from './matching.js';

/** The operations that re-create a view. */
export interface RemadeView {
  /** Changes of its indexes before it is dropped. */
  readonly before: readonly Operation[];
  readonly drop: Operation;
  readonly create: OperationOf<'createView'>;
  /** The indexes that are new. */
  readonly after: readonly Operation[];
}

/**
 * Re-creates a view. If it stays a view, or a materialised view, it gets back the indexes, privileges and comments that it had; one that
 * changes its kind cannot have them.
 */
export function remakeView({ actual, wanted }: Pair<ViewModel>, context: CompareContext): RemadeView {
  if (actual.materialized !== wanted.materialized) {
    return { before: [], drop: dropView(actual), create: { kind: 'createView', view: wanted }, after: [] };
  }
  const changes = compareIndices(actual, wanted, context);
  const after = changes.filter(({ kind }) => kind === 'createIndex');
  const before = changes.filter(({ kind }) => kind !== 'createIndex');
  const { views } = before.reduce<SchemaModel>(applyOperation, { ...emptySchema, views: [actual] });
  const [changed = actual] = views;
  return {
    before,
    drop: { ...dropView(changed), keep: true },
    create: { kind: 'createView', view: { ...wanted, indices: changed.indices }, restore: true },
    after,
  };
}

export function dropView(view: ViewModel): OperationOf<'dropView'> {
  return {
    kind: 'dropView',
    view: qualifiedNameOf(view),
    ...(view.materialized && { materialized: true }),
    was: view,
  };
}
