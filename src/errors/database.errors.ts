import { displayName, type QualifiedName } from '../schema/schema.model.js';
import { MigrateError } from './migrate.error.js';

/** The data source's driver is none that this package can migrate. */
export class UnsupportedDriverError extends MigrateError {
  readonly code = 'UNSUPPORTED_DRIVER';

  constructor(driver: string, supported: readonly string[], cause?: unknown) {
    super(`The data source uses the driver "${driver}", which has no migrations support.`, {
      hint: `Supported drivers: ${supported.join(', ')}.`,
      ...(cause === undefined ? {} : { cause }),
    });
  }
}

/** An error about one statement, which its message ends with. */
export abstract class StatementError extends MigrateError {
  constructor(
    /** The message without the statement, for messages that show the statement themselves. */
    readonly reason: string,
    /** The statement. */
    readonly sql: string,
    options: { hint: string; cause?: unknown },
  ) {
    super(`${reason}. Statement: ${excerpt(sql)}`, options);
  }
}

/** A session that keeps a statement waiting, as far as the database shows it: other users' statements it may hide. */
export interface BlockerInfo {
  /** Process id of the session. */
  readonly pid: number;
  /** The table that it holds. */
  readonly table: string;
  /** The name that it gave to the database. */
  readonly applicationName?: string;
  /** Its state, such as `active` or `idle in transaction`. */
  readonly state?: string;
  /** The statement that it runs, or ran last. */
  readonly query?: string;
}

/** Who keeps a statement waiting: `pid 7 (application "psql", idle in transaction) holds "t" and last ran: SELECT 1`. */
export function describeBlocker({ pid, table, applicationName, state, query }: BlockerInfo): string {
  const details = [applicationName ? `application "${applicationName}"` : '', state ?? ''].filter(Boolean);
  const known = details.length === 0 ? '' : ` (${details.join(', ')})`;
  const ran = query ? ` and ${state === 'active' ? 'is running' : 'last ran'}: ${excerpt(query)}` : '';
  return `pid ${pid}${known} holds "${table}"${ran}`;
}

/** What a statement met: a lock that another session held too long, or one that waited for this session in turn. */
export type Contention = 'lock' | 'deadlock';

/** A statement that other sessions kept from running. */
export interface ContendedStatement {
  /** The statement. */
  readonly sql: string;
  /** What it met. */
  readonly contention: Contention;
  /** The error of the database. */
  readonly cause: unknown;
}

/** The notice about a wait for other sessions, as a sentence. */
export function describeContention(
  { sql, contention }: ContendedStatement,
  attemptsLeft: number,
  blocker: BlockerInfo | undefined,
): string {
  const times = attemptsLeft === 1 ? 'once more' : `${attemptsLeft} more times`;
  const who = blocker === undefined ? 'another session holds it' : describeBlocker(blocker);
  const what =
    contention === 'lock'
      ? `Waiting for a lock, which is tried ${times}: ${who}`
      : `Another transaction and this run waited for each other, which is tried ${times}`;
  return `${what}. Statement: ${excerpt(sql)}`;
}

/** A statement waited too long for a table or row lock, each time it was tried. */
export class LockTimeoutError extends StatementError {
  readonly code = 'LOCK_TIMEOUT';

  constructor(
    sql: string,
    /** How often it was tried. */
    readonly attempts: number,
    /** Who holds the lock, where that can be found out. */
    readonly blocker: BlockerInfo | undefined,
    cause: unknown,
  ) {
    const who = blocker === undefined ? 'another session holds it' : describeBlocker(blocker);
    super(`Could not get a lock in ${attempts} ${attempts === 1 ? 'attempt' : 'attempts'}: ${who}`, sql, {
      hint: 'Run the migration when that session has ended its transaction, or raise `lockAttempts` or `lockTimeout`.',
      cause,
    });
  }
}

/** The connection of a run was closed by the server or the network. */
export class ConnectionLostError extends StatementError {
  readonly code = 'CONNECTION_LOST';

  constructor(sql: string, cause?: unknown) {
    super('The connection to the database was lost before a statement', sql, {
      hint: 'What was not committed is rolled back. Run the command again when the database is reachable.',
      cause,
    });
  }
}

/** A script is to change a column in a way that needs its present type, and nothing in the script specifies that. */
export class ColumnUnknownOfflineError extends MigrateError {
  readonly code = 'COLUMN_UNKNOWN_OFFLINE';

  constructor(
    /** The table. */
    readonly table: QualifiedName,
    /** The column whose type is not known. */
    readonly column: string,
  ) {
    super(`Offline mode does not know the type of the column "${displayName(table)}.${column}".`, {
      hint: `Say it in the revision: op.alterColumn('${displayName(table)}', '${column}', { …, existing: { type: '…' } }).`,
    });
  }
}

/** A statement short enough for one line of a message. */
export function excerpt(sql: string): string {
  const line = sql.replaceAll(/\s+/g, ' ').trim();
  return line.length > 200 ? `${line.slice(0, 200)}…` : line;
}
