import type { DialectSession } from '../../dialects/dialect.js';
import { CallersTransactionError } from '../../errors/callers.errors.js';
import { TransactionEndedError, TransactionLeftOpenError, VersionRowsMovedError } from '../../errors/runtime.errors.js';
import type { PlanStep } from '../../repository/revision.js';
import { displayName } from '../../schema/schema.model.js';
import type { Attempt } from '../bookkeeping/history-table.js';
import type { Journal } from '../journal/journal.js';
import { describeStep } from '../outside-transaction.js';
import type { Books } from '../bookkeeping/record-failure.js';
import { nameOfStep } from '../step-text.js';
import { type TransactionState, unusableReasons } from '../transaction.js';
import { sameIds, type VersionTable } from '../bookkeeping/version-table.js';

/** The way of a running revision out of its transaction and into one again. */
export interface TransactionGate {
  /** Whether the transaction can be rolled back, and the revision run again from its start. */
  readonly canBeginAgain: boolean;
  /** Commits what the run has done so far. */
  leave(): Promise<void>;
  /** Writes what has run into the tables of the run, in the transaction that is open or by itself. */
  record(): Promise<void>;
  /** Counts what has run as committed. */
  noted(): void;
  /** Counts what has run as committed, by a COMMIT of the revision that has ended the transaction of the run. */
  committedByRevision(): void;
  /** Both, for what ran outside a transaction. */
  note(): Promise<void>;
  /** Counts what is not committed as undone: the database has rolled it back. */
  lost(): void;
  /** Counts statements that an earlier run has done and committed. */
  passOver(statements: number): void;
  /** Begins a transaction again, and checks that the version rows are still those of this run. */
  enter(): Promise<void>;
  /** The error about a transaction that the revision has begun outside that of the run, and left open; absent where it may do so. */
  leftOpen?(): Error;
  /** Notes an error of what ran outside the transaction, which may be done in part: to begin again does not help. */
  failedOutside(error: unknown): void;
  /** Where the database has committed by itself: records that, and begins a transaction for what follows. */
  settle(): Promise<void>;
  /** Adds a message for people about the revision. */
  notice(message: string): void;
  /** Runs work that may end the transaction, and ensures that there is one afterwards. */
  loosely(work: () => Promise<void>): Promise<void>;
}

/**
 * The transaction of one revision of a run, opened before its function. What records the revision ends it (`recordStep`).
 *
 * With the policy `whole` the revision is in the run's transaction until it leaves it. With `rows` its first DDL statement would
 * end that, so it leaves it at its start: its row in the history is committed before its first statement, and updated with the
 * number of committed statements whenever the database has committed by itself.
 */
export class RevisionGate implements TransactionGate {
  /** @param rows the version rows as the run left them */
  constructor(
    private readonly session: DialectSession,
    private readonly books: Books,
    private readonly step: PlanStep,
    private readonly attempt: Attempt,
    private readonly rows: readonly string[],
    readonly notice: (message: string) => void,
    private readonly journal: Pick<Journal, 'flush' | 'kept'>,
  ) {}

  /** In the run's own transaction, also when a part of the revision is committed: its journal has the revision go on behind that. */
  get canBeginAgain(): boolean {
    return !this.session.isCallers && this.books.transaction.active;
  }

  async open(): Promise<void> {
    const { transaction } = this.books;
    if (transaction.policy === 'whole') return transaction.guard();
    await this.leave();
    await this.enter();
  }

  /** @throws as `unusable` */
  private async close(): Promise<void> {
    await this.settle();
    const { transaction, versions } = this.books;
    const state = transaction.active ? await transaction.release() : 'ended';
    if (state !== 'usable') throw await unusable(this.session, versions, this.step, state);
  }

  async leave(): Promise<void> {
    if (this.session.isCallers) throw new CallersTransactionError([describeStep(this.step)], false);
    await this.close();
    await this.commitPart();
    this.attempt.committed = this.attempt.statements;
  }

  async record(): Promise<void> {
    const { runner } = this.session;
    await this.journal.flush(runner);
    await this.books.history.store(runner, this.attempt);
  }

  noted(): void {
    this.attempt.committed = this.attempt.statements;
    this.journal.kept();
  }

  committedByRevision(): void {
    this.noted();
    this.attempt.stored = true;
  }

  async note(): Promise<void> {
    this.attempt.committed = this.attempt.statements;
    // For the next run, should this one die. A database that refuses even this will fail the run at another statement.
    await this.record().catch(() => undefined);
    this.journal.kept();
  }

  lost(): void {
    this.attempt.statements = this.attempt.committed;
  }

  passOver(statements: number): void {
    this.attempt.statements += statements;
    this.attempt.committed += statements;
  }

  async enter(): Promise<void> {
    const { transaction, versions } = this.books;
    await transaction.begin();
    const found = versions.rowsOf(await transaction.guardBehind([versions.reading]));
    if (!sameIds(found, this.rows)) throw rowsMoved(versions, this.rows, found);
    await transaction.guard();
  }

  leftOpen(): Error {
    return leftOpenBy(this.step, true);
  }

  failedOutside(error: unknown): void {
    this.attempt.failedOutside = error;
  }

  async settle(): Promise<void> {
    const { transaction } = this.books;
    if (!transaction.isEnded) return;
    await this.note();
    await transaction.begin();
  }

  /** Runs TypeORM's migrations, which may end the transaction and begin another one, as TypeORM permits. */
  async loosely(work: () => Promise<void>): Promise<void> {
    const { transaction } = this.books;
    await this.close();
    let wasEnded = false;
    // TypeORM cannot end the caller's transaction.
    if (this.session.isCallers) await work();
    else wasEnded = await transaction.watch(work);
    if (!wasEnded && this.session.inTransaction && (await transaction.guardIfOpen())) return;
    // What they committed stays, so the revision has left the run's transaction.
    if (!this.session.inTransaction) await transaction.begin();
    await this.commitPart();
    await this.enter();
  }

  private async commitPart(): Promise<void> {
    await this.books.transaction.judge();
    await this.record();
    await this.session.keepLock?.();
    await this.books.transaction.commit();
    this.journal.kept();
    this.attempt.stored = true;
  }
}

/**
 * The error about a revision that left its transaction in a state in which the run cannot use it: TransactionEndedError when it ended
 * the run's transaction, TransactionLeftOpenError when it left one open.
 */
export async function unusable(
  session: DialectSession,
  versions: VersionTable,
  step: PlanStep,
  state: Exclude<TransactionState, 'usable'>,
): Promise<Error> {
  if (state === 'ended') return transactionEnded(session, versions, step);
  if (state === 'nested') return leftOpenBy(step, false);
  return new Error(unusableReasons[state]);
}

function leftOpenBy(step: PlanStep, isOutside: boolean): TransactionLeftOpenError {
  return new TransactionLeftOpenError(nameOfStep(step), step.kind, step.revision?.path, isOutside);
}

/** The error about a revision that has ended the transaction of its run. */
export async function transactionEnded(
  { runner }: DialectSession,
  versions: VersionTable,
  step: PlanStep,
  cause?: unknown,
): Promise<TransactionEndedError> {
  const current = await versions.read(runner).catch(() => undefined);
  return new TransactionEndedError(nameOfStep(step), step.kind, step.revision?.path, current, cause);
}

/** The error about version rows that changed while this run was going on. */
export function rowsMoved(
  { name }: VersionTable,
  expected: readonly string[],
  found: readonly string[],
): VersionRowsMovedError {
  return new VersionRowsMovedError(displayName(name), expected, found);
}
