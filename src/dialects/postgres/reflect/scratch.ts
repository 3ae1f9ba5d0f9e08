import type { QueryRunner } from 'typeorm';

const SAVEPOINT = 'nestjs_migrate_scratch';

/** Runs `work` in a transaction, or under a savepoint when one is open, and rolls back what it did. */
export async function inScratch<T>(runner: QueryRunner, work: () => Promise<T>): Promise<T> {
  if (!runner.isTransactionActive) {
    await runner.startTransaction();
    try {
      return await work();
    } finally {
      await runner.rollbackTransaction();
    }
  }
  await runner.query(`SAVEPOINT ${SAVEPOINT}`);
  try {
    return await work();
  } finally {
    await runner.query(`ROLLBACK TO SAVEPOINT ${SAVEPOINT}; RELEASE SAVEPOINT ${SAVEPOINT}`);
  }
}

/** Runs `work` under a savepoint, to which it rolls back when `work` fails. @returns whether it succeeded. */
export async function attempt(runner: QueryRunner, work: () => Promise<unknown>): Promise<boolean> {
  await runner.query(`SAVEPOINT ${SAVEPOINT}_step`);
  try {
    await work();
    await runner.query(`RELEASE SAVEPOINT ${SAVEPOINT}_step`);
    return true;
  } catch {
    await runner.query(`ROLLBACK TO SAVEPOINT ${SAVEPOINT}_step; RELEASE SAVEPOINT ${SAVEPOINT}_step`);
    return false;
  }
}
