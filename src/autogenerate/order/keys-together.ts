import { recreationOf } from '../../operations/describe/describe-all.js';
import type { Operation, OperationOf } from '../../operations/operation.js';
import { type ForeignKeyModel, qualifiedKey, referencedTable } from '../../schema/schema.model.js';

type DropKey = OperationOf<'dropForeignKey'>;

/**
 * Makes the two operations that drop and create a changed foreign key adjacent, unless one between them has to run while the
 * key is gone.
 *
 * @param rebuildsTables the database rebuilds tables, so that no other operation conflicts with a foreign key
 */
export function withKeysTogether(operations: readonly Operation[], rebuildsTables: boolean): Operation[] {
  const moved = new Map<Operation, DropKey>();
  operations.forEach((operation, place) => {
    const again = operation.kind === 'dropForeignKey' ? recreationOf(operation, operations) : undefined;
    if (operation.kind !== 'dropForeignKey' || operation.was === undefined || again === undefined) return;
    const { was } = operation;
    const operationsBetween = operations.slice(place + 1, operations.indexOf(again));
    if (rebuildsTables || !operationsBetween.some((other) => needsDropped(other, operation, was)))
      moved.set(again, operation);
  });
  const drops = new Set<Operation>(moved.values());
  return operations.flatMap((operation) => {
    const drop = moved.get(operation);
    if (drop !== undefined) return [drop, operation];
    return drops.has(operation) ? [] : [operation];
  });
}

/** Kinds of operations that leave columns, keys and rows of both tables as they are. */
const HARMLESS = new Set<Operation['kind']>([
  'createForeignKey',
  'dropForeignKey',
  'addColumn',
  'createCheck',
  'dropCheck',
  'createIndex',
  'setTableComment',
  'createTable',
]);

function needsDropped(operation: Operation, { table }: DropKey, was: ForeignKeyModel): boolean {
  if (HARMLESS.has(operation.kind)) return false;
  if (
    operation.kind === 'execute' ||
    operation.kind === 'bulkInsert' ||
    operation.kind === 'inBatches' ||
    'enum' in operation
  )
    return true;
  if (!('table' in operation)) return false;
  const name = qualifiedKey(operation.table);
  const [isOwn, isTarget] = [name === qualifiedKey(table), name === qualifiedKey(referencedTable(was))];
  if (operation.kind === 'alterColumn' || operation.kind === 'dropColumn') {
    const { column } = operation;
    return (isOwn && was.columnNames.includes(column)) || (isTarget && was.referencedColumnNames.includes(column));
  }
  return isOwn || isTarget;
}
