import type { QueryRunner } from 'typeorm';
import { reasonOf } from '../failure.js';
import type { Attempt, HistoryTable } from './history-table.js';
import type { RunTransaction } from '../transaction.js';
import type { Journals } from '../journal/journals.js';
import type { VersionTable } from './version-table.js';

/** The tables in which a run records what it does, and its transactions. */
export interface Books {
  readonly transaction: RunTransaction;
  readonly history: HistoryTable;
  readonly versions: VersionTable;
  readonly journals: Journals;
}

/**
 * Writes the failed step's history row, in a transaction of its own after the run is rolled back.
 *
 * @returns the version rows then; undefined when the database could not be asked
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
    await runner.query(history.finishing(attempt, reasonOf(error)));
    const current = (await versions.exists(runner)) ? await versions.read(runner) : [];
    await transaction.commit();
    return current;
  } catch {
    // The row is only a record, and the connection may be what failed: the step's error is the one to report.
    return undefined;
  }
}
