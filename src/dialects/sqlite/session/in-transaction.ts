import type { QueryRunner } from 'typeorm';

/** The part of better-sqlite3 that reports it. */
interface KnowingConnection {
  readonly inTransaction?: boolean;
}

/**
 * Whether a connection is in a transaction, begun by TypeORM or in plain SQL.
 *
 * For the other drivers a transaction is begun: SQLite refuses that inside another one, and an empty transaction takes no
 * lock.
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

/** Whether an error means that the transaction that a statement needs has ended, or a savepoint with it. */
export function lacksTransaction(error: unknown): boolean {
  return /no such savepoint|no transaction is active/.test(String(error));
}
