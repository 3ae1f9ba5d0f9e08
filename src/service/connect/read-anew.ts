import type { QueryRunner } from 'typeorm';
import { tryAgain } from '../../dialects/common/backoff.js';
import type { Dialect } from '../../dialects/index.js';

/** How often it is read over a connection that turns out to have ended, and the pauses between. */
const STALE = { tries: 3, first: 50, longest: 200 };

/** An error of a connection that was taken from the pool. */
class StaleConnection extends Error {}

/**
 * Reads over a connection of the pool, and over another one where the pool gave one that had ended with the last restart of the
 * server: it may have several of that kind.
 *
 * @param connect waits for the connection of a runner, or gives it up
 * @throws what the driver throws; at once where it cannot connect
 */
export async function readAnew<T>(
  open: () => QueryRunner,
  connect: (runner: QueryRunner) => Promise<unknown>,
  { isUnreachable }: Pick<Dialect, 'isUnreachable'>,
  work: (runner: QueryRunner) => Promise<T>,
): Promise<T> {
  const read = async (): Promise<T> => {
    const runner = open();
    await connect(runner);
    try {
      return await work(runner).catch((error: unknown) => {
        throw isUnreachable(error) ? new StaleConnection('', { cause: error }) : error;
      });
    } finally {
      await runner.release();
    }
  };
  return tryAgain(read, (error) => error instanceof StaleConnection, STALE).catch((error: unknown) => {
    throw error instanceof StaleConnection ? error.cause : error;
  });
}
