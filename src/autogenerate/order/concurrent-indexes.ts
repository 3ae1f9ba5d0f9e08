import { isDeepStrictEqual } from 'node:util';
import type { Operation, OperationKind, OperationOf } from '../../operations/operation.js';
import { qualifiedKey, type QualifiedName, referencedTable } from '../../schema/schema.model.js';

/** What a revision does, up and down. */
export interface BothDirections {
  readonly upgrade: readonly Operation[];
  readonly downgrade: readonly Operation[];
}

/** One revision split into three that run one after the other; an empty one is not written. */
export interface ApartByTransaction {
  /** Operations in a transaction. */
  readonly inside: BothDirections;
  /** The indexes that are built or dropped concurrently, outside of any transaction. */
  readonly concurrent: BothDirections;
  /** The foreign keys that refer to the columns of such an index. */
  readonly behind: BothDirections;
  /** The changed operations, with those that they replace. */
  readonly replaced: ReadonlyMap<Operation, Operation>;
}

type ConcurrentIndex = OperationOf<'createIndex' | 'dropIndex'>;

/**
 * Splits the concurrent indexes of a revision off into a revision of their own.
 *
 * To build one, a run leaves its transaction. That commits what the same revision did before, and if the build failed, the revision
 * could not run again. A revision of nothing but concurrent indexes can: an index that is built already is left as it is, one
 * that a failed build left behind is dropped and built again.
 *
 * The drop of an index stays in the transaction when its table has other changes: one of them may need it dropped, and the
 * table is locked in any case.
 *
 * @returns undefined when no index is concurrent, when raw SQL follows one: the SQL may depend on the index, or the index on it; and
 *   when other operations leave the transaction too, or an index gets the name of another one: their order is that of the revision
 */
export function apartByTransaction({ upgrade, downgrade }: BothDirections): ApartByTransaction | undefined {
  const first = upgrade.findIndex(isConcurrent);
  if (
    first < 0 ||
    upgrade.slice(first).some(({ kind }) => kind === 'execute' || kind === 'bulkInsert' || kind === 'inBatches')
  )
    return undefined;
  if (upgrade.some((operation) => leavesTransaction(operation) || isExchange(operation, upgrade))) return undefined;
  const places = placesOf(upgrade);
  const replaced = new Map<Operation, Operation>();
  const changed = (operation: Operation, place: Place): Operation => {
    if (!isConcurrent(operation)) return operation;
    const change = place === 'concurrent' ? repeatable(operation) : inTransaction(operation);
    replaced.set(change, operation);
    return change;
  };
  const part = (place: Place): BothDirections => {
    const own = (operations: readonly Operation[], keyOf: (operation: Operation) => string): readonly Operation[] =>
      operations.flatMap((operation) => {
        const known = places.get(keyOf(operation));
        if ((known ?? 'inside') !== place) return [];
        return [known === undefined ? operation : changed(operation, place)];
      });
    return { upgrade: own(upgrade, keyOf), downgrade: own(downgrade, keyOfUndone) };
  };
  return { inside: part('inside'), concurrent: part('concurrent'), behind: part('behind'), replaced };
}

/** Whether an operation that is no index leaves the transaction, or needs an index that is built outside of it. */
function leavesTransaction(operation: Operation): boolean {
  const isValidation = operation.kind === 'validateConstraint' && operation.isConcurrent === true;
  return isValidation || operation.kind === 'inBatches' || 'fromIndex' in operation;
}

/** Whether an operation gives an index that the revision builds the name of another one. */
function isExchange(operation: Operation, upgrade: readonly Operation[]): boolean {
  if (operation.kind !== 'renameIndex') return false;
  return upgrade.some((one) => one.kind === 'createIndex' && one.index.name === operation.from);
}

type Place = 'inside' | 'concurrent' | 'behind';

