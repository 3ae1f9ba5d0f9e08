import type { QueryRunner } from 'typeorm';
import { withinTime } from '../../common/within-time.js';
import { cancelStatement } from './cancel-statement.js';
import { endConnection, type EndingClient } from './end-connection.js';

/** How long the request to cancel may take, ms. */
const LIMIT = 500;

/**
 * Aborts the connection of a runner; does nothing while the runner still waits for one of the pool.
 *
 * The statement is cancelled first: a process of the server that waits for a lock, or computes, does not notice that its client has
 * gone.
 */
export async function abortConnection(runner: QueryRunner): Promise<void> {
  const { databaseConnection } = runner as unknown as { readonly databaseConnection?: EndingClient };
  if (databaseConnection === undefined) return;
  const late = (): Error => new Error('The request to cancel was not taken.');
  await withinTime(LIMIT, () => cancelStatement(runner), late).catch(() => undefined);
  await endConnection(databaseConnection);
}
