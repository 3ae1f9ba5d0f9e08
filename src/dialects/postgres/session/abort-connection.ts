import type { QueryRunner } from 'typeorm';

/** The part of the pg client that closes the socket at once; a query that waits for its answer fails then. */
interface Client {
  end(): Promise<void>;
}

/** Aborts the connection of a runner; does nothing while the runner still waits for one of the pool. */
export async function abortConnection(runner: QueryRunner): Promise<void> {
  const { databaseConnection } = runner as unknown as { readonly databaseConnection?: Client };
  await databaseConnection?.end().catch(() => undefined);
}
