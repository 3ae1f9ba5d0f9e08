import type { QueryRunner } from 'typeorm';
import { ApplicationTransactionError } from '../../../errors/callers.errors.js';
import { type BusyWith, RunnerBusyError, type RunnerInfo } from '../../../errors/waiting.errors.js';
import { Backoff } from '../../common/backoff.js';
import type { WaitReport } from '../../common/wait-report.js';

/** How long a transaction of the application may stay open, ms. If the run was called inside it, it would never end. */
const APPLICATION_LIMIT_MS = 500;

const PAUSES = { first: 15, longest: 250 };

/** How long to wait for another connection, and where the wait is reported. */
export interface WaitLimits {
  /** Milliseconds. */
  readonly limit: number;
  readonly report: WaitReport;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Retries `attempt` until no other connection locks the database.
 *
 * The driver's own busy timeout would block the event loop of the whole application (better-sqlite3 is synchronous), so
 * it is switched off meanwhile and the database is polled, with jitter so that several waiters do not poll in step.
 *
 * @param busyWith what locks the database; called after an attempt that found it busy.
 * @throws RunnerBusyError after `wait.limit`; ApplicationTransactionError where it is the application's transaction
 */
export async function whenFree<T>(
  runner: QueryRunner,
  wait: WaitLimits,
  attempt: () => Promise<T>,
  busyWith: () => BusyWith,
): Promise<T> {
  const busyTimeout = await readPragma(runner, 'busy_timeout');
  await runner.query('PRAGMA busy_timeout = 0');
  try {
    return await poll(wait, attempt, busyWith, () => holderOf(runner));
  } finally {
    await runner.query(`PRAGMA busy_timeout = ${busyTimeout}`);
  }
}

async function poll<T>(
  { limit, report, signal }: WaitLimits,
  attempt: () => Promise<T>,
  busyWith: () => BusyWith,
  find: () => Promise<RunnerInfo | undefined>,
): Promise<T> {
  const backoff = new Backoff(PAUSES, signal);
  let inUseSince: number | undefined;
  for (;;) {
    let holder: BusyWith;
    const now = backoff.waited;
    try {
      return await attempt();
    } catch (error) {
      if (!isBusy(error)) throw error;
      const isInUse = error instanceof ConnectionInUseError;
      inUseSince = isInUse ? (inUseSince ?? now) : undefined;
      holder = isInUse ? 'application' : busyWith();
    }
    const { waited } = backoff;
    const isStuck = inUseSince !== undefined && waited - inUseSince >= APPLICATION_LIMIT_MS;
    if (isStuck || (inUseSince !== undefined && waited >= limit)) throw new ApplicationTransactionError();
    if (waited >= limit) throw new RunnerBusyError(waited, await find(), holder);
    await report.busy(holder, { waitedMs: waited, limitMs: limit }, find);
    await backoff.pause(limit - waited);
  }
}

/** The file that another connection holds: SQLite does not say which connection it is. */
async function holderOf(runner: QueryRunner): Promise<RunnerInfo | undefined> {
  const databases = (await runner.query('PRAGMA database_list')) as { name: string; file: string }[];
  const file = databases.find(({ name }) => name === 'main')?.file;
  return file ? { file } : undefined;
}

/** The error code for a transaction that tries to write after another connection wrote what it has read. */
export const STALE = 'SQLITE_BUSY_SNAPSHOT';

/** The application has an open transaction on this connection, which must end first. */
export class ConnectionInUseError extends Error {}

/** Whether an error means that the database is locked for now. */
export function isBusy(error: unknown): boolean {
  if (error instanceof ConnectionInUseError) return true;
  const { code, message } = (error ?? {}) as { code?: unknown; message?: unknown };
  // No wait helps a transaction that has read outdated rows.
  if (code === STALE) return false;
  if (typeof code === 'string' && /^SQLITE_(BUSY|LOCKED)/.test(code)) return true;
  return typeof message === 'string' && /database (table )?is locked/.test(message);
}

/** The value of a pragma that is one number. */
export async function readPragma(runner: QueryRunner, name: string): Promise<number> {
  const rows = (await runner.query(`PRAGMA ${name}`)) as Record<string, unknown>[];
  return Number(Object.values(rows[0] ?? {})[0] ?? 0);
}
