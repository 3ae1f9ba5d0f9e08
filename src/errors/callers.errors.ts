import { MigrateError } from './migrate.error.js';
import { sentences } from './sentences.js';
import { messageOf } from './thrown.js';

/** A `queryRunner` was given that a call cannot work on. */
export class QueryRunnerError extends MigrateError {
  readonly code = 'QUERY_RUNNER';
}

/** A revision has work that no transaction can hold, and was to run in a transaction of the caller's. */
export class CallersTransactionError extends MigrateError {
  readonly code = 'CALLERS_TRANSACTION';

  /**
   * @param isBefore found before anything was run; else the revision was running, and is undone
   */
  constructor(
    /** The revisions that leave the transaction, each with its file. */
    readonly revisions: readonly { readonly revision: string; readonly file?: string | undefined }[],
    isBefore: boolean,
  ) {
    const names = revisions.map(({ revision, file }) => (file === undefined ? revision : `${revision} (${file})`));
    super(
      `${revisions.length === 1 ? 'Revision' : 'Revisions'} ${names.join(', ')} must run outside a transaction (op.autocommit, a concurrent index), ` +
        'and the queryRunner that was given has a transaction open.',
      {
        hint: sentences(
          'Give a queryRunner without an open transaction, or none: the run then commits by itself.',
          isBefore ? 'Nothing was run.' : 'What the run had done is rolled back; your transaction is still open.',
        ),
      },
    );
  }
}

/** A revision ended a transaction that is the caller's. */
export class CallersTransactionEndError extends MigrateError {
  readonly code = 'CALLERS_TRANSACTION_END';

  constructor(method: string) {
    super(`${method}() would end the transaction of the caller, in which this runs.`, {
      hint: 'It is the one who gave the queryRunner who commits or rolls back.',
    });
  }
}

/** A call outside of the application's transaction, on a database with one connection that is in it. */
export class ApplicationTransactionError extends MigrateError {
  readonly code = 'APPLICATION_TRANSACTION';

  constructor() {
    super(
      'The application has a transaction open on its only connection to the database, and the run would wait for its end.',
      {
        hint:
          'Where the call is made inside that transaction, it would wait for itself: give it the connection, `{ queryRunner }` ' +
          '(of an EntityManager: `manager.queryRunner`). Where it is made elsewhere, call again when that transaction has ended. Nothing was changed.',
      },
    );
  }
}

/** A run was begun by what runs inside another run on the same data source. */
export class NestedRunError extends MigrateError {
  readonly code = 'NESTED_RUN';

  constructor(dataSource: string) {
    super(`A run on data source "${dataSource}" was begun inside another one on it, and would wait for its end.`, {
      hint: 'A revision, a listener or a hook of a run cannot begin another one. Call it when the run has ended. Nothing was changed by this call.',
    });
  }
}

/** An operation that was to be run outside of a revision could not be: `apply`. */
export class OperationFailedError extends MigrateError {
  readonly code = 'OPERATION_FAILED';
  /** Which one, counted from 1. */
  readonly number: number;
  /** How many before it are committed and stay. */
  readonly kept: number;

  constructor(
    operation: string,
    place: {
      readonly dataSource: string;
      readonly number: number;
      readonly total: number;
      readonly kept: number;
      /** A part of the failed one itself is committed. */
      readonly isPartlyKept: boolean;
    },
    cause: unknown,
  ) {
    const { dataSource, number, total, kept, isPartlyKept } = place;
    super(`Operation ${number} of ${total} failed on data source "${dataSource}" (${operation}): ${messageOf(cause)}`, {
      cause,
      hint: sentences(
        cause instanceof MigrateError && cause.hint,
        kept > 0 && `The first ${kept} had to be committed, and stay.`,
        isPartlyKept && 'A part of the failed one is committed as well, and stays.',
        kept === 0 && !isPartlyKept && 'None of them was kept.',
      ),
    });
    this.number = number;
    this.kept = kept;
  }
}
