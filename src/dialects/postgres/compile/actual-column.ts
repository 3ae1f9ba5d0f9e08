import { ColumnUnknownOfflineError } from '../../../errors/database.errors.js';
import { MigrateError } from '../../../errors/migrate.error.js';
import { UnknownColumnError } from '../../../errors/operations.errors.js';
import type { AlterColumn } from '../../../operations/operation.js';
import type { ColumnModel } from '../../../schema/schema.model.js';
import type { CompileContext } from '../../dialect.js';
import { identifier } from '../names.js';

/**
 * A column as the database has it before a change: from the catalog; offline from the script so far, or else from
 * `existing`.
 *
 * @returns undefined offline, when neither knows it.
 * @throws UnknownColumnError when the table has no such column.
 */
export async function actualColumn(operation: AlterColumn, context: CompileContext): Promise<ColumnModel | undefined> {
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

/**
 * The column, where a change cannot be compiled without it.
 *
 * @throws ColumnUnknownOfflineError when a script does not know it.
 */
export function required(actual: ColumnModel | undefined, { table, column }: AlterColumn): ColumnModel {
  if (actual === undefined) throw new ColumnUnknownOfflineError(table, column);
  return actual;
}

function fromExisting({ column, existing }: AlterColumn): ColumnModel | undefined {
  if (existing?.type === undefined) return undefined;
  const given = Object.entries(existing).filter(([, value]) => value !== null && value !== false);
  return { ...Object.fromEntries(given), name: column, type: existing.type };
}
