import { createHash } from 'node:crypto';
import type { QueryRunner } from 'typeorm';
import { RunnerBusyError, type RunnerInfo } from '../../../errors/waiting.errors.js';
import type { QualifiedName } from '../../../schema/schema.model.js';
import { Backoff } from '../../common/backoff.js';
import type { WaitReport } from '../../common/wait-report.js';
import type { SessionOptions } from '../../dialect.js';
import { PooledConnectionError } from '../errors.js';
import { LeaseTable } from './lease/lease-table.js';
import { leaseHolder } from './lease/lease-holder.js';
import { holderOf } from './lock-holder.js';
import type { SessionState } from './settings.js';

const PAUSES = { first: 200, longest: 300 };
const SAVEPOINT = 'nestjs_migrate_lock';

/**
 * The key of the lock: the first eight bytes of the SHA-256 of `nestjs-migrate`, database, schema and version table,
 * joined by NUL, as a signed 64-bit number.
 *
 * Runs with different version tables in one database do not wait for each other.
 */
function lockKey(database: string, { schema, name }: Required<QualifiedName>): bigint {
  const parts = ['nestjs-migrate', database, schema, name];
  return createHash('sha256').update(parts.join('\u0000')).digest().readBigInt64BE(0);
}

/** How long to wait for the lock, and where the wait is reported. */
export interface LockWait {
  /** Milliseconds. */
  readonly limit: number;
  readonly report: WaitReport;
  readonly signal?: AbortSignal | undefined;
}

/** What is asked in the message of each try to take a lock, so that it costs no round trip. */
export interface LockRider {
  /** Expressions with their aliases, one at least. */
  readonly sql: string;
  /** Called with their values. */
  take(row: Readonly<Record<string, unknown>>): void;
}

/** An advisory lock, and the connection that it is taken on. */
export interface AdvisoryLock {
  readonly runner: QueryRunner;
  readonly key: bigint;
  readonly versionTable: Required<QualifiedName>;
  /** The process of the server behind the connection when that was opened. */
  readonly pid: number;
}

/** The lock of a session's runs. */
export function advisoryLockOf(
  runner: QueryRunner,
  { database, schema, backend }: SessionState,
  { versionTable }: Pick<SessionOptions, 'versionTable'>,
): AdvisoryLock {
  const own = { schema, ...versionTable };
  return { runner, key: lockKey(database, own), versionTable: own, pid: backend.pid };
}

/**
 * Takes the lock, or polls until it is free, and until no runner has a lease that is valid.
 *
 * `pg_advisory_lock` would wait inside a statement, and a CREATE INDEX CONCURRENTLY of the holder would wait for the
 * snapshot of that statement: a deadlock.
 *
 * @throws RunnerBusyError after `wait.limit` ms, PooledConnectionError when another process answers than before
 */
export async function acquire(
  lock: AdvisoryLock,
  { limit, report, signal }: LockWait,
  of: 'session' | 'transaction' = 'session',
  riders: readonly LockRider[] = [],
): Promise<void> {
  const { runner, key, versionTable } = lock;
  const backoff = new Backoff(PAUSES, signal);
  const attempt = of === 'session' ? tryInSession : tryInTransaction;
  const holder = async (): Promise<RunnerInfo | undefined> =>
    (await leaseHolder(runner, versionTable)) ?? (await holderOf(runner, key));
  while (!(await attempt(lock, riders))) {
    const { waited } = backoff;
    if (waited >= limit) throw new RunnerBusyError(waited, await holder());
    await report.busy('runner', { waitedMs: waited, limitMs: limit }, holder);
    await backoff.pause(limit - waited);
  }
}

/** Whether a session holds the lock of a version table, or a lease on it is valid. */
export async function isRunning(runner: QueryRunner, versionTable: QualifiedName): Promise<boolean> {
  const sql = `SELECT current_database() AS database, coalesce(current_schema(), 'public') AS schema`;
  const [{ database, schema }] = (await runner.query(sql)) as [{ database: string; schema: string }];
  const table = { schema, ...versionTable };
  if ((await holderOf(runner, lockKey(database, table))) !== undefined) return true;
  return (await leaseHolder(runner, table)) !== undefined;
}

/**
 * Releases the lock of a session.
 *
 * @returns whether this session had it: false behind a pooler that has given the run another connection meanwhile
 */
export async function release({ runner, key }: Pick<AdvisoryLock, 'runner' | 'key'>): Promise<boolean> {
  const sql = `SELECT pg_advisory_unlock(${key}) AS released`;
  const [row] = (await runner.query(sql)) as [{ released: boolean }];
  return row.released;
}

/** Releases the lock of a run at its end. @param report called with a sentence where the session did not have it any more */
export async function unlock(lock: AdvisoryLock, report: ((message: string) => void) | undefined): Promise<void> {
  if (await release(lock)) return;
  const { pid } = lock;
  report?.(
    `The lock of the run was not on its connection any more: a pooler had given it another session of the server. What was run is committed, ` +
      `and the lock may be left on the session with the pid ${pid}, which the next run then waits for: SELECT pg_terminate_backend(${pid}) ends it. ` +
      `Set the option \`lock\` to 'lease'.`,
  );
}

/** Tries to take the lock until the end of the session. */
async function tryInSession(lock: AdvisoryLock, riders: readonly LockRider[]): Promise<boolean> {
  const { runner, key, pid } = lock;
  const row = await sendTry(lock, `CASE WHEN pg_backend_pid() = ${pid} THEN pg_try_advisory_lock(${key}) END`, riders);
  if (row.locked === null) throw new PooledConnectionError('session');
  if (!row.locked || !row.mayBeLeased) return row.locked;
  if (!(await isLeased(lock))) return true;
  if (!(await release({ runner, key }))) throw new PooledConnectionError('session');
  return false;
}

/** Tries to take the lock until the end of the transaction: a savepoint lets go of it again. */
async function tryInTransaction(lock: AdvisoryLock): Promise<boolean> {
  const { runner, key } = lock;
  await runner.query(`SAVEPOINT ${SAVEPOINT}`);
  const row = await sendTry(lock, `pg_try_advisory_xact_lock(${key})`);
  const isTaken = row.locked === true && !(row.mayBeLeased && (await isLeased(lock)));
  if (!isTaken) await runner.query(`ROLLBACK TO SAVEPOINT ${SAVEPOINT}`);
  await runner.query(`RELEASE SAVEPOINT ${SAVEPOINT}`);
  return isTaken;
}

async function sendTry(
  { runner, versionTable }: AdvisoryLock,
  attempt: string,
  riders: readonly LockRider[] = [],
): Promise<{ readonly locked: boolean | null; readonly mayBeLeased: boolean }> {
  const { isThere } = new LeaseTable(versionTable);
  const also = riders.map(({ sql }) => `, ${sql}`).join('');
  const [row] = await runner.query(`SELECT ${attempt} AS locked, ${isThere} AS "mayBeLeased"${also}`);
  for (const rider of riders) rider.take(row);
  return row;
}

/** Whether a lease is valid. One that is not cannot become valid again: it is taken from its owner. */
async function isLeased({ runner, versionTable }: AdvisoryLock): Promise<boolean> {
  const table = new LeaseTable(versionTable);
  await table.clearExpired(runner);
  return (await table.read(runner)) !== undefined;
}
