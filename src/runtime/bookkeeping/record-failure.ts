import type { QueryRunner } from 'typeorm';
import { reasonOf } from '../failure.js';
import type { Attempt, HistoryTable } from './history-table.js';
import type { RunTransaction } from '../transaction.js';
import type { VersionTable } from './version-table.js';

/** What a run keeps its books with. */
export interface Books {
  readonly transaction: RunTransaction;
  readonly history: HistoryTable;
  readonly versions: VersionTable;
}

/**
 * Writes the failed step's row in a transaction of its own, where all of the run is rolled back.
 *
 * @returns the version rows as they are now; undefined when the database could not be asked
 */
export async function recordFailure(
  runner: QueryRunner,
  { transaction, history, versions }: Books,
  attempt: Attempt,
  error: unknown,
): Promise<readonly string[] | undefined> {
  try {
    await transaction.begin();
    await history.ensure(runner);
    await history.finish(runner, attempt, reasonOf(error));
    const current = (await versions.exists(runner)) ? await versions.read(runner) : [];
    await transaction.commit();
    return current;
  } catch {
    // The row is a record, and the connection may be what failed: the error that matters is the step's.
    return undefined;
  }
}
