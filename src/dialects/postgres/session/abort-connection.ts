import type { QueryRunner } from 'typeorm';
import { endConnection, type EndingClient } from './end-connection.js';

/** Aborts the connection of a runner; does nothing while the runner still waits for one of the pool. */
export async function abortConnection(runner: QueryRunner): Promise<void> {
  const { databaseConnection } = runner as unknown as { readonly databaseConnection?: EndingClient };
  if (databaseConnection !== undefined) await endConnection(databaseConnection);
}
