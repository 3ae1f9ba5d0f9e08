import type { QueryRunner } from 'typeorm';

/** Of the pg client: ends the socket at once while a query waits for its answer, which then fails. */
interface Client {
  end(): Promise<void>;
}

/** Ends the connection of a runner, unless it still waits for one of the pool. */
export async function hangUp(runner: QueryRunner): Promise<void> {
  const { databaseConnection } = runner as unknown as { readonly databaseConnection?: Client };
  await databaseConnection?.end().catch(() => undefined);
}
