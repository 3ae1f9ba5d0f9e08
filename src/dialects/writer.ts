import type { ColumnChange, Operation } from '../operations/operation.js';
import type { QualifiedName, SchemaModel, TableModel } from '../schema/schema.model.js';
import type { Bookkeeping } from './bookkeeping.js';

/** How a kind of database is changed: the statements of operations. */
export interface DialectWriter {
  /** The statements of an operation, in order. */
  compile(operation: Operation, context: CompileContext): Promise<readonly Statement[]>;

  /** Ways out for one revision whose statements may not use what it has made. Absent where there is no such thing. */
  remedies?(context: CompileContext): Remedies;

  /**
   * What may go wrong with the values of a column whose type changes, in words that follow its name; undefined when
   * nothing can, or when the changes do not set the type.
   */
  conversionRisk(from: ColumnChange, to: ColumnChange): string | undefined;

  readonly bookkeeping: Bookkeeping;
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

/** What a revision has made and may not use, and the ways out. */
export interface Remedies {
  /** Whether the revision has made such a thing. */
  readonly areNeeded: boolean;
  /** Notes what an operation did that has run. */
  note(operation: Operation): void;
  /** After a statement has failed and was undone; undefined where there is no way out. */
  after(error: unknown): Promise<Remedy | undefined>;
  /**
   * Before a statement that cannot be undone by itself: one of a query runner, or of a script. Undefined where it may be
   * sent.
   */
  before(statement: Statement): Promise<Remedy | undefined>;
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
   * A table as it is now.
   *
   * @throws UnknownTableError when it is not there, or, offline, when no operation of the script made it.
   */
  table(name: QualifiedName): Promise<TableModel>;
  /** The whole schema as it is now. */
  schema(): Promise<SchemaModel>;
  /** What led to the present schema, in order: the operations of earlier revisions and of the script so far. Empty online. */
  operations(): Promise<readonly Operation[]>;
  /** What this revision has kept of views that it dropped to make them again, by their names. Unused in a script. */
  readonly kept: Map<string, unknown>;
  /** Tells whoever runs the operation something; absent where nobody runs it. */
  notice?(message: string): void;
  /** Objects that the model cannot express but a rebuild must keep, as SQL: triggers, views on the table. Empty offline. */
  query(sql: string, parameters?: readonly unknown[]): Promise<readonly Record<string, unknown>[]>;
}
