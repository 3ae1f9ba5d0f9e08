import type { OperationOf } from '../../../operations/operation.js';
import { MigrateError } from '../../../errors/migrate.error.js';
import type { QualifiedName } from '../../../schema/schema.model.js';
import type { CompileContext, Statement } from '../../dialect.js';
import { quoteList, quoteQualified } from '../names.js';

type Row = Readonly<Record<string, unknown>>;

/** The protocol's limit is 65,535 parameters for a statement; this keeps statements small as well. */
const PARAMETERS_PER_STATEMENT = 10_000;
const ROWS_PER_STATEMENT = 1000;

/** INSERTs of many rows each; a key that a row lacks, or has as `undefined`, takes the column's default. */
export async function bulkInsert(
  { table, rows }: OperationOf<'bulkInsert'>,
  context: CompileContext,
): Promise<readonly Statement[]> {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const target = quoteQualified(table);
  if (columns.length === 0) return rows.map(() => ({ sql: `INSERT INTO ${target} DEFAULT VALUES` }));

  const json = await jsonColumns(table, rows, context);
  const size = Math.max(1, Math.min(ROWS_PER_STATEMENT, Math.floor(PARAMETERS_PER_STATEMENT / columns.length)));
  const statements: Statement[] = [];
  for (let start = 0; start < rows.length; start += size) {
    const { tuples, parameters } = tuplesOf(rows.slice(start, start + size), columns, json);
    statements.push({ sql: `INSERT INTO ${target} (${quoteList(columns)}) VALUES ${tuples.join(', ')}`, parameters });
  }
  return statements;
}

function tuplesOf(
  rows: readonly Row[],
  columns: readonly string[],
  json: ReadonlySet<string>,
): { tuples: string[]; parameters: unknown[] } {
  const parameters: unknown[] = [];
  const tuples = rows.map((row) => {
    const values = columns.map((column) => {
      const value = row[column];
      if (value === undefined) return 'DEFAULT';
      parameters.push(json.has(column) && Array.isArray(value) ? JSON.stringify(value) : value);
      return `$${parameters.length}`;
    });
    return `(${values.join(', ')})`;
  });
  return { tuples, parameters };
}

/**
 * Columns whose arrays are to be written as JSON.
 *
 * The driver writes an object as JSON by itself, but an array as a PostgreSQL array: only the column's type tells
 * what is meant.
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
