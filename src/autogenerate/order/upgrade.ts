import type { Operation, OperationKind } from '../../operations/operation.js';
import type { SchemaModel } from '../../schema/schema.model.js';
import { remadeViews } from './operation-order.js';

/**
 * The operations of an upgrade: the renames, and the changes that were compared after them, in the order in which they can run.
 *
 * 0. Schemas are created, since tables may move into them.
 * 1. Schemas, enum types, their values, indexes and constraints are renamed.
 * 2. Views are dropped, after the changes of their indexes: what they read has its old name until then, and a downgrade creates
 *    them when it has that name again. An index may be dropped or renamed here to free its name for a table.
 * 3. Tables, columns and their labels are renamed.
 * 4. All other changes follow in the order that they have.
 *
 * An extension that is installed already is created together with other changes, and never alone.
 *
 * @param actual the database before any rename
 */
export function upgradeOf(
  renames: readonly Operation[],
  compared: readonly Operation[],
  actual: SchemaModel,
): readonly Operation[] {
  const changes = compared.every((operation) => isInstalled(operation, actual)) ? [] : compared;
  const isRemade = remadeViews(changes);
  const isOfRemadeView = (change: Operation): boolean =>
    (change.kind === 'dropIndex' || change.kind === 'renameIndex') && isRemade(change.table);
  const ranked = [
    ...renames.map((operation) => ({ operation, rank: isOfTables(operation) ? 3 : 1 })),
    ...changes.map((operation) => ({ operation, rank: isOfRemadeView(operation) ? 2 : (RANKS[operation.kind] ?? 4) })),
  ];
  return ranked.sort((first, second) => first.rank - second.rank).map(({ operation }) => operation);
}

const RANKS: Partial<Record<OperationKind, number>> = { createSchema: 0, dropView: 2 };

function isOfTables({ kind }: Operation): boolean {
  return kind === 'renameTable' || kind === 'renameColumn' || kind === 'renameLabel';
}

/** Whether an operation creates an extension that the database has. */
export function isInstalled(operation: Operation, { extensions }: SchemaModel): boolean {
  return operation.kind === 'createExtension' && extensions.includes(operation.name);
}
