import { createHash } from 'node:crypto';
import type { QueryRunner } from 'typeorm';
import { RunnerBusyError, type RunnerInfo } from '../../../errors/waiting.errors.js';
import type { QualifiedName } from '../../../schema/schema.model.js';
import { Backoff } from '../../common/backoff.js';
import type { WaitReport } from '../../common/wait-report.js';
import { holderOf } from './lock-holder.js';

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

/** How long to wait for the lock, and where the wait is reported. */
export interface LockWait {
  /** Milliseconds. */
  readonly limit: number;
  readonly report: WaitReport;
}

/**
 * Takes the lock, or polls until it is free.
 *
 * `pg_advisory_lock` would wait inside a statement, and a CREATE INDEX CONCURRENTLY of the holder would wait for the
 * snapshot of that statement: a deadlock.
 *
 * @throws RunnerBusyError after `wait.limit` ms.
 */
export async function acquire(
  runner: QueryRunner,
  key: bigint,
  { limit, report }: LockWait,
  of: 'session' | 'transaction' = 'session',
): Promise<void> {
  const backoff = new Backoff(PAUSES);
  const holder = (): Promise<RunnerInfo | undefined> => holderOf(runner, key);
  while (!(await tryAcquire(runner, key, of))) {
    const { waited } = backoff;
    if (waited >= limit) throw new RunnerBusyError(waited, await holder());
    await report.busy('runner', { waitedMs: waited, limitMs: limit }, holder);
    await backoff.pause(limit - waited);
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
