import type { MigrateError } from '../../errors/migrate.error.js';
import type { CompileContext, Statement } from '../../dialects/dialect.js';
import type { Operation } from '../../operations/operation.js';
import type { PlanStep } from '../../repository/revision.js';
import type { Stack } from '../revision/call-sites.js';

/** What a script is written to: its text, or a record of it as data. */
export interface ScriptOutput {
  /** A line for people. */
  comment(text: string): void;
  /** A statement of the script itself: version rows, schemas. */
  statement(sql: string): void;
  /**
   * A statement of a revision.
   *
   * @param byHand whether a person wrote it, so that it may do anything
   * @param isRemedy whether a run sends it so that the next one is not refused
   */
  change(statement: Statement, byHand: boolean, isRemedy?: boolean): void;
  begin(): void;
  commit(): void;
  /** Whether tables that raw SQL changes are taken as it is understood. @default false */
  readonly trustsRawSql?: boolean;
  /** Called before what a step does. */
  step?(step: PlanStep): void;
  /** Whether the output takes a step whose statements are not all known, and why: a script does not. */
  leaves?(reason: MigrateError): boolean;
  /** Called before the statements of an operation; `context` has the schema before it. */
  operation?(operation: Operation, context: CompileContext): Promise<void>;
  /** Called with the operation of a call, and where the revision makes it. */
  called?(operation: Operation, place: Stack): void;
}
