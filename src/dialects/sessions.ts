import type { DataSource, QueryRunner } from 'typeorm';
import type { BlockerInfo, Contention, SessionInfo } from '../errors/database.errors.js';
import type { QualifiedName } from '../schema/schema.model.js';
import type { WaitListener } from './common/wait-report.js';
import type { LockMode } from './lock.js';
import type { QueryListener } from './own-queries.js';
import type { ProgressReader } from './progress-reader.js';
import type { TransactionPolicy } from './transaction-policy.js';
import type { TwoPhaseSession } from './two-phase-session.js';
import type { UnnamedDatabase } from './unnamed-database.js';
import type { Statement } from './writer.js';

/** Connects to a kind of database, and describes what its connections do. */
export interface DialectSessions {
  /** What a rollback undoes on this database. Whatever begins a transaction must take it into account. */
  readonly transactions: TransactionPolicy;

  /**
   * Opens the one connection of a run, or works on the one that the options give. The data source must be initialised.
   */
  openSession(dataSource: DataSource, options: SessionOptions): Promise<DialectSession>;

  /** The schema that the data source names as its own; undefined when it names none. */
  ownSchema(dataSource: DataSource): OwnSchema | undefined;

  /**
   * Whether an error of connecting or of a query means that the database does not answer, or does not accept connections
   * yet: a retry may succeed. Never true of a database in this process.
   */
  isUnreachable(error: unknown): boolean;
  /**
   * Whether an error, or one that it was caused by, comes from other sessions that hold locks, so that the same transaction
   * may succeed when it is begun again; undefined for other errors. Absent where no transaction waits for a table.
   */
  contentionOf?(error: unknown): Contention | undefined;
  /** What to do about an error of connecting; undefined when there is no particular advice. */
  connectHint(error: unknown): string | undefined;
  /**
   * What to do when the version table is refused for another reason than missing privileges; undefined for other errors.
   */
  refusalHint(error: unknown): string | undefined;
  /**
   * The `database` of the options when its value names no database and the driver would choose another one. Undefined when
   * a database is named, or when the choice is left to the driver on purpose.
   */
  unnamedDatabase(dataSource: DataSource): UnnamedDatabase | undefined;

  /**
   * Aborts the connection of a runner whose database does not answer; a query that waits for an answer fails. Never
   * throws.
   */
  abortConnection(runner: QueryRunner): Promise<void>;

  /**
   * Whether a process of the server still exists that was behind a session, which has lost its connection to it. Absent where
   * databases have no processes.
   */
  isAtWork?(runner: QueryRunner, backend: Backend): Promise<boolean>;

  /**
   * Whether a connection has an open transaction, begun by TypeORM or in plain SQL.
   *
   * @throws QueryRunnerError when the transaction accepts no more statements, since one in it has failed
   */
  isInTransaction(runner: QueryRunner): Promise<boolean>;

  /**
   * A key of a database and a version table in it, by what the database reports itself. Two data sources with different
   * keys never conflict; with equal keys they do when they are the same database.
   */
  databaseKey(runner: QueryRunner, versionTable: QualifiedName): Promise<string>;
  /**
   * Whether a run holds the lock of a version table at this moment; undefined where the database does not show that. Takes no
   * lock itself.
   */
  isRunning(runner: QueryRunner, versionTable: QualifiedName): Promise<boolean | undefined>;
  /** Whether two connections whose keys are equal are to one database, whatever host or path they reached it by. */
  isSameDatabase(one: QueryRunner, other: QueryRunner): Promise<boolean>;
}

/** The server and its process behind a connection. */
export interface Backend {
  /** Identifies a server that runs; another one after a restart. */
  readonly server: string;
  readonly pid: number;
}

export interface SessionOptions {
  /** Longest wait for a table lock in one attempt, ms. */
  readonly lockTimeout: number;
  /** How often a lock is tried. @default 10 */
  readonly lockAttempts?: number;
  /** Longest run of one statement, ms; 0 for no limit. */
  readonly statementTimeout: number;
  /** Longest wait for another runner to finish, ms. */
  readonly runnerTimeout: number;
  /** How runs on the database exclude each other. @default 'auto' */
  readonly lock?: LockMode;
  /** Called when the session starts to wait for another connection, and again every 10 s. */
  readonly onWait?: WaitListener;
  /**
   * Called when a statement waits for a lock on a table, after its first attempt and then every 10 s at most, with a sentence about
   * what blocks it.
   */
  readonly onLockWait?: (message: string) => void;
  /** The version table, for the key of the lock. */
  readonly versionTable: QualifiedName;
  /** It is a tenant's: its schema is not made where it is missing. @default false */
  readonly isTenants?: boolean;
  /** Aborted when the run is to stop: waits end then, with a RunAbortedError. */
  readonly signal?: AbortSignal;
  /** Called for each statement that does not belong to a revision. */
  readonly onQuery?: QueryListener;
  /**
   * A connection of the caller to use instead of a new one. When it has an open transaction, everything happens inside
   * that. Its settings are restored, and it is not released.
   */
  readonly queryRunner?: QueryRunner;
}

