import { StatementError } from '../../errors/database.errors.js';
import { MigrateError } from '../../errors/migrate.error.js';
import { messageOf } from '../../errors/thrown.js';
import { describeHolder, type RunnerInfo } from '../../errors/waiting.errors.js';

/** The `schema` of the data source does not exist, and the run lacks the privilege to create it. */
export class SchemaMissingError extends MigrateError {
  readonly code = 'SCHEMA_MISSING';

  constructor(
    /** The schema that does not exist. */
    readonly schema: string,
    database: string,
    cause: unknown,
  ) {
    super(
      `The data source works in the schema "${schema}", which the database "${database}" does not have ` +
        `and which could not be made: ${messageOf(cause)}.`,
      {
        hint: `Have it created: CREATE SCHEMA "${schema}". Or change \`schema\` in the options of the data source.`,
        cause,
      },
    );
  }
}

/** Something needs a newer version of PostgreSQL than the server has. */
export class ServerTooOldError extends MigrateError {
  readonly code = 'SERVER_TOO_OLD';

  /** @param use what needs it, as a clause: `the column "t.c" is generated VIRTUAL`. */
  constructor(
    use: string,
    /** The first major version with the feature. */
    readonly since: number,
    /** Major version of the server. */
    readonly version: number,
  ) {
    super(`${use.charAt(0).toUpperCase()}${use.slice(1)}, which PostgreSQL ${version} does not know.`, {
      hint: `PostgreSQL ${since} was the first that does. Upgrade the server, or say it without.`,
    });
  }
}

/** A label that was added to an enum in this transaction is used before it was committed. */
export class UncommittedEnumValueError extends StatementError {
  readonly code = 'ENUM_VALUE_NOT_COMMITTED';

  constructor(
    sql: string,
    cause: unknown,
    /** Why the type cannot be re-created, which would make the value usable. */
    readonly obstacle?: Error,
  ) {
    const reason =
      obstacle === undefined
        ? ''
        : `. It cannot be re-created in this transaction: ${obstacle.message.replace(/\.$/, '')}`;
    super(`${messageOf(cause)}: PostgreSQL lets a new enum value be used only after a commit${reason}`, sql, {
      hint: 'Use the value in a revision of its own after the one that adds it.',
      cause,
    });
  }
}

/** Rows hold a value that is to be removed from an enum. */
export class EnumValueInUseError extends MigrateError {
  readonly code = 'ENUM_VALUE_IN_USE';

  constructor(
    /** The enum type. */
    readonly enumName: string,
    /** The values that rows hold. */
    readonly values: readonly string[],
    /** The column, with its table. */
    readonly column: string,
  ) {
    const named = values.map((value) => `'${value}'`).join(', ');
    super(`The enum "${enumName}" cannot lose ${named}: rows of ${column} still hold it.`, {
      hint: 'Update or delete those rows first, with `op.execute` before `op.alterEnum`.',
    });
  }
}

/** Something depends on what is to change or to be dropped, and cannot be dropped and re-created. */
export class DependentObjectsError extends MigrateError {
  readonly code = 'DEPENDENT_OBJECTS';

  /**
   * @param end what it cannot do: change, or be dropped.
   */
  constructor(
    /** What was to change or to be dropped, such as `t.c`. */
    readonly changed: readonly string[],
    /** What depends on it, as PostgreSQL describes it. */
    readonly objects: readonly string[],
    end: 'change' | 'be dropped' = 'change',
  ) {
    const names = changed.map((name) => `"${name}"`).join(', ');
    const again = end === 'change' ? ', and create it again after it' : '';
    super(`${names} cannot ${end} while ${objects.join(', ')} ${objects.length > 1 ? 'depend' : 'depends'} on it.`, {
      hint: `Drop what depends on it with \`op.execute\` before this step${again}.`,
    });
  }
}

/** A list cannot become a simple-array: read again, it would be another list. */
export class UnjoinableListError extends StatementError {
  readonly code = 'SIMPLE_ARRAY';

  constructor(problem: string, sql: string, cause: unknown) {
    super(problem, sql, {
      hint: "Change such values first, with op.execute, or give 'using' to op.alterColumn.",
      cause,
    });
  }
}

/** A concurrent build ended without an error, and the index of its name is INVALID: another session builds it, or has failed to. */
export class InvalidIndexError extends MigrateError {
  readonly code = 'INVALID_INDEX';

  constructor(
    /** The index. */
    readonly index: string,
    /** Its table. */
    readonly table: string,
  ) {
    super(`The index ${index} on ${table} is INVALID: no query uses it, and every write has to keep it.`, {
      hint:
        'Another session builds an index of that name at the moment: let it end, and run again. ' +
        `If it has failed: DROP INDEX CONCURRENTLY ${index}.`,
    });
  }
}

/** A lock of the session cannot be relied on: a pooler gives each transaction of the run another connection. */
export class PooledConnectionError extends MigrateError {
  readonly code = 'POOLED_CONNECTION';

  /** @param lock the lock that was asked for, or found out to be of no use */
  constructor(lock: 'session') {
    super(
      `The lock "${lock}" does not hold on this connection: it goes through a pooler, which gives each transaction another session ` +
        'of the server (PgBouncer: pool_mode = transaction).',
      {
        hint:
          "Leave the option `lock` out, or set it to 'lease', which holds there as well; " +
          'or connect migrations to the server itself, or to a pool of sessions. Nothing was run.',
      },
    );
  }
}

/** Another runner has taken the lease: this one was paused, or cut off, for longer than its lease was valid. */
export class LeaseLostError extends MigrateError {
  readonly code = 'LEASE_LOST';

  constructor(
    /** Who has the database now, where anyone has. */
    readonly holder: RunnerInfo | undefined,
    cause?: unknown,
  ) {
    const who = describeHolder(holder);
    super(
      'This run was paused, or cut off from the database, for longer than its lease was valid, and another migration run has ' +
        `taken over${who === '' ? '; that is done by now' : `: ${who}`}. This one commits nothing more.`,
      {
        hint: 'Run the command again: it waits for the other one, and goes on from what is committed, which `npx nest-cmd db status` shows.',
        ...(cause === undefined ? {} : { cause }),
      },
    );
  }
}

/** A statement that runs outside a transaction names nothing with its schema, and the search path cannot be set there. */
export class UnqualifiedNamesError extends StatementError {
  readonly code = 'UNQUALIFIED_NAMES';

  constructor(
    /** The schema of the data source. */
    readonly schema: string,
    sql: string,
  ) {
    super(
      `The statement runs outside a transaction, where the search path of a pooled connection cannot be set, and names nothing in the schema "${schema}" of the data source`,
      sql,
      {
        hint: `Write the schema in front of its names ("${schema}"."name"), or use op.createIndex and op.dropIndex with isConcurrent: they do. It was not run.`,
      },
    );
  }
}
