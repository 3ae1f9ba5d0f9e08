import type { RowChange } from '../repository/revision.js';
import { describeAftermath, idList, type RunAftermath } from './aftermath.js';
import { knownHint } from './known-hints.js';
import { MigrateError } from './migrate.error.js';
import { sentences } from './sentences.js';
import { placeOf, shortStatement } from './statement-text.js';

/** What is known about a revision that failed. */
export interface MigrationFailure extends RunAftermath {
  /** The data source of the database. */
  readonly dataSource: string;
  /** The step: `upgrade`, `downgrade` or `stamp`. */
  readonly direction: string;
  /** The revision; for a stamp, what was stamped. */
  readonly revision: string;
  /** Absolute path of the revision file. */
  readonly file?: string;
  /** Line of the revision file that made the failing call, where the stack has it. */
  readonly line?: number;
  /** The statement that failed, cut when it is enormous; absent when no statement did. */
  readonly statement?: string;
  /** The database's message, or the thrown error's. */
  readonly reason: string;
  /** Error code of the database, such as an SQLSTATE or `SQLITE_CONSTRAINT_UNIQUE`. */
  readonly databaseCode?: string;
  /** What the database added: PostgreSQL's DETAIL. */
  readonly detail?: string;
  /** What to do about it, where neither the database nor the thrown error says that. */
  readonly hint?: string | undefined;
  /** An error of an earlier statement that the revision caught, with its statement. */
  readonly caught?: string;
}

/** A revision threw, or the database refused one of its statements. What was open is rolled back. */
export class MigrationFailedError extends MigrateError {
  readonly code = 'MIGRATION_FAILED';

  constructor(
    /** All that is known about it. */
    readonly failure: MigrationFailure,
    cause: unknown,
  ) {
    super(failureMessage(failure), { hint: failureHint(failure, cause), cause });
  }
}

/** A revision took longer than `revisionTimeout`: the cause of a MigrationFailedError. */
export class RevisionTimeoutError extends MigrateError {
  readonly code = 'REVISION_TIMEOUT';

  constructor(
    /** Id of the revision. */
    readonly revision: string,
    /** The function that was running: `upgrade` or `downgrade`. */
    readonly direction: string,
    /** The `revisionTimeout`, in ms. */
    readonly timeout: number,
    cause?: unknown,
  ) {
    super(`${direction}() did not end within ${timeout} ms, the \`revisionTimeout\`.`, {
      hint: 'Look there for a promise that is awaited and never settled; or raise `revisionTimeout`.',
      cause,
    });
  }
}

/** `op` was used after the function of its revision had ended. */
export class RevisionEndedError extends MigrateError {
  readonly code = 'REVISION_ENDED';

  constructor(
    /** Id of the revision. */
    readonly revision: string,
    /** The function that was running: `upgrade` or `downgrade`. */
    readonly direction: string,
    /** Absolute path of the revision file; absent where it has none. */
    readonly file: string | undefined,
    call: string,
  ) {
    super(
      `op.${call} of revision ${revision}${file === undefined ? '' : ` (${file})`} was used after its ${direction}() had ended.`,
      { hint: `Await in ${direction}() all that it begins: timers, callbacks, promises. Nothing was run.` },
    );
  }
}

/** The version or history table could not be made or read. */
export class VersionTableError extends MigrateError {
  readonly code = 'VERSION_TABLE';

  constructor(
    /** The version table. */
    readonly table: string,
    reason: string,
    cause: unknown,
    /** What to do where the database refuses it for another reason than missing rights. */
    hint?: string,
  ) {
    super(`Cannot use the version table "${table}" or its history table: ${reason}`, {
      hint:
        hint ??
        'The database user must be allowed to create, read and write both. Their name and schema are set by `versionTable` and `versionTableSchema`.',
      cause,
    });
  }
}

/** An entity has the name of the version table, or of another one that the runner keeps. */
export class VersionTableTakenError extends MigrateError {
  readonly code = 'VERSION_TABLE_TAKEN';

  constructor(
    /** The version table. */
    readonly table: string,
    versionTable: string,
  ) {
    super(
      `An entity has the table "${table}", which is one that nestjs-migrate keeps itself: its version table is "${versionTable}".`,
      {
        hint: 'Set another `versionTable`, or `synchronize: false` on an entity that only reads it.',
      },
    );
  }
}

/** An UPDATE or DELETE in the version table did not hit exactly one row. */
export class VersionRowError extends MigrateError {
  readonly code = 'VERSION_ROW_MISMATCH';

  constructor(
    /** The version table. */
    readonly table: string,
    /** The change that was to be made. */
    readonly change: RowChange,
    /** How many rows it matched, where it must be one. */
    readonly found: number,
  ) {
    super(`Expected to match one row when ${changeText(change)} in version table "${table}"; ${found} found.`, {
      hint: 'Something other than this run changes the version table. Look at it with `npx nest-cmd db current`; correct it with `npx nest-cmd db stamp`.',
    });
  }
}

