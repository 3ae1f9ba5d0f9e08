import { randomBytes } from 'node:crypto';
import type { QueryRunner } from 'typeorm';
import type { QualifiedName } from '../../../schema/schema.model.js';

/** The database, the schema and the version table: data sources that differ in one of them have different version rows. */
export async function databaseKey(runner: QueryRunner, versionTable: QualifiedName): Promise<string> {
  const sql = `SELECT current_database() AS database, coalesce(current_schema(), 'public') AS schema`;
  const [row] = (await runner.query(sql)) as [{ database: string; schema: string }];
  return [row.database, versionTable.schema ?? row.schema, versionTable.name].join('\u0000');
}

/**
 * Whether two connections are to the same database of the same server.
 *
 * Host and port prove nothing behind aliases and proxies, and copies of a server share its identifier. So one connection
 * takes an advisory lock with a random key: the other one sees it only in the same database.
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