/** In which revision concurrent indexes are, and the foreign keys that need one, by `keyOf`; all other operations are inside. */
function placesOf(upgrade: readonly Operation[]): ReadonlyMap<string, Place> {
  const others = upgrade.filter((operation) => !isConcurrent(operation));
  const changed = new Set(others.flatMap(relationsOf).map(qualifiedKey));
  const indices = upgrade.filter(isConcurrent);
  const placeOf = ({ kind, table }: ConcurrentIndex): Place =>
    kind === 'dropIndex' && changed.has(qualifiedKey(table)) ? 'inside' : 'concurrent';
  return new Map([
    ...indices.map((operation) => [keyOf(operation), placeOf(operation)] as const),
    ...others
      .filter((operation) => operation.kind === 'createForeignKey' && refersToOne(operation, indices))
      .map((operation) => [keyOf(operation), 'behind'] as const),
  ]);
}

function isConcurrent(operation: Operation): operation is ConcurrentIndex {
  if (operation.kind === 'createIndex') return operation.index.isConcurrent === true;
  return operation.kind === 'dropIndex' && operation.isConcurrent === true;
}

/** The tables and views that an operation changes. */
function relationsOf(operation: Operation): readonly QualifiedName[] {
  const to = operation.kind === 'renameTable' || operation.kind === 'renameView' ? [operation.to] : [];
  if ('table' in operation) return [operation.table, ...to];
  return 'view' in operation ? [operation.view, ...to] : [];
}

/** Whether a foreign key refers to the columns of a unique index among these. */
function refersToOne({ foreignKey }: OperationOf<'createForeignKey'>, indices: readonly ConcurrentIndex[]): boolean {
  const target = qualifiedKey(referencedTable(foreignKey));
  const columns = new Set(foreignKey.referencedColumnNames);
  return indices.some(
    (operation) =>
      operation.kind === 'createIndex' &&
      operation.index.isUnique === true &&
      qualifiedKey(operation.table) === target &&
      isDeepStrictEqual(new Set(operation.index.columnNames), columns),
  );
}

/** A key of the creation, or the drop, of one index or foreign key; empty for any other operation. */
function keyOf(operation: Operation): string {
  const object = objectOf(operation);
  return object === undefined ? '' : [operation.kind, qualifiedKey(object.table), object.name].join('\u0000');
}

/** The key of the operation that an operation of the downgrade undoes. */
function keyOfUndone(operation: Operation): string {
  const undone = UNDONE[operation.kind];
  const object = objectOf(operation);
  return object === undefined || undone === undefined
    ? ''
    : [undone, qualifiedKey(object.table), object.name].join('\u0000');
}

const UNDONE: Partial<Record<OperationKind, OperationKind>> = {
  createIndex: 'dropIndex',
  dropIndex: 'createIndex',
  createForeignKey: 'dropForeignKey',
  dropForeignKey: 'createForeignKey',
};

/** The index or the foreign key that an operation creates or drops. */
function objectOf(
  operation: Operation,
): { readonly table: QualifiedName; readonly name: string | undefined } | undefined {
  switch (operation.kind) {
    case 'createIndex':
      return { table: operation.table, name: operation.index.name };
    case 'createForeignKey':
      return { table: operation.table, name: operation.foreignKey.name };
    case 'dropIndex':
    case 'dropForeignKey':
      return { table: operation.table, name: operation.name };
    default:
      return undefined;
  }
}

/** The operation as one that may run twice: it does nothing where it is done already. */
function repeatable(operation: ConcurrentIndex): Operation {
  return operation.kind === 'createIndex' ? { ...operation, ifNotExists: true } : { ...operation, ifExists: true };
}

/** The operation as one that is not concurrent. */
function inTransaction(operation: ConcurrentIndex): Operation {
  if (operation.kind === 'createIndex') {
    const { isConcurrent: _isConcurrent, ...index } = operation.index;
    return { ...operation, index };
  }
  const { isConcurrent: _isConcurrent, ...drop } = operation;
  return drop;
}
