import type { Operation, TableOperation } from '../../operations/operation.js';
import { qualifiedKey, qualifiedNameOf } from '../../schema/schema.model.js';
import { notNullStepsIn } from '../render/added-columns.js';
import { isTableOperation } from './operation-order.js';

/**
 * Puts the changes of each table into one batch, at the place of the first of them, for a database that does them by one statement.
 *
 * Foreign keys stay where they are, since other tables depend on them. A batch ends where rows are changed, and before a step that
 * makes an added column NOT NULL: a person may have to fill it before.
 */
export function inBatchesBetween(operations: readonly Operation[]): Operation[] {
  const notNullSteps = notNullStepsIn(operations);
  const groups: (Operation | TableOperation[])[] = [];
  let open = new Map<string, TableOperation[]>();
  for (const operation of operations) {
    const isStep = notNullSteps.has(operation);
    if (operation.kind === 'execute' || isStep) open = new Map();
    if (isStep || !isTableOperation(operation) || isOfForeignKey(operation)) {
      groups.push(operation);
      continue;
    }
    const key = qualifiedKey(operation.table);
    const group = open.get(key);
    if (group === undefined) {
      const started = [operation];
      open.set(key, started);
      groups.push(started);
    } else {
      group.push(operation);
    }
  }
  return groups.map((group) => (Array.isArray(group) ? batched(group) : group));
}

function isOfForeignKey({ kind }: TableOperation): boolean {
  return kind === 'createForeignKey' || kind === 'dropForeignKey' || kind === 'renameConstraint';
}

function batched(changes: readonly TableOperation[]): Operation {
  const [first] = changes as [TableOperation];
  return changes.length === 1 ? first : { kind: 'batch', table: qualifiedNameOf(first.table), operations: changes };
}
