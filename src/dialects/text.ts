import type { ColumnModel } from '../schema/schema.model.js';
import type { SqlRules } from '../sql/rules.js';
import type { Statement } from './writer.js';

/** How a kind of database writes SQL. */
export interface DialectText {
  /** How its SQL is cut into tokens. */
  readonly sqlRules: SqlRules;
  quote(identifier: string): string;
  /** A value as SQL text, for scripts: strings quoted, dates, booleans, null, JSON, buffers. */
  literal(value: unknown): string;
  /** How SQL that the catalog prints is spelled in revisions. */
  readonly sqlSpelling: SqlSpelling;
  /** What a script writes around the statements of revisions. */
  readonly scriptFrames: ScriptFrames;
}

/**
 * Spells what the catalog prints without what the database adds by itself, such as redundant casts. The database prints the
 * result as it was before.
 */
export interface SqlSpelling {
  /** A column with the short name of its type, and its default without redundant casts. */
  column(column: ColumnModel): ColumnModel;
  /** A condition, the query of a view, or the expression of a generated column. */
  expression(sql: string): string;
}

/** What a script writes around statements of revisions, by what they are. */
export interface ScriptFrames {
  /** How a transaction with these statements begins and ends. */
  transaction(statements: readonly string[]): { readonly begin: string; readonly commit: string };
  /** What must run before these statements, which are in no transaction; empty when nothing must. */
  outside(statements: readonly string[]): string;
  /**
   * What must run inside a transaction: asked once for each, it is then given its statements in order. Absent where
   * nothing must.
   */
  inside?(): StatementGuard;
  /** What runs before and after each statement that has the time zone of the application's sessions. Absent where none has. */
  readonly inApplicationZone?: readonly [before: string, after: string];
  /**
   * The statement with what ends it for the client that runs the script. Absent where a semicolon does, whatever is in the
   * statement.
   */
  ended?(sql: string): string;
}

/**
 * What a script must run before a statement of a revision, given those that came before it in the transaction. A session
 * finds out by itself what a script must write in any case.
 *
 * @param byHand it was written by a person, and may do anything
 */
export type StatementGuard = (statement: Statement, byHand: boolean) => readonly string[];
