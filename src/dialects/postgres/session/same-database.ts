import { randomBytes } from 'node:crypto';
import type { QueryRunner } from 'typeorm';
import type { QualifiedName } from '../../../schema/schema.model.js';
import { isInTransaction } from './in-transaction.js';

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
 * takes an advisory lock with a random key: the other one sees it only in the same database. It takes it for a transaction, since
 * a pooler may give it another session of the server after that.
 */
export async function isSameDatabase(one: QueryRunner, other: QueryRunner): Promise<boolean> {
  const secret = randomBytes(8).readBigInt64BE(0);
  return inTransaction(one, async () => {
    await one.query(`SELECT pg_advisory_xact_lock(${secret})`);
    const [row] = (await other.query(`SELECT pg_try_advisory_xact_lock(${secret}) AS free`)) as [{ free: boolean }];
    return !row.free;
  });
}

/** Does work in a transaction: the one that is open, or one that changes nothing. */
async function inTransaction<T>(runner: QueryRunner, work: () => Promise<T>): Promise<T> {
  if (await isInTransaction(runner)) return work();
  await runner.startTransaction();
  try {
    return await work();
  } finally {
    await runner.rollbackTransaction();
  }
}
