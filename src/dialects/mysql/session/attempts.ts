import { excerpt, LockTimeoutError } from '../../../errors/database.errors.js';
import { Backoff } from '../../common/backoff.js';
import { errorNumber, errors } from './error-codes.js';

/** The number of attempts of a statement; the pauses between them take about 5 s in total. */
const ATTEMPTS = 6;
const PAUSES = { first: 200, longest: 4000 };

/**
 * Retries a statement that waits too long for a lock. While it waits, every other user of the table waits behind it; in the pauses
 * nobody does.
 *
 * @throws LockTimeoutError when the last attempt waited too long as well
 */
export async function withAttempts<T>(
  sql: string,
  onWait: ((message: string) => void) | undefined,
  attempt: () => Promise<T>,
): Promise<T> {
  const backoff = new Backoff(PAUSES);
  for (let count = 1; ; count += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (errorNumber(error) !== errors.lockWaitTimeout) throw error;
      if (count === ATTEMPTS) throw new LockTimeoutError(sql, count, undefined, error);
      if (count === 1) {
        onWait?.(
          `Waiting for a lock, which is tried ${ATTEMPTS - 1} more times: another session holds it. Statement: ${excerpt(sql)}`,
        );
      }
      await backoff.pause();
    }
  }
}
