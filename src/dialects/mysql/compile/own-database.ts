import { isScript } from '../../common/is-script.js';
import { UnsupportedOperationError } from '../../../errors/operations.errors.js';
import type { TableOperation } from '../../../operations/operation.js';
import {
  displayName,
  type ForeignKeyModel,
  type QualifiedName,
  type TableModel,
} from '../../../schema/schema.model.js';
import type { CompileContext } from '../../dialect.js';

/**
 * Names the own database where foreign keys of a table in another one refer to it: there a name without a database means that of the
 * table. Revisions leave it out, since they run on databases of any name.
 */
export type WithOwnDatabase = (key: ForeignKeyModel) => ForeignKeyModel;

/** @throws UnsupportedOperationError in a script, which does not know where it will run */
export async function ownDatabaseFor(
  table: QualifiedName,
  keys: readonly ForeignKeyModel[],
  context: CompileContext,
): Promise<WithOwnDatabase> {
  const key = keys.find(({ referencedSchema }) => referencedSchema === undefined);
  if (table.schema === undefined || key === undefined) return (one) => one;
  if (isScript(context)) {
    throw new UnsupportedOperationError(
      'createForeignKey',
      'MySQL',
      `'${displayName(table)}' is in another database and refers to '${key.referencedTableName}', whose database a script does not know`,
      'Give the foreign key its `referencedSchema` in the revision, or run the migration on the database itself.',
    );
  }
  const [row] = await context.query('SELECT DATABASE() AS name');
  // Nothing is known before the run.
  const referencedSchema = row === undefined ? undefined : String(row['name']);
  return (one) =>
    one.referencedSchema === undefined && referencedSchema !== undefined ? { ...one, referencedSchema } : one;
}

/** The same for a new table. */
export async function withOwnDatabase(table: TableModel, context: CompileContext): Promise<TableModel> {
  const named = await ownDatabaseFor(table, table.foreignKeys, context);
  return { ...table, foreignKeys: table.foreignKeys.map(named) };
}

/** The foreign keys that operations write: those that they create, and those of the table that they rename. */
export function keysWritten(operations: readonly TableOperation[], table: TableModel): readonly ForeignKeyModel[] {
  return operations.flatMap((operation) => {
    if (operation.kind === 'createForeignKey') return operation.foreignKey;
    return operation.kind === 'renameConstraint' ? table.foreignKeys.filter(({ name }) => name === operation.from) : [];
  });
}

/** An operation that names the own database in the foreign key that it creates. */
export function inOwnDatabase(operation: TableOperation, named: WithOwnDatabase): TableOperation {
  return operation.kind === 'createForeignKey' ? { ...operation, foreignKey: named(operation.foreignKey) } : operation;
}
