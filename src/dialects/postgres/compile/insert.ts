import type { OperationOf } from '../../../operations/operation.js';
import { MigrateError } from '../../../errors/migrate.error.js';
import type { QualifiedName } from '../../../schema/schema.model.js';
import type { CompileContext, Statement } from '../../dialect.js';
import { insertRows } from '../../common/inserts.js';
import { quote, quoteQualified } from '../names.js';

type Row = Readonly<Record<string, unknown>>;

/** INSERT statements of many rows each; the protocol allows 65,535 parameters in a statement. */
export async function bulkInsert(
  { table, rows }: OperationOf<'bulkInsert'>,
  context: CompileContext,
): Promise<readonly Statement[]> {
  const json = await jsonColumns(table, rows, context);
  return insertRows(quoteQualified(table), rows, {
    quote,
    rowsPerStatement: 1000,
    parametersPerStatement: 10_000,
    write(value, column, parameters) {
      parameters.push(json.has(column) && Array.isArray(value) ? JSON.stringify(value) : value);
      return `$${parameters.length}`;
    },
    writesDefault: true,
  });
}

/**
 * The columns of type json and jsonb, whose arrays are written as JSON: the driver would write them as PostgreSQL arrays.
 * Empty when no row has an array, or when a script does not know the table.
 */
async function jsonColumns(
  table: QualifiedName,
  rows: readonly Row[],
  context: CompileContext,
): Promise<ReadonlySet<string>> {
  const hasArrays = rows.some((row) => Object.values(row).some(Array.isArray));
  if (!hasArrays) return new Set();
  try {
    const { columns } = await context.table(table);
    const json = columns.filter(({ type, isArray }) => (type === 'json' || type === 'jsonb') && !isArray);
    return new Set(json.map(({ name }) => name));
  } catch (error) {
    if (context.offline && error instanceof MigrateError) return new Set();
    throw error;
  }
}
