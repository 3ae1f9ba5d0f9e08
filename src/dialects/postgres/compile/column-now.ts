import { ColumnUnknownOfflineError } from '../../../errors/database.errors.js';
import { MigrateError } from '../../../errors/migrate.error.js';
import { UnknownColumnError } from '../../../errors/operations.errors.js';
import type { OperationOf } from '../../../operations/operation.js';
import type { ColumnModel } from '../../../schema/schema.model.js';
import type { CompileContext } from '../../dialect.js';
import { identifier } from '../names.js';

type AlterColumn = OperationOf<'alterColumn'>;

/**
 * A column as it is before a change: from the catalog, or offline from the script so far, or else from `existing`.
 *
 * @returns undefined offline, when nobody knows.
 * @throws UnknownColumnError when the table has no such column.
 */
export async function columnNow(operation: AlterColumn, context: CompileContext): Promise<ColumnModel | undefined> {
  const { table, column } = operation;
  try {
    const { columns } = await context.table(table);
    const found = columns.find(({ name }) => name === identifier(column));
    if (found !== undefined) return found;
    throw new UnknownColumnError(
      table,
      column,
      columns.map(({ name }) => name),
    );
  } catch (error) {
    if (context.offline && error instanceof MigrateError) return fromExisting(operation);
    throw error;
  }
}

/** @throws ColumnUnknownOfflineError when the column is needed and not known. */
export function required(now: ColumnModel | undefined, { table, column }: AlterColumn): ColumnModel {
  if (now === undefined) throw new ColumnUnknownOfflineError(table, column);
  return now;
}

function fromExisting({ column, existing }: AlterColumn): ColumnModel | undefined {
  if (existing?.type === undefined) return undefined;
  const known = Object.entries(existing).filter(([, value]) => value !== null && value !== false);
  return { ...Object.fromEntries(known), name: column, type: existing.type };
}
