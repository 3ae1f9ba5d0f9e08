import { LockAttempts, type LockHolder, type LockLimits, PacedNotices } from '../../common/lock-attempts.js';
import { contentionOf } from './contention.js';

/** A statement that may have to wait for a lock. */
export interface LockWait extends LockLimits {
  readonly sql: string;
  /** Whether the statement alone is undone after an error, so that it can be sent again. */
  readonly isUndone: (error: unknown) => boolean;
  /** Who holds the lock; asked only for a message. */
  readonly holder: () => Promise<LockHolder>;
  /** Ends a pause, with a RunAbortedError. */
  readonly signal?: AbortSignal;
  /** Called after the first attempt that has failed, and then every 10 s at most. */
  readonly onLockWait?: (message: string) => void;
}

/**
 * Retries a statement that other sessions keep from running, and that is undone by itself: it is in no transaction, or ends the one
 * that is open before it waits. While a change of a table waits, every other user of it waits behind it; in the pauses nobody does.
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
      const contention = contentionOf(cause);
      if (contention === undefined || !wait.isUndone(cause)) throw cause;
      const statement = { sql: wait.sql, contention, cause };
      const took = performance.now() - start;
      if (!attempts.another()) throw attempts.error(statement, await wait.holder());
      await notices.give(async () => attempts.notice(statement, await wait.holder()));
      await attempts.pause(took);
    }
  }
}
