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

/** Another session, as far as the database shows it: other users' statements it may hide. */
export interface SessionInfo {
  /** Process id of the session. */
  readonly pid: number;
  /** Its user and host. */
  readonly user?: string;
  /** The name that it gave to the database. */
  readonly applicationName?: string;
  /** Its state, such as `active` or `idle in transaction`. */
  readonly state?: string;
  /** The statement that it runs, or ran last. */
  readonly query?: string;
}

/** A session that keeps a statement waiting. */
export interface BlockerInfo extends SessionInfo {
  /** The table that it holds. */
  readonly table: string;
}

/** Who keeps a statement waiting: `pid 7 (application "psql", idle in transaction) holds "t" and last ran: SELECT 1`. */
export function describeBlocker(blocker: BlockerInfo): string {
  const { table, state, query } = blocker;
  const ran = query ? ` and ${state === 'active' ? 'is running' : 'last ran'}: ${excerpt(query)}` : '';
  return `${describeSession(blocker)} holds "${table}"${ran}`;
}

function describeSession({ pid, user, applicationName, state }: SessionInfo): string {
  const application = applicationName ? `application "${applicationName}"` : undefined;
  const details = [user, application, state].filter(Boolean);
  return `pid ${pid}${details.length === 0 ? '' : ` (${details.join(', ')})`}`;
}

/** Who may hold a lock: the session that does, or those of which one may, where the database shows no more. */
function describeHolder(blocker: BlockerInfo | undefined, open: readonly SessionInfo[]): string {
  if (blocker !== undefined) return describeBlocker(blocker);
  const unknown = 'another session holds it';
  if (open.length === 0) return unknown;
  return `${unknown}; ${open.length === 1 ? 'a transaction is' : 'transactions are'} open in ${open.map(describeSession).join(', ')}`;
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
  openTransactions: readonly SessionInfo[] = [],
): string {
  const times = attemptsLeft === 1 ? 'once more' : `${attemptsLeft} more times`;
  const who = describeHolder(blocker, openTransactions);
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
    /** Sessions that have a transaction open, where the database does not show who holds the lock. */
    readonly openTransactions: readonly SessionInfo[] = [],
  ) {
    const who = describeHolder(blocker, openTransactions);
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
