import type { ColumnChange, Operation } from '../operations/operation.js';
import type { QualifiedName, SchemaModel, TableModel } from '../schema/schema.model.js';
import type { ServerFacts } from './effects.js';

/** What is known where the online form of an operation is asked for. */
export interface OnlineFacts {
  /** The schema before the operation. */
  readonly schema: SchemaModel;
  /** Whether the same revision has made a table: nobody uses it yet. */
  isNew(table: QualifiedName): boolean;
  /** Whether the same revision has dropped the primary key of a table before. */
  hasLostKey(table: QualifiedName): boolean;
  /** What the server says of itself. */
  readonly server: ServerFacts;
}

/** How a change of a table that is in use is made without keeping those who use it waiting. */
export interface OnlineForm {
  /** How many operations it takes the place of, from the first on. */
  readonly taken: number;
  /** The operations instead; the same where there are none. */
  readonly operations: readonly Operation[];
  /** Why, as sentences for people. */
  readonly why: string;
  /** There is no such form: `why` says what the operation keeps waiting, and what to do. */
  readonly isPlain?: true;
}

/** Knows the online forms of changes on a kind of database. */
export interface DialectOnline {
  /**
   * The online form of the first of these operations, or of several from it on.
   *
   * @returns undefined where the plain form keeps nobody waiting for long
   */
  onlineForm?(operations: readonly Operation[], facts: OnlineFacts): Promise<OnlineForm | undefined>;

  /** The operations in an order in which a table is not without its keys while others are in their online form. Absent where it is theirs. */
  onlineOrder?(operations: readonly Operation[]): readonly Operation[];

  /** The revisions that change the type of a column without writing the table again under a lock. Absent where there are none. */
  expand?(request: ExpandRequest): Expansion;
}

/** A column whose type is to change in several revisions. */
export interface ExpandRequest {
  /** The schema of the database. */
  readonly schema: SchemaModel;
  /** The table, as it is there. */
  readonly table: TableModel;
  /** The column, which exists. */
  readonly column: string;
  /** The type that it gets. */
  readonly to: ColumnChange;
}

/** One of the revisions of such a change. */
export interface ExpandStep {
  /** For messages: `expand`, `switch` or `contract`. */
  readonly what: string;
  readonly upgrade: readonly Operation[];
  readonly downgrade: readonly Operation[];
}

/** The revisions of such a change, in their order; or why there are none. */
export type Expansion =
  { readonly steps: readonly ExpandStep[]; readonly refused?: undefined } | { readonly refused: string };
