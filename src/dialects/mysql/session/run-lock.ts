import { createHash } from 'node:crypto';
import type { QueryRunner } from 'typeorm';
import { RunnerBusyError, type RunnerInfo } from '../../../errors/waiting.errors.js';
import type { QualifiedName } from '../../../schema/schema.model.js';
import { Backoff } from '../../common/backoff.js';
import type { WaitReport } from '../../common/wait-report.js';
import { SharedConnectionError } from '../errors.js';
import { literal, quote, quoteQualified } from '../text.js';

const PAUSES = { first: 200, longest: 300 };

/**
 * The name of the lock: these locks are the whole server's, so the database is in it. A hash, since a name has at most 64
 * characters on MySQL; runs with different version tables in one database do not wait for each other.
 */
export function lockName(database: string, versionTable: QualifiedName): string {
  const parts = ['nestjs-migrate', versionTable.schema ?? database, versionTable.name];
  return `nestjs_migrate_${createHash('sha256').update(parts.join('\u0000')).digest('hex').slice(0, 40)}`;
}

/** How long to wait for the lock, and where the wait is reported. */
export interface LockWait {
  /** Milliseconds. */
  readonly limit: number;
  readonly report: WaitReport;
  /** The connection of the run. */
  readonly pid: number;
  /** The version table; the run that holds the lock records who it is in a table next to it. */
  readonly versionTable: QualifiedName;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Takes the lock, or polls until it is free. It outlives commits, and ends with the connection; but a statement of a killed client
 * runs to its end, and holds it until then.
 *
 * @throws RunnerBusyError after `wait.limit` ms, SharedConnectionError
 */
export async function acquire(
  runner: QueryRunner,
  name: string,
  { limit, report, signal, versionTable, pid }: LockWait,
): Promise<void> {
  const backoff = new Backoff(PAUSES, signal);
  const holder = (): Promise<RunnerInfo | undefined> => holderOf(runner, name, versionTable);
  while (!(await tryAcquire(runner, name, pid))) {
    const { waited } = backoff;
    if (waited >= limit) throw new RunnerBusyError(waited, await holder());
    await report.busy('runner', { waitedMs: waited, limitMs: limit }, holder);
    await backoff.pause(limit - waited);
  }
}

export async function release(runner: QueryRunner, name: string): Promise<void> {
  await runner.query(`DO RELEASE_LOCK(${literal(name)})`);
}

/** Whether a session holds the lock of a version table. */
export async function isRunning(runner: QueryRunner, versionTable: QualifiedName): Promise<boolean> {
  const [row] = (await runner.query(`SELECT DATABASE() AS ${quote('database')}`)) as [{ database: string }];
  return (await holderId(runner, lockName(row.database, versionTable))) !== undefined;
}

/** @param pid the connection that it must be of. @throws SharedConnectionError where it is another one */
export async function tryAcquire(runner: QueryRunner, name: string, pid?: number): Promise<boolean> {
  const [row] = (await runner.query(`SELECT GET_LOCK(${literal(name)}, 0) AS taken, CONNECTION_ID() AS pid`)) as [
    { taken: unknown; pid: unknown },
  ];
  if (pid !== undefined && Number(row.pid) !== pid) throw new SharedConnectionError([pid, Number(row.pid)]);
  return Number(row.taken) === 1;
}

/** The connection that holds a lock; undefined where it is free. */
export async function holderId(runner: QueryRunner, name: string): Promise<number | undefined> {
  const [row] = (await runner.query(`SELECT IS_USED_LOCK(${literal(name)}) AS id`)) as [{ id: unknown }];
  return row.id === null ? undefined : Number(row.id);
}

interface ProcessRow {
  readonly user: string;
  readonly host: string;
  readonly command: string;
  readonly seconds: number;
  readonly query: string | null;
}

/** Who holds a lock. Of other users' connections the server shows more than the number only with the privilege PROCESS. */
async function holderOf(
  runner: QueryRunner,
  name: string,
  versionTable: QualifiedName,
): Promise<RunnerInfo | undefined> {
  const pid = await holderId(runner, name);
  if (pid === undefined) return undefined;
  const [row] = (await runner.query(
    `SELECT user AS user, host AS host, command AS command, time AS seconds, info AS query
     FROM information_schema.processlist WHERE id = ${pid}`,
  )) as ProcessRow[];
  return {
    pid,
    ...(await stepOf(runner, versionTable)),
    ...(row && { user: row.user, host: row.host.replace(/:\d+$/, ''), state: stateOf(row) }),
    ...(row?.query && { query: row.query }),
    look: `SELECT * FROM information_schema.processlist WHERE id = ${pid}`,
    end: `KILL ${pid}`,
  };
}

function stateOf({ command, seconds }: ProcessRow): string {
  if (command === 'Sleep') return `idle for ${seconds} s`;
  return command === 'Killed' ? 'killed, and its statement runs to its end' : 'active';
}

/** Who began the step that is not finished, and when, by the history of runs. It is only for a message, so it may fail. */
async function stepOf(
  runner: QueryRunner,
  versionTable: QualifiedName,
): Promise<Pick<RunnerInfo, 'owner' | 'since'> | undefined> {
  const history = quoteQualified({ ...versionTable, name: `${versionTable.name}_history` });
  try {
    const [row] = (await runner.query(
      `SELECT applied_by AS owner, started_at AS since FROM ${history} WHERE finished_at IS NULL ORDER BY id DESC LIMIT 1`,
    )) as { owner: string | null; since: string }[];
    return row && { ...(row.owner !== null && { owner: row.owner }), since: new Date(row.since) };
  } catch {
    return undefined;
  }
}
