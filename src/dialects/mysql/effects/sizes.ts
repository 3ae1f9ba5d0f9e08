import type { QueryRunner } from 'typeorm';
import { qualifiedKey, type QualifiedName } from '../../../schema/schema.model.js';
import type { ServerFacts, TableSize } from '../../effects.js';
import { literal, quote } from '../text.js';

/** InnoDB's estimate of the rows, and the bytes of tables and indexes. */
export async function sizes(
  runner: QueryRunner,
  tables: readonly QualifiedName[],
): Promise<ReadonlyMap<string, TableSize>> {
  if (tables.length === 0) return new Map();
  const wanted = tables.map(
    ({ schema, name }) => `(${schema === undefined ? 'DATABASE()' : literal(schema)}, ${literal(name)})`,
  );
  const rows = (await runner.query(
    `SELECT table_schema AS owner, table_schema = DATABASE() AS own, table_name AS name, table_rows AS count,
        data_length + index_length AS bytes
      FROM information_schema.tables WHERE (table_schema, table_name) IN (${wanted.join(', ')})`,
  )) as { owner: string; own: number; name: string; count: string | null; bytes: string | null }[];
  const found = new Map<string, TableSize>();
  for (const { owner, own, name, count, bytes } of rows) {
    const table = Number(own) === 1 ? { name } : { schema: owner, name };
    const isEstimated = count !== null && (Number(count) > 0 || (await isEmpty(runner, owner, name)));
    found.set(qualifiedKey(table), {
      ...(isEstimated && { rows: Number(count) }),
      ...(bytes !== null && { bytes: Number(bytes) }),
    });
  }
  return found;
}

/** Statistics may be older than the rows: an estimate of none is no proof. */
async function isEmpty(runner: QueryRunner, database: string, table: string): Promise<boolean> {
  const rows = (await runner.query(`SELECT 1 FROM ${quote(database)}.${quote(table)} LIMIT 1`)) as unknown[];
  return rows.length === 0;
}

/** MariaDB can do some changes without a copy that MySQL cannot. */
export async function serverFacts(runner: QueryRunner): Promise<ServerFacts> {
  const [row] = (await runner.query('SELECT version() AS server')) as { server: string }[];
  return row === undefined ? {} : { server: row.server };
}
