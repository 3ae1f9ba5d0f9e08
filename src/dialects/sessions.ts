import type { DataSource, QueryRunner } from 'typeorm';
import type { BusyWith } from '../errors/database.errors.js';
import type { QualifiedName } from '../schema/schema.model.js';
import type { QueryListener } from './own-queries.js';
import type { TransactionPolicy } from './transaction-policy.js';
import type { TwoPhaseSession } from './two-phase-session.js';
import type { UnnamedDatabase } from './unnamed-database.js';
import type { Statement } from './writer.js';

/** How a kind of database is connected to, and what its connections do. */
export interface DialectSessions {
  /** What a transaction undoes here. Whoever begins one asks it, and assumes nothing. */
  readonly transactions: TransactionPolicy;

  /**
   * Opens the one connection of a run, or works on the one that the options give. The data source must be initialised.
   */
  openSession(dataSource: DataSource, options: SessionOptions): Promise<DialectSession>;

  /** The schema that the data source names as its own; undefined when it names none. */
  ownSchema(dataSource: DataSource): OwnSchema | undefined;

  /**
   * Whether an error of connecting or of a query says that no database answers, or that it does not take connections yet:
   * a moment later it may. Never true of a database in this process.
   */
  isAway(error: unknown): boolean;
  /** What to do about an error of connecting; undefined where there is nothing particular to say. */
  connectHint(error: unknown): string | undefined;
  /** What to do about a version table that is refused for another reason than missing rights; undefined for all else. */
  refusalHint(error: unknown): string | undefined;
  /**
   * The `database` of the options where that names none and the driver would take another one. Nothing where a database is
   * named, or left to the driver on purpose.
   */
  unnamedDatabase(dataSource: DataSource): UnnamedDatabase | undefined;

  /** Ends the connection of a runner whose database does not answer; what waits for an answer fails. Never throws. */
  hangUp(runner: QueryRunner): Promise<void>;

  /**
   * Whether a connection has a transaction open, begun by TypeORM or in plain SQL.
   *
   * @throws QueryRunnerError when it can go on no more, since a statement in it failed
   */
  isInTransaction(runner: QueryRunner): Promise<boolean>;

  /**
   * What a database and a version table in it are called by the database itself. Two data sources with different keys
   * never conflict; with equal keys they do when they are the same database.
   */
  databaseKey(runner: QueryRunner, versionTable: QualifiedName): Promise<string>;
  /** Whether two connections whose keys are equal are to one database, whatever host or path they reached it by. */
  isSameDatabase(one: QueryRunner, other: QueryRunner): Promise<boolean>;
}

export interface SessionOptions {
  /** Longest wait for a table lock in one attempt, ms. */
  readonly lockTimeout: number;
  /** Longest run of one statement, ms; 0 for no limit. */
  readonly statementTimeout: number;
  /** Longest wait for another runner to finish, ms. */
  readonly runnerTimeout: number;
  /** Told when the session starts to wait, once for each that it waits for. */
  readonly onWait?: (busyWith: BusyWith) => void;
  /** Told once for a statement that waits for a lock on a table, after the first attempt: who holds it up, in a sentence. */
  readonly onLockWait?: (message: string) => void;
  /** Version table, for the key of the lock. */
  readonly versionTable: QualifiedName;
  /** Told of each statement that is no revision's. */
  readonly onQuery?: QueryListener;
  /**
   * The caller's connection, to work on in place of one of its own. In a transaction that is open there everything
   * happens inside that. It gets its settings back, and is not released.
   */
  readonly queryRunner?: QueryRunner;
}

/**
 * One connection with the dialect's care around transactions.
 *
 * `lock` comes first and holds until `close`; on SQLite the lock is the write transaction itself, so `begin` takes it
 * and whoever reads version rows does so after `begin`. With the policy `rows` the lock must outlive the commits that the
 * database makes by itself.
 */
export interface DialectSession {
  /** For the statements of the run itself: the application's logger does not see them. */
  readonly runner: QueryRunner;
  /** The same connection, for those of revisions. */
  readonly revisionRunner: QueryRunner;
  /** @throws RunnerBusyError when another runner holds the database for longer than `runnerTimeout`. */
  lock(): Promise<void>;
  /** With the policy `rows` also where the database has ended the last transaction by itself, and TypeORM takes it to be open. */
  begin(): Promise<void>;
  /** Looks at what a step of the open transaction left, so that `verify` and `commit` can name the step at fault. */
  stepDone?(step: string): Promise<void>;
  /** What people should know about the database as the last commit left it, as sentences. */
  readonly notices?: readonly string[];
  /**
   * Refuses now what the commit would refuse: deferred constraints; rows without a parent, and views and triggers that could
   * be read before, where the database lets them be.
   *
   * @throws an error whose `step`, where it has one, names the step at fault
   */
  verify(): Promise<void>;
  /**
   * With the policy `rows` also where the database has committed by itself: then nothing is left to commit.
   *
   * @throws as `verify`; nothing is committed then
   */
  commit(): Promise<void>;
  rollback(): Promise<void>;
  /**
   * Whether a transaction of this session is open. With the policy `rows` it is the database that says so, after each
   * statement: that is how a run knows what is committed. It must cost no query.
   */
  readonly inTransaction: boolean;
  /** It works inside a transaction of the caller's: `commit` keeps what was done only until that ends. */
  readonly isCallers: boolean;
  /** Which process of which server it talks to, where the database has such: by that others find it named as a blocker. */
  readonly backend?: { readonly server: string; readonly pid: number };
  /** Absent where the database cannot prepare a transaction. */
  readonly twoPhase?: TwoPhaseSession;
  /** Runs one statement; a statement that waits too long for a table lock is tried again with jittered backoff. */
  execute(statement: Statement): Promise<unknown>;
  /** Does work with the names of the connection as the application has them: migrations of TypeORM were written for those. */
  asApplication<T>(work: () => Promise<T>): Promise<T>;
  /** What to do about an error that a revision threw, where the database's own message does not tell. */
  hintOn?(error: unknown): Promise<string | undefined>;
  /** Rolls back what is open, gives the lock back and the connection with its settings restored. Never throws. */
  close(): Promise<void>;
}

/** The schema that names without one mean, as statements. */
export interface OwnSchema {
  readonly name: string;
  /** For the rest of the session, names without a schema mean this one. */
  readonly enter: string;
  /** Makes it when it is not there; a user who may make none can run this where it is. */
  readonly ensure: string;
}
