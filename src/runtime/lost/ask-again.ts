import type { QueryRunner } from 'typeorm';
import { Backoff } from '../../dialects/common/backoff.js';
import type { DialectSession } from '../../dialects/dialect.js';
import { ownQueries } from '../../dialects/own-queries.js';
import type { RunRequest } from '../run.request.js';
import { withinTime } from '../../dialects/common/within-time.js';

/** How long a database that was lost is asked again, ms: a server that restarts or fails over needs a few seconds. */
const LIMIT = 10_000;

const PAUSES = { first: 100, longest: 1_000 };

/** The run that has lost its connection. */
export interface LostRun {
  readonly request: RunRequest;
  readonly session: DialectSession;
}

/**
 * Asks a database over another connection, when nothing of the run can be going on there any more.
 *
 * A COMMIT that was sent may still be at work in the process of the server, which has not noticed the loss: only when that process
 * has ended is the answer final.
 *
 * @returns the answer; undefined where the database did not give one in time
 */
export async function askAgain<T>(
  { request: { dataSource, dialect, onQuery }, session: { backend } }: LostRun,
  ask: (runner: QueryRunner) => Promise<T>,
): Promise<T | undefined> {
  const backoff = new Backoff(PAUSES);
  const attempt = async (): Promise<{ readonly answer: T } | undefined> => {
    const runner = ownQueries(dataSource.createQueryRunner('master'), onQuery);
    try {
      const isAtWork = backend !== undefined && (await dialect.isAtWork?.(runner, backend)) === true;
      return isAtWork ? undefined : { answer: await ask(runner) };
    } finally {
      await runner.release().catch(() => undefined);
    }
  };
  // The application may have closed the data source meanwhile, as it does when it is shut down.
  while (dataSource.isInitialized && backoff.waited < LIMIT) {
    const late = (): Error => new Error('no answer in time');
    const settled = await withinTime(LIMIT - backoff.waited, attempt, late).catch(() => undefined);
    if (settled !== undefined) return settled.answer;
    await backoff.pause(Math.max(0, LIMIT - backoff.waited));
  }
  return undefined;
}
