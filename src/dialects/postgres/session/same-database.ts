import { randomBytes } from 'node:crypto';
import type { QueryRunner } from 'typeorm';
import type { QualifiedName } from '../../../schema/schema.model.js';

/** Database, schema and version table: a data source with another of them keeps other version rows. */
export async function databaseKey(runner: QueryRunner, versionTable: QualifiedName): Promise<string> {
  const sql = `SELECT current_database() AS database, coalesce(current_schema(), 'public') AS schema`;
  const [row] = (await runner.query(sql)) as [{ database: string; schema: string }];
  return [row.database, versionTable.schema ?? row.schema, versionTable.name].join('\u0000');
}

/**
 * Whether two connections are to one database of one server.
 *
 * Host and port prove nothing behind aliases and proxies, and copies of a server share its identifier. A lock that nobody
 * else can know of is seen by both connections only where there is one database.
 */
export async function isSameDatabase(one: QueryRunner, other: QueryRunner): Promise<boolean> {
  const secret = String(randomBytes(8).readBigInt64BE(0));
  await one.query('SELECT pg_advisory_lock($1::bigint)', [secret]);
  try {
    const [row] = (await other.query('SELECT pg_try_advisory_lock($1::bigint) AS free', [secret])) as [
      { free: boolean },
    ];
    if (row.free) await other.query('SELECT pg_advisory_unlock($1::bigint)', [secret]);
    return !row.free;
  } finally {
    await one.query('SELECT pg_advisory_unlock($1::bigint)', [secret]);
  }
}
