import { applyOperation } from '../../operations/apply/apply.js';
import type { Operation, OperationOf } from '../../operations/operation.js';
import { emptySchema, qualifiedNameOf, type SchemaModel, type ViewModel } from '../../schema/schema.model.js';
import type { CompareContext } from './compare-context.js';
import { compareIndices } from './compare-indices.js';
import type { Pair } from './matching.js';

/** The operations on a view that is dropped and made again. */
export interface RemadeView {
  /** What changes of its indexes before it goes. */
  readonly before: readonly Operation[];
  readonly drop: Operation;
  readonly create: OperationOf<'createView'>;
  /** The indexes that are new. */
  readonly after: readonly Operation[];
}

/** A view of the same kind gets back what it had; one of the other kind cannot have it. */
export function remakeView({ actual, wanted }: Pair<ViewModel>, context: CompareContext): RemadeView {
  if (actual.materialized !== wanted.materialized) {
    return { before: [], drop: dropView(actual), create: { kind: 'createView', view: wanted }, after: [] };
  }
  const changes = compareIndices(actual, wanted, context);
  const after = changes.filter(({ kind }) => kind === 'createIndex');
  const before = changes.filter(({ kind }) => kind !== 'createIndex');
  const { views } = before.reduce<SchemaModel>(applyOperation, { ...emptySchema, views: [actual] });
  const [left = actual] = views;
  return {
    before,
    drop: { ...dropView(left), keep: true },
    create: { kind: 'createView', view: { ...wanted, indices: left.indices }, restore: true },
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
