import type { Bookkeeping } from './bookkeeping.js';
import type { DataSource, QueryRunner } from 'typeorm';
import type { BusyWith } from '../errors/database.errors.js';
import type { ColumnChange, Operation, OperationOf } from '../operations/operation.js';
import type { EntityRules } from '../schema/entity-rules.js';
import type { ColumnModel, QualifiedName, SchemaModel, TableModel } from '../schema/schema.model.js';
import type { BelongingsReader } from './belongings.js';
import type { Inventory, InventoryScope } from './inventory.js';
import type { QueryListener } from './own-queries.js';
import type { Capabilities } from './capabilities.js';
import type { TwoPhaseSession } from './two-phase-session.js';
import type { UnnamedDatabase } from './unnamed-database.js';
import type { ReadObject, ViewReading } from './view-reading.js';

export type { Capabilities } from './capabilities.js';
export type { TwoPhaseSession } from './two-phase-session.js';
export type { ReadObject, ViewReading } from './view-reading.js';

/**
 * All that the rest of the package knows about a kind of database.
 *
 * A dialect is a folder of small parts behind this interface; `dialects/index.ts` picks one by the data source's
 * driver, and nothing outside `dialects/` asks which it is: what differs is asked as a capability.
 */
export interface Dialect extends BelongingsReader {
  readonly name: string;
  /** OpenTelemetry's well-known name of the database system: `db.system.name`. */
  readonly systemName: string;
  readonly capabilities: Capabilities;
  /** How entity metadata is to be read for this database. */
  readonly entityRules: EntityRules;

  quote(identifier: string): string;
  /** A value as SQL text, for scripts: strings quoted, dates, booleans, null, JSON, buffers. */
  literal(value: unknown): string;

  /** Reads the catalog in a constant number of queries (SQLite: a constant number for a table). Changes nothing. */
  reflect(runner: QueryRunner, scope: ReflectScope): Promise<SchemaModel>;

  /** Everything that the database holds, as a revision would make it in an empty one. Changes nothing. */
  inventory(runner: QueryRunner, scope: InventoryScope): Promise<Inventory>;

  /** Names of the schemas that people made, beside the data source's own; none where there are no schemas. */
  schemas(runner: QueryRunner): Promise<readonly string[]>;

  /** The views of the whole database that read what is named, whoever they belong to. Changes nothing. */
  viewsReading(runner: QueryRunner, objects: readonly ReadObject[]): Promise<readonly ViewReading[]>;

  /** Views and triggers that stand and cannot be read, as sentences; none where the database does not let them stand. */
  unreadable(runner: QueryRunner): Promise<readonly string[]>;

  /**
   * The wanted schema as this database would print it, so that it can be compared with `reflect`'s by plain equality.
   *
   * May ask the database to deparse expressions, in a transaction or savepoint that it rolls back itself. `actual` saves
   * work: what is written there already needs no asking. `renamedSchemas` have their new names in `actual`, and are given
   * them for as long as the database is asked.
   */
  canonical(
    wanted: SchemaModel,
    actual: SchemaModel,
    runner: QueryRunner,
    renamedSchemas?: readonly SchemaRename[],
  ): Promise<SchemaModel>;

  /** How what the catalog prints is written into revisions. */
  readonly plainWords: PlainWords;

  /**
   * What may go wrong with the values of a column whose type changes, in words that follow its name; undefined when
   * nothing can, or when the changes say nothing of the type.
   */
  conversionRisk(from: ColumnChange, to: ColumnChange): string | undefined;

  /** The statements of an operation, in order. */
  compile(operation: Operation, context: CompileContext): Promise<readonly Statement[]>;

  /** Ways out where a statement may not use what its revision has made. Absent where there is no such thing. */
  readonly remedies?: Remedies;

  /** What a script writes around the statements of revisions. */
  readonly scriptFrames: ScriptFrames;

  /**
   * Statements that make the checks which a transaction has put off, where those would stop a change of a table whose rows
   * it wrote: a session runs them when they are needed, a script cannot know and writes them.
   */
  readonly settleChecks: readonly string[];

  /** The statements that make and keep the version table and the history table. */
  readonly bookkeeping: Bookkeeping;
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
   * Opens the one connection of a run, or works on the one that the options give. The data source must be initialised.
   */
  openSession(dataSource: DataSource, options: SessionOptions): Promise<DialectSession>;

  /**
   * What a database and a version table in it are called by the database itself. Two data sources with different keys
   * never stand in each other's way; with equal keys they do when they are the same database.
   */
  databaseKey(runner: QueryRunner, versionTable: QualifiedName): Promise<string>;
  /** Whether two connections whose keys are equal are to one database, whatever host or path they reached it by. */
  isSameDatabase(one: QueryRunner, other: QueryRunner): Promise<boolean>;
}

/**
 * The catalog's words without what the database adds by itself. Given back to it, they are printed as they were before.
 */
export interface PlainWords {
  /** A column by the short name of its type, its default without needless casts. */
  column(column: ColumnModel): ColumnModel;
  /** A condition, the query of a view, what a generated column is made of. */
  expression(sql: string): string;
}

