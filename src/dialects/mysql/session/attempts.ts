import { LockAttempts, type LockLimits, PacedNotices } from '../../common/lock-attempts.js';
import { errorNumber, errors } from './error-codes.js';

/** A statement that may have to wait for a lock. */
export interface LockWait extends LockLimits {
  readonly sql: string;
  /** Ends a pause, with a RunAbortedError. */
  readonly signal?: AbortSignal;
  /** Called after the first attempt that has failed, and then every 10 s at most. */
  readonly onLockWait?: (message: string) => void;
}

/**
 * Retries a statement that waits too long for a lock: the server has undone only the statement. While a change of a table waits,
 * every other user of it waits behind it; in the pauses nobody does.
 *
 * @throws LockTimeoutError when the last attempt waited too long as well
 */
export async function withAttempts<T>(wait: LockWait, attempt: () => Promise<T>): Promise<T> {
  const attempts = new LockAttempts(wait, wait.signal);
  const notices = new PacedNotices(wait.onLockWait);
  for (;;) {
    const start = performance.now();
    try {
      return await attempt();
    } catch (cause) {
      if (errorNumber(cause) !== errors.lockWaitTimeout) throw cause;
      const statement = { sql: wait.sql, contention: 'lock', cause } as const;
      const took = performance.now() - start;
      if (!attempts.another()) throw attempts.error(statement, undefined);
      await notices.give(() => attempts.notice(statement, undefined));
      await attempts.pause(took);
    }
  }
}
