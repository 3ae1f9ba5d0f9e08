import type { CompileContext, Statement } from '../../dialects/dialect.js';
import type { MigrateError } from '../../errors/migrate.error.js';
import { UnsupportedOperationError } from '../../errors/operations.errors.js';
import type { Operation } from '../../operations/operation.js';
import type { PlanStep } from '../../repository/revision.js';
import { emptySchema, type SchemaModel } from '../../schema/schema.model.js';
import type { Stack } from '../revision/call-sites.js';
import type { ScriptRequest } from '../run.request.js';
import type { ScriptOutput } from './script-output.js';
import { writeTo } from './script.js';

/** A statement that a run of the plan would send, and what is known before it. */
export interface RecordedStatement {
  readonly sql: string;
  readonly parameters: readonly unknown[];
  /** A person wrote it, so that it may do anything. */
  readonly byHand: boolean;
  /** A run sends it of itself, so that the next statement is not refused. */
  readonly isRemedy?: true;
  /** The transaction that it is in, by number; absent outside of any. */
  readonly transaction?: number;
  /** The operation that it is a part of. */
  readonly operation: Operation;
  /** The schema before the operation, as far as the revisions make it. */
  readonly schema: SchemaModel;
  /** Where the revision makes the call. */
  readonly place?: Stack;
}

/** A step of a plan, with the statements of its revision. */
export interface RecordedPlanStep {
  readonly step: PlanStep;
  readonly statements: readonly RecordedStatement[];
  /** Why the statements from here on are not known. */
  readonly unknown?: MigrateError;
  /** Where the revision makes the call that the database refuses. */
  readonly refusedAt?: Stack;
}

/** How a plan is recorded. */
export interface Recording {
  /** What the database refuses ends its revision, as what is not known does, in place of the recording. */
  readonly isRefusedKept?: boolean;
  /** Tables that raw SQL changes are taken as it is understood: not where it is asked whether data is lost. */
  readonly trustsRawSql?: boolean;
}

/**
 * The statements that a plan would send, without sending any.
 *
 * @throws what `writeScript` throws
 */
export async function recordPlan(
  request: ScriptRequest,
  { isRefusedKept = false, trustsRawSql = false }: Recording = {},
): Promise<readonly RecordedPlanStep[]> {
  const record = new Recorder(isRefusedKept, trustsRawSql);
  await writeTo(record, { planned: {}, ...request });
  return record.steps;
}

class Recorder implements ScriptOutput {
  readonly steps: { step: PlanStep; statements: RecordedStatement[]; unknown?: MigrateError; refusedAt?: Stack }[] = [];
  private transactions = 0;
  private isOpen = false;
  private readonly places = new WeakMap<Operation, Stack>();

  constructor(
    private readonly isRefusedKept: boolean,
    readonly trustsRawSql: boolean,
  ) {}

  private current: { operation: Operation; schema: SchemaModel } | undefined;

  comment(): void {
    // For people only.
  }

  statement(): void {
    // Bookkeeping, which changes nothing of the application's.
  }

  begin(): void {
    this.transactions++;
    this.isOpen = true;
  }

  commit(): void {
    this.isOpen = false;
  }

  step(step: PlanStep): void {
    this.steps.push({ step, statements: [] });
  }

  leaves(reason: MigrateError): boolean {
    const step = this.steps.at(-1);
    if (reason instanceof UnsupportedOperationError && !this.isRefusedKept) return false;
    if (step === undefined) return true;
    step.unknown = reason;
    const place = this.current && this.places.get(this.current.operation);
    if (reason instanceof UnsupportedOperationError && place !== undefined) step.refusedAt = place;
    return true;
  }

  async operation(operation: Operation, context: CompileContext): Promise<void> {
    this.current = { operation, schema: await context.schema() };
  }

  called(operation: Operation, place: Stack): void {
    this.places.set(operation, place);
  }

  change({ sql, parameters = [] }: Statement, byHand: boolean, isRemedy = false): void {
    const { operation, schema } = this.current ?? { operation: { kind: 'execute', sql }, schema: emptySchema };
    const place = this.places.get(operation);
    this.steps.at(-1)?.statements.push({
      sql,
      parameters,
      byHand,
      ...(isRemedy && { isRemedy }),
      operation,
      schema,
      ...(this.isOpen && { transaction: this.transactions }),
      ...(place !== undefined && { place }),
    });
  }
}