/** A schema with another name. */
export interface SchemaRename {
  readonly from: string;
  readonly to: string;
}

/** What a script writes around statements of revisions, by what they are. */
export interface ScriptFrames {
  /** How a transaction with these statements begins and ends. */
  transaction(statements: readonly string[]): { readonly begin: string; readonly commit: string };
  /** What must run before these statements, which are in no transaction; empty when nothing must. */
  outside(statements: readonly string[]): string;
}

/** Which part of the catalog to read. */
export interface ReflectScope {
  /** Schemas to read beside the data source's own; ignored where there are none. */
  readonly schemas: readonly string[];
  /** Tables never to report: the version and history tables, TypeORM's own. */
  readonly exclude: readonly QualifiedName[];
  /** Only tables, views and sequences of these names, whatever their schema, and nothing else: to look one up without reading all. */
  readonly tables?: readonly string[];
}

export interface Statement {
  readonly sql: string;
  readonly parameters?: readonly unknown[];
  /** Must run outside a transaction (CREATE INDEX CONCURRENTLY). */
  readonly outsideTransaction?: true;
  /** What must have run before it in the session; a script writes it once. */
  readonly prelude?: string;
  /** What it did may be used only after a commit (ADD VALUE to an enum): the run commits when the revision is done. */
  readonly commitAfter?: true;
  /** The run's own, and no revision's: the application's logger does not see it. */
  readonly isOwn?: true;
}

/** What lets a statement be sent that would fail. */
export interface Remedy {
  readonly statements: readonly Statement[];
  /** What people should know of it. */
  readonly notice: string;
}

export interface Remedies {
  /** After a statement has failed and was undone; undefined where there is no way out. */
  after(error: unknown, context: CompileContext): Promise<Remedy | undefined>;
  /** Before a statement that cannot be undone by itself: one of a query runner, or of a script. */
  before(
    statement: Statement,
    added: readonly OperationOf<'addEnumValue'>[],
    context: CompileContext,
  ): Promise<Remedy | undefined>;
}

/** An operation, and the statements that it is on one database. */
export interface ExpandedOperation {
  readonly operation: Operation;
  readonly statements: readonly Statement[];
}

/** What compiling may look up: the live catalog online, the folded operations offline. */
export interface CompileContext {
  readonly offline: boolean;
  /** The schema that names without one mean; absent where the data source specifies none, and in SQL that travels. */
  readonly ownSchema?: string;
  /**
   * A table as it stands now.
   *
   * @throws UnknownTableError when it is not there, or, offline, when no operation of the script made it.
   */
  table(name: QualifiedName): Promise<TableModel>;
  /** The whole schema as it stands now. */
  schema(): Promise<SchemaModel>;
  /** What led to how things stand, in order: the operations of earlier revisions and of the script so far. Empty online. */
  operations(): Promise<readonly Operation[]>;
  /** What this revision has kept of views that it dropped to make them again, by their names. Unused in a script. */
  readonly kept: Map<string, unknown>;
  /** Tells whoever runs the operation something; absent where nobody runs it. */
  notice?(message: string): void;
  /** Objects that the model has no words for but a rebuild must keep, as SQL: triggers, views on the table. Empty offline. */
  query(sql: string, parameters?: readonly unknown[]): Promise<readonly Record<string, unknown>[]>;
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
 * and whoever reads version rows does so after `begin`.
 */
export interface DialectSession {
  /** For the statements of the run itself: the application's logger does not see them. */
  readonly runner: QueryRunner;
  /** The same connection, for those of revisions. */
  readonly revisionRunner: QueryRunner;
  /** @throws RunnerBusyError when another runner holds the database for longer than `runnerTimeout`. */
  lock(): Promise<void>;
  begin(): Promise<void>;
  /** Looks at what a step of the open transaction left, so that `verify` and `commit` can name the step at fault. */
  stepDone?(step: string): Promise<void>;
  /** What people should know about the database as the last commit left it, as sentences. */
  readonly notices?: readonly string[];
  /**
   * Refuses now what the commit would refuse: deferred constraints; on SQLite rows without a parent, and views and triggers
   * that could be read before.
   *
   * @throws ForeignKeyViolationError, UnreadableObjectsError on SQLite
   */
  verify(): Promise<void>;
  /** @throws ForeignKeyViolationError, UnreadableObjectsError on SQLite, as `verify`; nothing is committed then. */
  commit(): Promise<void>;
  rollback(): Promise<void>;
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
  /** What to do about an error that a revision threw, where the database's own words do not say it. */
  hintOn?(error: unknown): Promise<string | undefined>;
  /** Rolls back what is open, gives the lock back and the connection with its settings restored. Never throws. */
  close(): Promise<void>;
}

/** The schema in which names without one are to stand, as statements. */
export interface OwnSchema {
  readonly name: string;
  /** For the rest of the session, names without a schema stand in it. */
  readonly enter: string;
  /** Makes it when it is not there; a user who may make none can run this where it is. */
  readonly ensure: string;
}
