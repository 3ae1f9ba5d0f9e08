import { createHash } from 'node:crypto';
import type { QueryRunner } from 'typeorm';
import { RunnerBusyError, type RunnerInfo } from '../../../errors/database.errors.js';
import type { QualifiedName } from '../../../schema/schema.model.js';
import { Backoff } from '../../common/backoff.js';

const PAUSES = { first: 200, longest: 300 };

/**
 * The key of the lock: the first eight bytes of the SHA-256 of `nestjs-migrate`, database, schema and version table,
 * joined by NUL, as a signed 64-bit number.
 *
 * Runs with different version tables in one database do not wait for each other.
 */
export function lockKey(database: string, schema: string, versionTable: QualifiedName): bigint {
  const parts = ['nestjs-migrate', database, versionTable.schema ?? schema, versionTable.name];
  return createHash('sha256').update(parts.join('\u0000')).digest().readBigInt64BE(0);
}

/**
 * Takes the lock, or polls until it is free.
 *
 * `pg_advisory_lock` would wait inside a statement, and a CREATE INDEX CONCURRENTLY of the holder would wait for the
 * snapshot of that statement: a deadlock.
 *
 * @throws RunnerBusyError after `timeout` ms.
 */
export async function acquire(
  runner: QueryRunner,
  key: bigint,
  timeout: number,
  onWait: () => void,
  of: 'session' | 'transaction' = 'session',
): Promise<void> {
  const backoff = new Backoff(PAUSES);
  let hasReported = false;
  while (!(await tryAcquire(runner, key, of))) {
    const { waited } = backoff;
    if (waited >= timeout) throw new RunnerBusyError(waited, await holderOf(runner, key));
    if (!hasReported) onWait();
    hasReported = true;
    await backoff.pause(timeout - waited);
  }
}

/** Whether a session holds the lock of a version table. */
export async function isRunning(runner: QueryRunner, versionTable: QualifiedName): Promise<boolean> {
  const sql = `SELECT current_database() AS database, coalesce(current_schema(), 'public') AS schema`;
  const [{ database, schema }] = (await runner.query(sql)) as [{ database: string; schema: string }];
  return (await holderOf(runner, lockKey(database, schema, versionTable))) !== undefined;
}

/** Releases the lock of a session. */
export async function release(runner: QueryRunner, key: bigint): Promise<void> {
  await runner.query('SELECT pg_advisory_unlock($1::bigint)', [String(key)]);
}

/** Tries to take the lock until the end of the session or the transaction; locks of both kinds exclude each other. */
async function tryAcquire(runner: QueryRunner, key: bigint, of: 'session' | 'transaction'): Promise<boolean> {
  const take = of === 'transaction' ? 'pg_try_advisory_xact_lock' : 'pg_try_advisory_lock';
  const [row] = (await runner.query(`SELECT ${take}($1::bigint) AS locked`, [String(key)])) as [{ locked: boolean }];
  return row.locked;
}

/** The session that holds the lock; undefined when it has just released it. */
async function holderOf(runner: QueryRunner, key: bigint): Promise<RunnerInfo | undefined> {
  const rows = (await runner.query(
    `SELECT a.pid, a.application_name AS "applicationName", a.backend_start AS since
     FROM pg_catalog.pg_locks l JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid
     WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1
       AND l.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())
       AND ((l.classid::bigint << 32) | l.objid::bigint) = $1::bigint`,
    [String(key)],
  )) as RunnerInfo[];
  return rows[0];
}
