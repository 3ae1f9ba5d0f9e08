import { RunnerBusyError } from '../errors/database.errors.js';
import type { RunResult } from '../migration.results.js';
import type { RunRequest } from './run.request.js';
import { Runner } from './runner.js';
import { inTurn } from './turns.js';

/**
 * Runs a plan on a live database, one runner at a time.
 *
 * The version rows are read and the plan is made under the runner's lock. Where DDL is transactional, either all steps
 * are kept or none (with `transactionPerMigration`: each step or nothing of it), apart from what a revision runs
 * outside the transaction. Each step tried leaves a row in the history table.
 *
 * @throws MigrationFailedError when a revision throws or the database refuses one of its statements
 * @throws RunnerBusyError when another runner holds the database for longer than `runnerTimeout`
 * @throws VersionTableError when the version table or the history table cannot be made or read
 * @throws VersionRowError, VersionRowsMovedError when something else changes the version table meanwhile
 * @throws TransactionEndedError when a revision runs a COMMIT or ROLLBACK of its own
 */
export async function run(request: RunRequest): Promise<RunResult> {
  const { dataSource, dialect, settings } = request;
  const onWait = once(request.onWait);
  const turn = { timeout: settings.runnerTimeout, onWait, busy: () => new RunnerBusyError(settings.runnerTimeout) };
  return inTurn(dataSource, turn, async () => {
    const session = await dialect.openSession(dataSource, {
      lockTimeout: settings.lockTimeout,
      statementTimeout: settings.statementTimeout,
      runnerTimeout: settings.runnerTimeout,
      versionTable: settings.versionTable,
      onWait,
    });
    try {
      return await new Runner(request, session).run();
    } finally {
      await session.close();
    }
  });
}

/** Waiting for this process and then for another one is one wait to whoever watches. */
function once(fn: (() => void) | undefined): () => void {
  let told = false;
  return () => {
    if (!told) fn?.();
    told = true;
  };
}
