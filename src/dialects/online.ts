import type { Operation } from '../operations/operation.js';
import type { QualifiedName, SchemaModel } from '../schema/schema.model.js';
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
}