/**
 * The one connection of a run, with transactions and the lock as the database needs them.
 *
 * `lock` comes first, and the lock is held until `close`. On SQLite the lock is the write transaction itself and taken by
 * `begin`, so version rows must be read after `begin`. With the policy `rows` the lock must outlive the commits that the
 * database makes by itself.
 */
export interface DialectSession {
  /** For the run's own statements, which the application's logger does not see. */
  readonly runner: QueryRunner;
  /** The same connection, for the statements of revisions. */
  readonly revisionRunner: QueryRunner;
  /** @throws RunnerBusyError when another runner holds the database for longer than `runnerTimeout`. */
  lock(): Promise<void>;
  /**
   * Begins a transaction; with the policy `rows` also when TypeORM believes that one is open which the database has ended.
   */
  begin(): Promise<void>;
  /** Checks what a step of the open transaction has done, so that `verify` and `commit` can name the step at fault. */
  stepDone?(step: string): Promise<void>;
  /** Sentences for the user about the database as the last commit left it. */
  readonly notices?: readonly string[];
  /**
   * Checks what the commit would refuse: violated deferred constraints; on a database that allows them, rows without a
   * parent, and views and triggers that have become unreadable.
   *
   * @throws an error whose `step`, where it has one, names the step at fault
   */
  verify(): Promise<void>;
  /**
   * Keeps the lock beyond the end of the open transaction, where that transaction is the lock: a part of a revision is about to be
   * committed, and no other run may go on with the rest.
   */
  keepLock?(): Promise<void>;
  /**
   * Commits; does nothing where the database has committed by itself, with the policy `rows`.
   *
   * @throws as `verify`; nothing is committed then
   */
  commit(): Promise<void>;
  rollback(): Promise<void>;
  /**
   * Whether a transaction of this session is open. With the policy `rows` it must be what the database reports after each
   * statement, since a run derives from it what is committed. It must cost no query.
   */
  readonly inTransaction: boolean;
  /** Whether it works inside a transaction of the caller: then what `commit` keeps still depends on the end of that. */
  readonly isCallers: boolean;
  /**
   * The server and its process behind the connection, where the database has them: others see these when it blocks them.
   */
  readonly backend?: Backend | undefined;
  /**
   * Whether a transaction of the session still goes on in the database, though the connection to it is lost: its COMMIT may be at work.
   * Undefined where the database does not show that; absent where `backend` does.
   *
   * @param runner another connection
   */
  isAtWork?(runner: QueryRunner): Promise<boolean | undefined>;
  /** A reader of how far the database is with the session's statements; undefined where it does not report that. */
  progressReader?(): ProgressReader | undefined;
  /** Absent where the database cannot prepare a transaction. */
  readonly twoPhase?: TwoPhaseSession;
  /**
   * Runs one statement. One that waits too long for a table lock is retried with jittered backoff where the session holds no lock
   * meanwhile, where the transaction is the caller's, and where it `isPatient`; else it fails, since the transaction has to begin
   * again.
   *
   * @param part its place among statements that are undone together. A session without `undoGroup` ignores it
   */
  execute(statement: Statement, part?: GroupPart): Promise<unknown>;
  /**
   * Runs statements of plain revisions, and of the run itself between them, in the open transaction as one message. Absent where the
   * database or its driver takes one statement at a time.
   *
   * @returns undefined where they must be run one by one, and nothing was sent
   */
  together?(statements: readonly TogetherStatement[]): Promise<TogetherOutcome | undefined>;
  /**
   * Undoes the statements of a group after one of them has failed. Absent where groups need a savepoint of their own, which the run
   * then sets.
   */
  undoGroup?(): Promise<void>;
  /**
   * Runs statements of the run itself, without parameters, in as few round trips as the database allows. The first error ends it:
   * the statements behind it are not run.
   */
  batch(statements: readonly string[]): Promise<readonly StatementResult[]>;
  /**
   * Has statements of the run itself sent with the next statement, whoever sends that, so that they cost no round trip. Absent where
   * there are none.
   *
   * @returns false where they must not wait, as the transaction may have failed or ended: then nothing is done
   */
  batchAhead?(statements: readonly string[], outcome: BatchOutcome): boolean;
  /**
   * Whether an error of a statement that needs the transaction, or a savepoint in it, means that it has ended or takes no more
   * statements.
   */
  isTransactionLost(error: unknown): boolean;
  /** Cancels the statement that runs now, if one does; absent where the database cannot. Never throws. */
  cancel?(): Promise<void>;
  /**
   * Does work outside the transaction of the run in a transaction of its own, without the checks at the end of a run: one statement,
   * and the record of it.
   */
  inOwnTransaction<T>(work: () => Promise<T>): Promise<T>;
  /**
   * The state of what a statement that changes the schema is about, before it: by it `outcomeOf` finds out whether it has happened.
   * Undefined where the statement does not show what that is; absent where the outcome is found without.
   */
  fingerprint?(sql: string): Promise<string | undefined>;
  /**
   * Finds out what became of a statement that is not in a transaction, and was sent when an earlier run ended.
   *
   * @param before its `fingerprint`
   */
  outcomeOf(sql: string, before?: string): Promise<StatementOutcome>;
  /**
   * Sends a statement of the query runner outside a transaction as `execute` would: without the lock timeout where nobody waits
   * behind it.
   */
  sendAlone<T>(sql: string, send: (sql: string) => Promise<T>): Promise<T>;
  /** Runs work with the application's search path, for which migrations of TypeORM are written. */
  asApplication<T>(work: () => Promise<T>): Promise<T>;
  /**
   * The session that holds a table which the statement names, as far as the database shows it. Absent where
   * `contentionOf` is.
   */
  blockerOf?(sql: string): Promise<BlockerInfo | undefined>;
  /** The other sessions that have a transaction open, where the database may not show which one holds a lock. */
  openTransactions?(): Promise<readonly SessionInfo[]>;
  /**
   * Has the next transaction begin with the lock that it waited for when a deadlock ended it: then it waits while it holds nothing.
   * Does nothing after other errors. Absent where `contentionOf` is.
   */
  lockFirst?(error: unknown): Promise<void>;
  /** Absent where a run may change what it wants to, or cannot change anything else. */
  readonly confinement?: SessionConfinement | undefined;
  /** What to do about an error that a revision threw, when the database's own message does not explain it. */
  hintOn?(error: unknown): Promise<string | undefined>;
  /** Rolls back an open transaction, releases the lock, restores the settings and releases the connection. Never throws. */
  close(): Promise<void>;
}