/** The version rows changed under a run between two of its transactions. */
export class VersionRowsMovedError extends MigrateError {
  readonly code = 'VERSION_ROWS_MOVED';

  constructor(
    /** The version table. */
    readonly table: string,
    /** Ids that this run had left there. */
    readonly expected: readonly string[],
    /** Ids that are there now. */
    readonly found: readonly string[],
  ) {
    super(
      `Version table "${table}" was at ${idList(expected)} and is now at ${idList(found)}: another runner changed it between two transactions of this run.`,
      { hint: 'What this run committed stays. Run the command again: it goes on from where the database is.' },
    );
  }
}

/** A revision ended the transaction that the runner had begun for it. */
export class TransactionEndedError extends MigrateError {
  readonly code = 'TRANSACTION_ENDED';

  constructor(
    /** Id of the revision. */
    readonly revision: string,
    /** The function that was running: `upgrade` or `downgrade`. */
    readonly direction: string,
    /** Absolute path of the revision file; absent where it has none. */
    readonly file: string | undefined,
    /** Version rows as they are now; absent where the database could not be asked. */
    readonly current: readonly string[] | undefined,
    cause?: unknown,
  ) {
    super(
      `Revision ${revision}${file === undefined ? '' : ` (${file})`} ended the run's transaction in its ${direction}(): it runs a COMMIT or ROLLBACK of its own.`,
      {
        hint: sentences(
          'Leave transactions to the runner; for what must run outside one, use op.autocommit(async () => { … }).',
          'What was committed that way cannot be rolled back.',
          current && `The version table says ${idList(current)}: compare that with the database before the next run.`,
        ),
        cause,
      },
    );
  }
}

/** A text of several statements would commit the transaction of the run in its middle. It was not sent. */
export class HiddenCommitError extends MigrateError {
  readonly code = 'HIDDEN_COMMIT';

  constructor(
    /** The text. */
    readonly statement: string,
  ) {
    super(
      'It has a COMMIT among other statements, and was not sent: what it commits could not be recorded with it. ' +
        'Leave transactions to the runner; for what must run outside one, use op.autocommit(async () => { … }).',
    );
  }
}

/** A revision commits a transaction of its own that the database rolls back, since a statement in it has failed. */
export class TransactionFailedError extends MigrateError {
  readonly code = 'TRANSACTION_FAILED';

  constructor(
    /** The statement that was to commit it. */
    readonly statement: string,
    cause?: unknown,
  ) {
    super(
      `${statement} committed nothing: a statement of the transaction had failed, the revision caught its error, and the database rolled all of it back. ` +
        'Set a SAVEPOINT before a statement that may fail, and ROLLBACK TO it.',
      { cause },
    );
  }
}

/** A revision began a transaction inside the run's and did not end it. */
export class TransactionLeftOpenError extends MigrateError {
  readonly code = 'TRANSACTION_LEFT_OPEN';

  constructor(
    /** Id of the revision. */
    readonly revision: string,
    /** The function that was running: `upgrade` or `downgrade`. */
    readonly direction: string,
    /** Absolute path of the revision file; absent where it has none. */
    readonly file: string | undefined,
    /** Whether it began it in `op.autocommit`. */
    readonly isOutside = false,
  ) {
    const where = isOutside ? 'the op.autocommit of its' : 'its';
    super(
      `Revision ${revision}${file === undefined ? '' : ` (${file})`} began a transaction in ${where} ${direction}() and left it open.`,
      {
        hint: isOutside
          ? 'It was rolled back. Commit it before the function of op.autocommit ends, or use op.manager.transaction(async (manager) => { … }) there.'
          : 'A revision runs in a transaction already: leave startTransaction() out, or use op.manager.transaction(async (manager) => { … }).',
      },
    );
  }
}

function failureMessage(failure: MigrationFailure): string {
  const code = failure.databaseCode === undefined ? '' : ` (${failure.databaseCode})`;
  const statement = failure.statement === undefined ? '' : `, in: ${shortStatement(failure.statement)}`;
  const where = placeOf(failure.file, failure.line);
  return `${failure.direction} of ${failure.revision} failed${where}: ${failure.reason}${code}${statement}`;
}

function failureHint(failure: MigrationFailure, cause: unknown): string {
  return sentences(
    failure.detail,
    failure.caught && `An earlier error was caught by the revision: ${failure.caught}.`,
    cause instanceof MigrateError ? cause.hint : knownHint(cause),
    failure.hint,
    ...describeAftermath(failure),
  );
}

function changeText(change: RowChange): string {
  if (change.kind === 'update') return `updating '${change.from}' to '${change.to}'`;
  return `${change.kind === 'delete' ? 'deleting' : 'inserting'} '${change.id}'`;
}
