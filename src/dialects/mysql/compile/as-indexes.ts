import { UnknownConstraintError } from '../../../errors/operations.errors.js';
import type { TableOperation } from '../../../operations/operation.js';
import { qualifiedNameOf, type TableModel } from '../../../schema/schema.model.js';
import { indexOfUnique } from '../unique-index.js';

/**
 * An operation on a unique constraint as one on the index that it is here; the primary key has no name of its own.
 *
 * @throws UnknownConstraintError when a constraint without a name does not exist
 */
export function asOnIndex(operation: TableOperation, table: TableModel): TableOperation {
  switch (operation.kind) {
    case 'createUnique':
      return { kind: 'createIndex', table: operation.table, index: indexOfUnique(operation.unique) };
    case 'dropUnique': {
      const { table: owner, ifExists } = operation;
      const name = operation.name ?? nameByColumns(operation.columnNames ?? [], table);
      return { kind: 'dropIndex', table: owner, name, ...(ifExists && { ifExists }) };
    }
    case 'renameConstraint': {
      const { table: owner, from, to, ifExists } = operation;
      const isIndex = table.indices.some(({ name }) => name === from);
      return isIndex ? { kind: 'renameIndex', table: owner, from, to, ...(ifExists && { ifExists }) } : operation;
    }
    case 'createPrimaryKey': {
      const { name: _name, ...primaryKey } = operation.primaryKey;
      return { ...operation, primaryKey };
    }
    case 'dropPrimaryKey': {
      const { name: _name, ...drop } = operation;
      return drop;
    }
    default:
      return operation;
  }
}

function nameByColumns(columns: readonly string[], table: TableModel): string {
  const key = [...columns].sort().join('\0');
  const found = table.indices.find(
    ({ isUnique, columnNames }) => isUnique && [...columnNames].sort().join('\0') === key,
  );
  if (found !== undefined) return found.name;
  const known = table.indices.filter(({ isUnique }) => isUnique).map(({ name }) => name);
  throw new UnknownConstraintError(
    qualifiedNameOf(table),
    'unique constraint',
    undefined,
    known,
    `(${columns.join(', ')})`,
  );
}
