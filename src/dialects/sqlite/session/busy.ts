import type { QueryRunner } from 'typeorm';
import { ApplicationTransactionError } from '../../../errors/callers.errors.js';
import { type BusyWith, RunnerBusyError } from '../../../errors/database.errors.js';
import { Backoff } from '../../common/backoff.js';

/** How long a transaction of the application may stay open, ms: one that the run was called in waits for the run. */
const APPLICATION_PATIENCE_MS = 500;

const PAUSES = { first: 15, longest: 250 };

/** How long to wait for another connection, and whom to tell. */
export interface Patience {
  /** Milliseconds. */
  readonly limit: number;
  readonly onWait: (holder: BusyWith) => void;
}

/**
 * Runs `attempt` until no other connection holds the database.
 *
 * The driver's own busy timeout would block the event loop of the whole application (better-sqlite3 is synchronous), so
 * it is switched off meanwhile and the database is polled, with jitter so that several waiters do not march in step.
 *
 * @param busyWith who holds it up; asked after an attempt that found it busy.
 * @throws RunnerBusyError after `patience.limit`; ApplicationTransactionError where it is the application's transaction
 */
export async function whenFree<T>(
  runner: QueryRunner,
  patience: Patience,
  attempt: () => Promise<T>,
  busyWith: () => BusyWith,
): Promise<T> {
  const busyTimeout = await readPragma(runner, 'busy_timeout');
  await runner.query('PRAGMA busy_timeout = 0');
  try {
    return await poll(patience, attempt, busyWith);
  } finally {
    await runner.query(`PRAGMA busy_timeout = ${busyTimeout}`);
  }
}

async function poll<T>(patience: Patience, attempt: () => Promise<T>, busyWith: () => BusyWith): Promise<T> {
  const backoff = new Backoff(PAUSES);
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
    const isStuck = inUseSince !== undefined && waited - inUseSince >= APPLICATION_PATIENCE_MS;
    if (isStuck || (inUseSince !== undefined && waited >= patience.limit)) throw new ApplicationTransactionError();
    if (waited >= patience.limit) throw new RunnerBusyError(waited, undefined, holder);
    patience.onWait(holder);
    await backoff.pause(patience.limit - waited);
  }
}

/** SQLite's answer to a transaction that would write, and has read before another connection wrote. */
export const STALE = 'SQLITE_BUSY_SNAPSHOT';

/** The application has a transaction open, which is to end first. */
export class ConnectionInUseError extends Error {}

/** SQLite's answer to whoever would write while another connection does. */
export function isBusy(error: unknown): boolean {
  if (error instanceof ConnectionInUseError) return true;
  const { code, message } = (error ?? {}) as { code?: unknown; message?: unknown };
  // A transaction that has read what is old by now does not become able to write by waiting.
  if (code === STALE) return false;
  if (typeof code === 'string' && /^SQLITE_(BUSY|LOCKED)/.test(code)) return true;
  return typeof message === 'string' && /database (table )?is locked/.test(message);
}

/** The value of a pragma that is one number. */
export async function readPragma(runner: QueryRunner, name: string): Promise<number> {
  const rows = (await runner.query(`PRAGMA ${name}`)) as Record<string, unknown>[];
  return Number(Object.values(rows[0] ?? {})[0] ?? 0);
}
