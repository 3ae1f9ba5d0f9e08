import type { QueryRunner } from 'typeorm';
import { POSTGRES_SQL } from '../../../sql/rules.js';
import { beginsWith } from '../../../sql/statements.js';
import { LockAttempts, type LockLimits, PacedNotices } from '../../common/lock-attempts.js';
import { contentionOf, findBlocker } from './contention.js';

/** A statement that may have to wait for a lock. */
export interface LockWait extends LockLimits {
  readonly runner: QueryRunner;
  readonly sql: string;
  /** Ends a pause, with a RunAbortedError. */
  readonly signal?: AbortSignal;
  /** Called after the first attempt that has failed, and then every 10 s at most. */
  readonly onLockWait?: (message: string) => void;
}

/**
 * Whether SQL may commit in its middle, as a procedure or a DO block can outside a transaction: what is behind that must not run
 * twice.
 */
export function mayCommit(sql: string): boolean {
  return beginsWith(sql, POSTGRES_SQL, 'CALL') || /\bcommit\b/i.test(sql);
}

/**
 * Retries a statement that other sessions keep from running, with exponential backoff and jitter.
 *
 * During the pauses the statement is not in the queue of the lock, so that queries of the application can run.
 *
 * @throws LockTimeoutError when the last attempt waited too long as well.
 */
export async function withAttempts<T>(wait: LockWait, attempt: () => Promise<T>): Promise<T> {
  const { runner, sql } = wait;
  const attempts = new LockAttempts(wait, wait.signal);
  const notices = new PacedNotices(wait.onLockWait);
  for (;;) {
    const start = performance.now();
    try {
      return await attempt();
    } catch (cause) {
      const contention = contentionOf(cause);
      if (contention === undefined) throw cause;
      const statement = { sql, contention, cause };
      const took = performance.now() - start;
      if (!attempts.another()) throw attempts.error(statement, { blocker: await findBlocker(runner, sql) });
      await notices.give(async () => attempts.notice(statement, { blocker: await findBlocker(runner, sql) }));
      await attempts.pause(took);
    }
  }
}
