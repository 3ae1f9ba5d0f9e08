import {
  type CheckModel,
  type ForeignKeyModel,
  type QualifiedName,
  referencedTable,
  type UniqueModel,
} from '../../schema/schema.model.js';
import type { OperationOf } from '../operation.js';

/** The operation that drops a unique constraint, by its name, or by its columns where it has none. */
export function dropUnique(table: QualifiedName, was: UniqueModel): OperationOf<'dropUnique'> {
  const { name, columnNames } = was;
  return { kind: 'dropUnique', table, ...(name === undefined ? { columnNames } : { name }), was };
}

/** The operation that drops a check constraint, by its name, or by its expression where it has none. */
export function dropCheck(table: QualifiedName, was: CheckModel): OperationOf<'dropCheck'> {
  const { name, expression } = was;
  return { kind: 'dropCheck', table, ...(name === undefined ? { expression } : { name }), was };
}

/** The operation that drops a foreign key, by its name, or where it has none by its columns and the table that it refers to. */
export function dropForeignKey(table: QualifiedName, was: ForeignKeyModel): OperationOf<'dropForeignKey'> {
  const { name, columnNames } = was;
  const content = { columnNames, referencedTable: referencedTable(was) };
  return { kind: 'dropForeignKey', table, ...(name === undefined ? content : { name }), was };
}
