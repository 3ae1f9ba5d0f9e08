import { MigrateError } from './migrate.error.js';
import { type DatabaseOutcome, describeOutcome } from './database-outcome.js';
import { sentences } from './sentences.js';

/** Two data sources of one repository are the same database. */
export class SameDatabaseError extends MigrateError {
  readonly code = 'SAME_DATABASE';

  /** @param dataSources The data sources that are one database. */
  constructor(readonly dataSources: readonly [string, string]) {
    const [one, other] = dataSources;
    super(`Data sources "${one}" and "${other}" are one database: a run on both would wait for its own locks.`, {
      hint: `Leave one of them out of MigrateModule.forRoot(), or give "${other}" a \`directory\` and a \`versionTable\` of its own.`,
    });
  }
}

/** Two data sources are schemas of one database, and one waited for a table that the run had changed on the other. */
export class HeldByRunError extends MigrateError {
  readonly code = 'HELD_BY_RUN';

  constructor(
    /** The data source that waited, and the one that holds the table. */
    readonly dataSources: readonly [string, string],
    /** The table that is held, where it is known. */
    readonly table: string,
    cause: unknown,
  ) {
    const [waiting, holding] = dataSources;
    super(
      `"${waiting}" waited for the table "${table}", which this run has changed on "${holding}" and holds until its end`,
      {
        hint: 'Both are in one database. Run them one by one, with `--data-source`, or set `transactionPerMigration`.',
        cause,
      },
    );
  }
}

/** A commit failed when other databases of the run had been committed. */
export class PartialCommitError extends MigrateError {
  readonly code = 'PARTIALLY_COMMITTED';

  constructor(
    /** The data source whose commit failed. */
    readonly failed: string,
    /** False when its connection was lost, so that it is not known whether it was committed. */
    readonly isKnown: boolean,
    /** What became of each database, in the order of the run. */
    readonly outcomes: readonly DatabaseOutcome[],
    reason: string,
    cause: unknown,
  ) {
    super(`Only a part of the run is committed: the commit on "${failed}" failed: ${reason}`, {
      hint: sentences(
        ...outcomes.flatMap((outcome) =>
          outcome.dataSource === failed && !isKnown
            ? [`Whether it was committed on "${failed}" is not known: look with \`npx nest-cmd db current\`.`]
            : describeOutcome(outcome),
        ),
        'Run the command again: each database goes on from where it is.',
      ),
      cause,
    });
  }
}

/** `twoPhase` cannot be had for these data sources as they are. */
export class TwoPhaseUnavailableError extends MigrateError {
  readonly code = 'TWO_PHASE_UNAVAILABLE';
}

/** The database refused to prepare the transaction of a two-phase run; all of the run is rolled back. */
export class PrepareRefusedError extends MigrateError {
  readonly code = 'PREPARE_REFUSED';

  constructor(
    /** The data source whose database refused. */
    readonly refused: string,
    /** Revisions that were done and rolled back. */
    readonly revisions: readonly string[],
    outcomes: readonly DatabaseOutcome[],
    reason: string,
    cause: unknown,
  ) {
    super(`Data source "${refused}" cannot prepare the transaction of ${revisions.join(', ')}: ${reason}`, {
      hint: sentences(
        'A prepared transaction may not have used temporary tables, LISTEN, NOTIFY or cursors WITH HOLD, and the server takes `max_prepared_transactions` at a time.',
        ...outcomes.flatMap(describeOutcome),
      ),
      cause,
    });
  }
}

/** Transactions are prepared, and it is not known now whether to commit them or to roll them back. */
export class TransactionInDoubtError extends MigrateError {
  readonly code = 'TRANSACTION_IN_DOUBT';
}

/** A two-phase run is decided to be committed, and some of its databases have not received the commit yet. */
export class CommitUnfinishedError extends MigrateError {
  readonly code = 'COMMIT_UNFINISHED';

  constructor(
    /** What became of each database, in the order of the run. */
    readonly outcomes: readonly DatabaseOutcome[],
    reason: string,
    cause: unknown,
  ) {
    super(`The run is decided to be committed, but the commit did not reach all databases: ${reason}`, {
      hint: sentences(...outcomes.flatMap(describeOutcome), 'The next run commits what is still prepared.'),
      cause,
    });
  }
}
