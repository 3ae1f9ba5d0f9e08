import type { MigrateError } from '../errors/migrate.error.js';
import type { ServerFacts } from './effects.js';
import type { ColumnChange, Operation, TableOperation } from '../operations/operation.js';
import type { QualifiedName, SchemaModel, TableModel } from '../schema/schema.model.js';
import type { Bookkeeping } from './bookkeeping.js';
import type { RowsAtStart } from './common/rows-at-start.js';

/** Who asks rows, and what is known of them. */
export interface RowsAsking {
  readonly rows: RowsAtStart;
  query(sql: string): Promise<readonly Readonly<Record<string, unknown>>[]>;
  /** Reports something that the change does to rows. */
  notice?(message: string): void;
  /** The questions that were asked ahead, by what identifies them: such a one is not asked once more. */
  readonly asked?: Set<string>;
  /** Whether it is before the first statement of the run. */
  readonly isAhead?: true;
}

/** Compiles operations into the statements of a kind of database. */
export interface DialectWriter {
  /** The statements of an operation, in order. */
  compile(operation: Operation, context: CompileContext): Promise<readonly Statement[]>;

  /**
   * Asks the rows of tables whether a change of a table can be done. Absent where a change that fails is undone with its run.
   *
   * @param table as it is before the change
   * @returns an error for each thing that rows are in the way of, with their number and an example
   */
  askRows?(operation: TableOperation, table: TableModel, asking: RowsAsking): Promise<readonly MigrateError[]>;

  /** Remedies for a revision whose statements may not use what it has created. Absent where that cannot happen. */
  remedies?(context: CompileContext): Remedies;

  /**
   * Describes what may happen to the values of a column whose type changes, as the end of a sentence that begins with its
   * name; undefined when nothing can, or when the changes do not set the type.
   */
  conversionRisk(from: ColumnChange, to: ColumnChange): string | undefined;

  /** Where a statement of a revision can run. */
  placeOf(sql: string): StatementPlace;

  readonly bookkeeping: Bookkeeping;
}

/**
 * Where a statement can run.
 *
 * - `session`: it sets up the session or its transaction, and does nothing that stays.
 * - `alone`: in no transaction with others, or it ends transactions itself; that is so as well where nothing is known about it.
 * - `anywhere`: in a transaction, which keeps or undoes it.
 */
export type StatementPlace = 'session' | 'alone' | 'anywhere';

export interface Statement {
  readonly sql: string;
  readonly parameters?: readonly unknown[];
  /** It must run outside a transaction (CREATE INDEX CONCURRENTLY). */
  readonly outsideTransaction?: true;
  /** A statement that must have run before it in the session; a script contains it once. */
  readonly prelude?: string;
  /**
   * What it creates can be used only after a commit (ADD VALUE to an enum), so the run commits at the end of the revision.
   */
  readonly commitAfter?: true;
  /**
   * It runs with the time zone of the application's sessions, since it reads or writes the text of points in time; everything else of a
   * revision runs with that of the run.
   */
  readonly inApplicationZone?: true;
  /** It belongs to the run, not to a revision: the application's logger does not see it. */
  readonly isOwn?: true;
  /** How it runs in batches, each in a transaction of its own. */
  readonly batches?: Batches;
  /**
   * Whether it is tried again in its transaction when it waits too long for a lock, since that transaction cannot begin again; false
   * in a transaction that the session does not know of, which takes no statement behind the error.
   *
   * @default where no transaction is open
   */
  readonly isPatient?: boolean;
}

/** Where a batch begins: a SQL literal for each column of the key. */
export type BatchKey = readonly string[];

/** A statement in batches: ranges of the key of a table, one after the other. */
export interface Batches {
  /** How long to wait between two batches, ms. */
  readonly pause: number;
  /** The query of the key where the batch behind ends that begins at a key; it has no row for the last batch. Absent: the first. */
  next(from: BatchKey | undefined): string;
  /** The statement for the rows from a key on, up to another one and without it. */
  statement(from: BatchKey | undefined, to: BatchKey | undefined): string;
}

/** Statements after which a statement succeeds that would otherwise fail. */
export interface Remedy {
  readonly statements: readonly Statement[];
  /** What the user should know about it. */
  readonly notice: string;
}

/** Tracks what a revision has created and may not use before a commit, and finds remedies. */
export interface Remedies {
  /** Whether the revision has created such a thing. */
  readonly areNeeded: boolean;
  /** Records what an operation has created, after it has run. */
  note(operation: Operation): void;
  /** The remedy after a statement has failed and was undone; undefined when there is none. */
  after(error: unknown): Promise<Remedy | undefined>;
  /**
   * The remedy before a statement that cannot be undone by itself: one of a query runner, or of a script. Undefined when it
   * needs none.
   */
  before(statement: Statement): Promise<Remedy | undefined>;
}

/** An operation, and its statements on one database. */
export interface ExpandedOperation {
  readonly operation: Operation;
  readonly statements: readonly Statement[];
}

/** What compiling may look up: the live catalog online, the folded operations offline. */
export interface CompileContext {
  readonly offline: boolean;
  /**
   * Offline, for a plan rather than a script: what is known of the server. Nobody runs its statements, so that what a script must refuse is
   * as a run would do it, on rows such as fit.
   */
  readonly planned?: ServerFacts;
  /**
   * The schema to write into names without one; absent when the data source specifies none, and in SQL for the schemas of
   * several tenants.
   */
  readonly ownSchema?: string;
  /**
   * The actual table.
   *
   * @throws UnknownTableError when it does not exist, or, offline, when no operation of the script creates it.
   */
  table(name: QualifiedName): Promise<TableModel>;
  /** The whole actual schema. */
  schema(): Promise<SchemaModel>;
  /**
   * What led to the present schema, in order: the operations of earlier revisions and of the script so far. Empty online.
   */
  operations(): Promise<readonly Operation[]>;
  /** What this revision has kept of views that it drops and re-creates, by their names. Unused in a script. */
  readonly kept: Map<string, unknown>;
  /** Reports something to the user who runs the operation; absent when it is not run. */
  notice?(message: string): void;
  /** The questions about rows that were asked before the run. */
  readonly asked?: Set<string>;
  /** Queries the database, for what the model lacks: triggers, views on a table … Returns no rows offline. */
  query(sql: string, parameters?: readonly unknown[]): Promise<readonly Record<string, unknown>[]>;
}
