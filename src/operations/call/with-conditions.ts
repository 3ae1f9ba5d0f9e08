import type { Operation, OperationOf, TableOperation } from '../operation.js';

/** Creates a constraint, for which no database has IF NOT EXISTS. */
type CreateConstraint = OperationOf<'createUnique' | 'createCheck' | 'createExclusion' | 'createForeignKey'>;

/**
 * The operation made conditional, so that it also runs on a database that lacks what it drops or renames, or has what it creates.
 * A constraint is dropped first where it exists. Kinds for which there is no condition stay as they are.
 */
export function withConditions(operation: Operation): readonly Operation[] {
  switch (operation.kind) {
    case 'batch':
      return [{ ...operation, operations: operation.operations.flatMap(withTableConditions) }];
    case 'dropTable':
    case 'dropEnum':
    case 'dropView':
    case 'dropSequence':
    case 'dropSchema':
      return [{ ...operation, ifExists: true }];
    case 'createTable':
    case 'createSequence':
    case 'createSchema':
      return [{ ...operation, ifNotExists: true }];
    default:
      return 'table' in operation &&
        operation.kind !== 'renameTable' &&
        operation.kind !== 'renameLabel' &&
        operation.kind !== 'bulkInsert' &&
        operation.kind !== 'inBatches'
        ? withTableConditions(operation)
        : [operation];
  }
}

function withTableConditions(operation: TableOperation): readonly TableOperation[] {
  switch (operation.kind) {
    case 'dropColumn':
    case 'dropPrimaryKey':
    case 'dropUnique':
    case 'dropCheck':
    case 'dropExclusion':
    case 'dropForeignKey':
    case 'dropIndex':
    case 'renameConstraint':
    case 'validateConstraint':
    case 'renameIndex':
      return [{ ...operation, ifExists: true }];
    case 'addColumn':
    case 'createIndex':
      return [{ ...operation, ifNotExists: true }];
    case 'createUnique':
    case 'createCheck':
    case 'createExclusion':
    case 'createForeignKey':
      return [...dropFirst(operation), operation];
    default:
      return [operation];
  }
}

function dropFirst(operation: CreateConstraint): readonly TableOperation[] {
  const { table } = operation;
  switch (operation.kind) {
    case 'createUnique':
      return named(operation.unique, (name) => ({ kind: 'dropUnique', table, name, ifExists: true }));
    case 'createCheck':
      return named(operation.check, (name) => ({ kind: 'dropCheck', table, name, ifExists: true }));
    case 'createExclusion':
      return named(operation.exclusion, (name) => ({ kind: 'dropExclusion', table, name, ifExists: true }));
    case 'createForeignKey':
      return named(operation.foreignKey, (name) => ({ kind: 'dropForeignKey', table, name, ifExists: true }));
  }
}

function named(
  { name }: { readonly name?: string },
  drop: (name: string) => TableOperation,
): readonly TableOperation[] {
  return name === undefined ? [] : [drop(name)];
}
