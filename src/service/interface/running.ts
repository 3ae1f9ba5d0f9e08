import type { QueryRunner } from 'typeorm';
import type { Operation } from '../../operations/operation.js';
import type { Operations } from '../../operations/operations.interface.js';
import type { ApplyResult, RunResult } from '../../results.js';
import type { ConnectionOptions, RunOptions, StampOptions, StopOptions, UpgradeOptions } from '../requests.js';

/** The methods of `MigrationService` that change databases. */
export interface RunningCalls {
  /**
   * Runs the revisions from where each database is up to `target`.
   *
   * One run at a time works on a database; another one waits `runnerTimeout` at most. A run is one transaction, unless
   * `transactionPerMigration` is set or a revision leaves it. The target is written in the target grammar; with `sql` it may be
   * a range, and nothing is run.
   *
   * @returns the result on each database, in the order of the data sources
   * @throws MigrationFailedError when a revision fails, and what was open is rolled back; MultipleHeadsError when the target means
   *   several heads; RevisionNotFoundError for an unknown revision; InvalidTargetError for a target that cannot be reached;
   *   RunnerBusyError when another run goes on; RunAbortedError when `signal` stops it; DatabaseUnreachableError when a database cannot be connected;
   *   CallersTransactionError for a revision that cannot run in the transaction of `queryRunner`; PartialCommitError when not all of
   *   several databases were committed; JournalMismatchError, StatementUnderWayError, JournalAnswerError or TemporaryTableLostError for a revision that an
   *   earlier run left in its middle, and with which only a person can go on; ResumeFromError for a `resumeFrom` where there is
   *   none; RevisionHalfDoneError where another revision was left in its middle in the other direction; in a script OfflineReadError for a revision that reads
   * @example
   *     for (const { dataSource, steps } of await migrations.upgrade('head')) {
   *       console.log(dataSource, steps.map(({ revision, ms }) => `${revision}: ${ms} ms`));
   *     }
   */
  upgrade(target?: string, options?: UpgradeOptions): Promise<readonly RunResult[]>;

  /**
   * Runs the revisions from where each database is down to `target`.
   *
   * `-1` is one revision down, `base` all of them. With `sql` the target is a range, `head:-1`.
   *
   * @throws what `upgrade` throws
   * @example
   *     await migrations.downgrade('-2');
   */
  downgrade(target?: string, options?: UpgradeOptions): Promise<readonly RunResult[]>;

  /**
   * Writes the version rows as if the revisions had been run, and runs none.
   *
   * @throws RevisionNotFoundError for an unknown revision, unless `purge` is given for rows that no file has; InvalidTargetError for
   *   revisions of which one is part of another; OfflineUnavailableError for `purge` with `sql`
   * @example
   *     await migrations.stamp('head', { purge: true });
   */
  stamp(targets?: string | readonly string[], options?: StampOptions): Promise<readonly RunResult[]>;

  /**
   * Makes the version table where there is none yet, and changes nothing else.
   *
   * @throws VersionTableError when it cannot be made; DatabaseUnreachableError when a database cannot be connected
   * @example
   *     await migrations.ensureVersion();
   */
  ensureVersion(options?: Omit<RunOptions, 'tag'>): Promise<readonly RunResult[]>;

  /**
   * Runs operations without a revision, on each database in one transaction: those of `check`, or your own.
   *
   * The version tables stay as they are, so it is for tests, prototypes and tools. With several data sources each operation
   * names its own.
   *
   * @throws OperationFailedError when one cannot be run, and none of that database's is kept; MigrateOptionsError for what is no
   *   operation, or names no data source; QueryRunnerError for a concurrent index in a transaction of `queryRunner`
   * @example
   *     await migrations.apply(await migrations.check());
   */
  apply(
    operations: readonly (Operation & { readonly dataSource?: string })[],
    options?: ConnectionOptions & StopOptions,
  ): Promise<readonly ApplyResult[]>;

  /**
   * Makes an `op` outside of a revision, on a connection of yours.
   *
   * Each call is run at once, in your transaction where you have one open, else in one of its own. No version row is written,
   * and the connection stays yours.
   *
   * @throws QueryRunnerError when the connection is released, or of no data source of this service; `op.autocommit` and concurrent
   *   indexes throw it where a transaction is open
   * @example
   *     const op = await migrations.operations(queryRunner);
   *     await op.createTable({ name: 'tag', columns: [{ name: 'id', type: 'integer', isPrimary: true }] });
   */
  operations(queryRunner: QueryRunner): Promise<Operations>;
}
