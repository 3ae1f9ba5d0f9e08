import { Backoff } from '../../dialects/common/backoff.js';
import type { DialectTenants } from '../../dialects/dialect.js';
import { causesOf } from './causes.js';

/** The pauses, and the longest wait, for a session of a server that has none to give, ms. */
const FULL = { first: 250, longest: 2_000, limit: 30_000 };

/**
 * Opens a session, and waits where the server has none to give: that is no failure of the tenant.
 *
 * @param onRefused called each time that it has none
 * @throws what `open` throws, also when the server is full for too long
 */
export async function whenNotFull<T>(
  dialect: DialectTenants,
  signal: AbortSignal | undefined,
  open: () => Promise<T>,
  onRefused: () => void = () => undefined,
): Promise<T> {
  const backoff = new Backoff(FULL, signal);
  for (;;) {
    try {
      return await open();
    } catch (error) {
      if (!isFull(error, dialect)) throw error;
      onRefused();
      if (backoff.waited >= FULL.limit) throw error;
      await backoff.pause();
    }
  }
}

/** Whether an error means that a server has too many clients. */
export function isFull(error: unknown, dialect: DialectTenants): boolean {
  return causesOf(error).some((cause) => dialect.isFull(cause));
}
