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

/** What a database has answered. */
interface Answer<T> {
  readonly answer: T;
  /** Whether nothing of the run goes on there, so that the answer stays true. */
  readonly isFinal: boolean;
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
  { request: { dataSource, dialect, onQuery }, session }: LostRun,
  ask: (runner: QueryRunner) => Promise<T>,
): Promise<Answer<T> | undefined> {
  const { backend } = session;
  const backoff = new Backoff(PAUSES);
  const attempt = async (): Promise<Answer<T> | undefined> => {
    const runner = ownQueries(dataSource.createQueryRunner('master'), onQuery);
    try {
      const isAtWork = await (backend ? dialect.isAtWork?.(runner, backend) : session.isAtWork?.(runner));
      return isAtWork === true ? undefined : { answer: await ask(runner), isFinal: isAtWork === false };
    } finally {
      await runner.release().catch(() => undefined);
    }
  };
  // The application may have closed the data source meanwhile, as it does when it is shut down.
  while (dataSource.isInitialized && backoff.waited < LIMIT) {
    const late = (): Error => new Error('no answer in time');
    const settled = await withinTime(LIMIT - backoff.waited, attempt, late).catch(() => undefined);
    if (settled !== undefined) return settled;
    await backoff.pause(Math.max(0, LIMIT - backoff.waited));
  }
  return undefined;
}
