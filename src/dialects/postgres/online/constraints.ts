import type { Operation, OperationOf } from '../../../operations/operation.js';
import type { OnlineForm } from '../../online.js';

const INDEX = 'Outside of any transaction, while others use the table.';
const UNIQUE = 'The index is built while others use the table, and becomes that of the constraint.';
const VALIDATED = 'Added without a look at the rows, and validated while others use the table.';

export function onlineIndex(operation: OperationOf<'createIndex' | 'dropIndex'>): OnlineForm | undefined {
  if (operation.kind === 'dropIndex') {
    if (operation.isConcurrent) return undefined;
    return form([{ ...operation, isConcurrent: true, ifExists: true }], INDEX);
  }
  if (operation.index.isConcurrent) return undefined;
  return form([concurrent(operation)], INDEX);
}

export function onlineUnique(operation: OperationOf<'createUnique'>): OnlineForm | undefined {
  const { table, unique, fromIndex } = operation;
  const { name, columnNames } = unique;
  if (name === undefined || fromIndex !== undefined) return undefined;
  const index = concurrent({ kind: 'createIndex', table, index: { name, columnNames, isUnique: true } });
  return form([index, { ...operation, fromIndex: name }], UNIQUE);
}

export function onlineKey(operation: OperationOf<'createPrimaryKey'>): OnlineForm | undefined {
  const { table, primaryKey, fromIndex } = operation;
  const { name, columnNames } = primaryKey;
  if (name === undefined || fromIndex !== undefined) return undefined;
  const index = concurrent({ kind: 'createIndex', table, index: { name, columnNames, isUnique: true } });
  return form([index, { ...operation, fromIndex: name }], UNIQUE);
}

export function validatedLater(
  operation: OperationOf<'createForeignKey' | 'createCheck' | 'validateConstraint'>,
): OnlineForm | undefined {
  const { table } = operation;
  if (operation.kind === 'validateConstraint') {
    return operation.isConcurrent ? undefined : form([{ ...operation, isConcurrent: true }], VALIDATED);
  }
  const constraint = operation.kind === 'createCheck' ? operation.check : operation.foreignKey;
  if (constraint.name === undefined || constraint.isNotValid) return undefined;
  const added: Operation =
    operation.kind === 'createCheck'
      ? { ...operation, check: { ...operation.check, isNotValid: true } }
      : { ...operation, foreignKey: { ...operation.foreignKey, isNotValid: true } };
  return form([added, { kind: 'validateConstraint', table, name: constraint.name, isConcurrent: true }], VALIDATED);
}

export function concurrent({ index, ...operation }: OperationOf<'createIndex'>): OperationOf<'createIndex'> {
  return { ...operation, index: { ...index, isConcurrent: true }, ifNotExists: true };
}

/** The name that an index has until it replaces another one. */
export function freeIndexName(name: string): string {
  const suffix = '_new';
  let start = name;
  while (Buffer.byteLength(start + suffix) > 63) start = start.slice(0, -1);
  return start + suffix;
}

function form(operations: readonly Operation[], why: string): OnlineForm {
  return { taken: 1, operations, why };
}