/** What keeps the run of a tenant in the tenant's schema. */
export interface SessionConfinement {
  /** A query to be sent behind the statements of each step, in its transaction. */
  readonly query: string;
  /** Judges its answer. @throws OutsideTenantError */
  judge(answer: StatementResult): Promise<void>;
}

/** A statement without parameters. */
export type TogetherStatement = Pick<Statement, 'sql' | 'isOwn'>;

/** What became of statements that were sent as one message. */
export interface TogetherOutcome {
  /** Where all have run: what each returned. */
  readonly results?: readonly StatementResult[];
  /** How many of them have run, in their order; 0 where one has failed and all were undone, so that they can be run one by one. */
  readonly done: number;
  /** The error of the one behind those, as it would be if that were sent alone: the transaction takes no more statements. */
  readonly error?: unknown;
}

/** The place of a statement in a group of two or more. */
export type GroupPart = 'first' | 'next' | 'last';

/** What becomes of statements that are sent with the next one. */
export interface BatchOutcome {
  /** Takes the results. What it throws becomes the error of that statement. */
  done(results: readonly StatementResult[]): void;
  failed(error: unknown): void;
}

/** What a statement of a batch returned. */
export interface StatementResult {
  readonly rows: readonly Record<string, unknown>[];
  /** Rows that it changed; undefined where the driver does not report that. */
  readonly affected?: number;
}

/**
 * What became of a statement that was sent, and whose answer was not recorded: `done`, `undone` where to run it is right, or
 * `unknown` where neither is certain.
 */
export type StatementOutcome = 'done' | 'undone' | 'unknown';

/** The schema that names without one mean, as statements. */
export interface OwnSchema {
  readonly name: string;
  /** Makes it the schema of names without one, for the rest of the session. */
  readonly enter: string;
  /** Creates it when it does not exist; when it does, a user without the privilege to create schemas can run this too. */
  readonly ensure: string;
}
