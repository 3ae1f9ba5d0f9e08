import type { Inventory } from '../../dialects/inventory.js';
import { displayName } from '../../schema/schema.model.js';
import type { WholeDatabaseRequest } from './request.js';

/** Rows are counted up to here: a table with more is one that the application fills. */
const MOST_COUNTED = 1000;

/** A table that holds rows. */
export interface TableRows {
  readonly table: string;
  /** Undefined when there are more than `MOST_COUNTED`. */
  readonly count?: number;
}

/** The tables that hold rows, sorted by name. A table that the user may not read is passed over. */
export async function tablesWithRows(
  { dataSource, dialect, runner }: WholeDatabaseRequest,
  { objects }: Inventory,
): Promise<readonly TableRows[]> {
  const own = dialect.entityRules.defaultSchema(dataSource);
  const tables = objects.flatMap((object) =>
    object.kind === 'table' || object.kind === 'sql' ? (object.table ?? []) : [],
  );
  const found: TableRows[] = [];
  for (const table of tables) {
    const name = [table.schema ?? own ?? [], table.name].flat().map(dialect.quote).join('.');
    const count = await countOf(runner, name);
    if (count > 0)
      found.push(count > MOST_COUNTED ? { table: displayName(table) } : { table: displayName(table), count });
  }
  return found.sort((one, other) => (one.table < other.table ? -1 : 1));
}

async function countOf(runner: WholeDatabaseRequest['runner'], table: string): Promise<number> {
  try {
    const rows: unknown = await runner.query(
      `SELECT count(*) AS number FROM (SELECT 1 FROM ${table} LIMIT ${MOST_COUNTED + 1}) AS counted`,
    );
    return Number((rows as readonly { number: unknown }[])[0]?.number ?? 0);
  } catch {
    return 0;
  }
}

/** The report about rows; undefined when there are none. */
export function describeRows(rows: readonly TableRows[]): string | undefined {
  const few = rows.flatMap(({ table, count }) => (count === undefined ? [] : [`${table} (${count})`]));
  const many = rows.flatMap(({ table, count }) => (count === undefined ? [table] : []));
  const parts = [
    ...(few.length > 0 ? [few.join(', ')] : []),
    ...(many.length > 0 ? [`more than ${MOST_COUNTED} in each of ${many.join(', ')}`] : []),
  ];
  if (parts.length === 0) return undefined;
  return (
    `Rows are not written. The database has some in: ${parts.join('; ')}. ` +
    'Add those to upgrade() that an empty database needs, with op.bulkInsert.'
  );
}
