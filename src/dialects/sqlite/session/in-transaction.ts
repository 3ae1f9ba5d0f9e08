import type { QueryRunner } from 'typeorm';

/** Of better-sqlite3, which knows it. */
interface KnowingConnection {
  readonly inTransaction?: boolean;
}

/**
 * Whether a connection is in a transaction, begun by TypeORM or in plain SQL.
 *
 * The other drivers do not know: SQLite refuses to begin a transaction inside another one, and one that does nothing takes
 * no lock.
 */
export async function isInTransaction(runner: QueryRunner): Promise<boolean> {
  if (runner.isTransactionActive) return true;
  const { inTransaction } = ((await runner.connect()) ?? {}) as KnowingConnection;
  if (inTransaction !== undefined) return inTransaction;
  try {
    await runner.query('BEGIN');
  } catch (error) {
    if (String(error).includes('within a transaction')) return true;
    throw error;
  }
  await runner.query('COMMIT');
  return false;
}
