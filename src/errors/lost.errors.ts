import { idList } from './aftermath.js';
import { MigrateError } from './migrate.error.js';
import { sentences } from './sentences.js';

/** The connection to the database was lost outside of a revision: before the run, between two revisions, or at its end. */
export class RunCutOffError extends MigrateError {
  readonly code = 'RUN_CUT_OFF';

  constructor(
    dataSource: string,
    /** Steps of this run that are committed and stay. */
    readonly kept: readonly string[],
    /** Steps of this run that were rolled back. */
    readonly rolledBack: readonly string[],
    /** The version rows as they are now; absent where the database could not be asked. */
    readonly current: readonly string[] | undefined,
    reason: string,
    cause: unknown,
  ) {
    super(
      `The connection to the database of data source "${dataSource}" was lost ${kept.length + rolledBack.length === 0 ? 'before anything was run' : 'during the run'}: ${reason}`,
      {
        hint: sentences(
          rolledBack.length > 0 && `Rolled back: ${rolledBack.join(', ')}.`,
          kept.length > 0 && `Committed and kept: ${kept.join(', ')}.`,
          current && `The database is at ${idList(current)}.`,
          'Run the command again when the database is reachable: it goes on from where that is.',
        ),
        cause,
      },
    );
    this.dataSource = dataSource;
  }

  /** Whether it was lost before any revision was run. */
  get isBefore(): boolean {
    return this.kept.length + this.rolledBack.length === 0;
  }
}

/** The connection was lost at a COMMIT, and the database could not be asked whether it was done. */
export class CommitUnknownError extends MigrateError {
  readonly code = 'COMMIT_UNKNOWN';

  constructor(
    dataSource: string,
    /** Steps of which it is not known whether they are committed. */
    readonly steps: readonly string[],
    /** Earlier steps of this run that are committed and stay. */
    readonly kept: readonly string[],
    reason: string,
    cause: unknown,
  ) {
    const what = steps.length === 0 ? 'the run' : steps.join(', ');
    super(
      `Whether data source "${dataSource}" committed ${what} is not known: the connection was lost at the COMMIT (${reason}), and the database did not answer since.`,
      {
        hint: sentences(
          kept.length > 0 && `Committed before and kept: ${kept.join(', ')}.`,
          'It is committed as a whole or not at all: `npx nest-cmd db current` shows which. Run the command again when the database is reachable: it goes on from where that is.',
        ),
        cause,
      },
    );
    this.dataSource = dataSource;
  }
}
