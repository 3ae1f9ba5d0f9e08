import type { DialectSession, StatementResult, TogetherOutcome, TogetherStatement } from '../../dialects/dialect.js';
import type { PlanStep } from '../../repository/revision.js';
import { DEFAULT_GRACE, unlessAborted } from '../abort.js';
import type { Attempt } from '../bookkeeping/history-table.js';
import type { Books } from '../bookkeeping/record-failure.js';
import type { TriedStep } from '../bookkeeping/tried-step.js';
import type { FailedStatement } from '../failure.js';
import { upTo } from '../revision/plain/send-calls.js';
import type { PlainRevisions } from '../revision/plain/plain-revisions.js';
import { RunningStatements } from '../revision/running-statements.js';
import type { RunRequest } from '../run.request.js';
import { nameOfStep } from '../step-text.js';
import type { StepsDone } from '../steps-done.js';
import { type KnownStep, KnownSteps } from './known-steps.js';

/** The run whose steps are sent. */
interface TogetherRun {
  readonly request: RunRequest;
  readonly session: DialectSession;
  readonly books: Books & { readonly done: StepsDone };
  readonly plan: readonly PlanStep[];
  readonly plain: PlainRevisions;
}

/** What became of steps that were sent as one message. */
export interface StepsOutcome {
  /** Those that are done, in their order. */
  readonly done: readonly TriedStep[];
  /** The one behind those, where it has failed otherwise than by a statement of its revision. */
  readonly failed?: { readonly at: TriedStep; readonly error: unknown };
}

/** Undefined where somebody hears of each step, the session takes one statement at a time, or each step is judged by itself. */
export function stepsTogether(run: TogetherRun): StepsTogether | undefined {
  const isPossible =
    run.request.mayJoinSteps === true && run.session.together !== undefined && run.session.confinement === undefined;
  return isPossible ? new StepsTogether(run) : undefined;
}

/** A statement of a message, and what it belongs to. */
interface Part extends TogetherStatement {
  /** Index of its step. */
  readonly of: number;
}

/**
 * Sends several plain revisions, each with its version rows, as one message, where nobody hears of each. Their rows in the history
 * follow as one statement, since only the answer shows when each has ended.
 *
 * Where a statement fails its revision is run by itself, and finds out.
 */
export class StepsTogether {
  private readonly known: KnownSteps;
  private readonly running = new RunningStatements();
  /** Steps before this index of the plan are run by themselves. */
  private aloneUntil = 0;

  constructor(private readonly run: TogetherRun) {
    this.known = new KnownSteps(run.plan, run.plain, run.books);
  }

  /** Runs the steps from an index of the plan on. @returns undefined where the next one has to be run by itself */
  async next(at: number): Promise<StepsOutcome | undefined> {
    const steps = at < this.aloneUntil ? [] : await this.known.from(at);
    if (steps.length < 2) return undefined;
    const outcome = await this.send(steps, at);
    if (outcome === undefined) return undefined;
    const { books } = this.run;
    for (const { step } of outcome.done) await books.transaction.stepDone(nameOfStep(step));
    const { failed } = outcome;
    return failed === undefined ? outcome : { ...outcome, failed: books.done.faultOf(failed.error, failed.at) };
  }

  private async send(steps: readonly KnownStep[], at: number): Promise<StepsOutcome | undefined> {
    const parts = steps.flatMap((known, of) => this.partsOf(known, of));
    const sentAt = Date.now();
    let outcome: TogetherOutcome | undefined;
    const sending = async (): Promise<void> => void (outcome = await this.sendParts(parts, at + steps.length));
    try {
      await unlessAborted(this.run.request.signal, sending, () => this.halt());
    } catch (error) {
      return this.stopped(steps, parts, { done: outcome?.done ?? 0, error }, true);
    }
    if (outcome?.results !== undefined)
      return this.ended(steps, parts, outcome.results, { sentAt, next: at + steps.length });
    this.aloneUntil = at + steps.length;
    return outcome?.error === undefined ? undefined : this.stopped(steps, parts, outcome);
  }

  private partsOf({ step, calls }: KnownStep, of: number): readonly Part[] {
    const { books, request } = this.run;
    const changes = step.rowChanges.map((change) => books.versions.changeSql(change));
    const last = `${changes.at(-1)} RETURNING ${request.dialect.bookkeeping.now} AS now`;
    const own = [...changes.slice(0, -1), last].map((sql): Part => ({ sql, isOwn: true, of }));
    return [...calls.flatMap(({ statements }) => statements).map((sql) => ({ sql, of })), ...own];
  }

  /** @param next the index in the plan of the step behind them */
  private sendParts(parts: readonly Part[], next: number): Promise<TogetherOutcome | undefined> {
    return this.running.during(async () => {
      const sending = this.run.session.together?.(parts);
      this.known.lookAhead(next);
      return sending;
    });
  }

  private async halt(): Promise<void> {
    const { session, request } = this.run;
    await this.running.halt({
      patience: 0,
      limit: request.grace ?? DEFAULT_GRACE,
      abort: () => request.dialect.abortConnection(session.revisionRunner),
      ...(session.cancel && { cancel: () => session.cancel?.() ?? Promise.resolve() }),
    });
  }

  /** All statements have run: checks the version rows, and has the history written. */
  private async ended(
    steps: readonly KnownStep[],
    parts: readonly Part[],
    results: readonly StatementResult[],
    { sentAt, next }: { readonly sentAt: number; readonly next: number },
  ): Promise<StepsOutcome> {
    const { versions } = this.run.books;
    const resultsOf = (of: number): readonly StatementResult[] =>
      results.filter((_, index) => parts[index]?.of === of && parts[index].isOwn === true);
    const times = steps.map((_, of) => Number(resultsOf(of).at(-1)?.rows[0]?.['now']));
    // The clock of the server may be another one. The answer has come when the last step had ended.
    const offset = Date.now() - (times.at(-1) ?? 0);
    const done: TriedStep[] = [];
    let startedAt = sentAt;
    for (const [of, known] of steps.entries()) {
      const finishedAt = Math.max(startedAt, Math.round((times[of] ?? 0) + offset));
      const tried = this.triedOf(known, { startedAt: new Date(startedAt), finishedAt: new Date(finishedAt) });
      try {
        versions.requireChanged(known.step.rowChanges, resultsOf(of));
      } catch (error) {
        return { done, failed: { at: tried, error } };
      }
      done.push(tried);
      startedAt = finishedAt;
    }
    return this.record(done, next);
  }

  /** Has the history written with the next statement, or now at the end of the plan. */
  private async record(done: readonly TriedStep[], next: number): Promise<StepsOutcome> {
    const { session, books, plan } = this.run;
    const last = done.at(-1) as TriedStep;
    const statement = books.history.finishingAll(done.map(({ attempt }) => attempt));
    const failed = (error: unknown): void => books.done.unrecorded.note(last.attempt, error);
    const mayWait = next < plan.length;
    if (mayWait && session.batchAhead?.([statement], { done: () => undefined, failed }) === true) return { done };
    try {
      await session.batch([statement]);
      return { done };
    } catch (error) {
      return { done: done.slice(0, -1), failed: { at: last, error } };
    }
  }

  /**
   * A statement has failed, and nothing was undone. One of a revision fails again in its own turn, which finds its line.
   *
   * @param isHalted the error is not that of the statement
   */
  private stopped(
    steps: readonly KnownStep[],
    parts: readonly Part[],
    { done: ran, error }: TogetherOutcome,
    isHalted = false,
  ): StepsOutcome {
    const { of, isOwn, sql } = parts[ran] as Part;
    const now = new Date();
    const done = steps.slice(0, of).map((known) => this.triedOf(known, { startedAt: now, finishedAt: now }));
    const known = steps[of] as KnownStep;
    if (isHalted || isOwn === true) {
      const failures = isHalted ? [] : [{ error, sql }];
      return { done, failed: { at: this.triedOf(known, { startedAt: now }, failures), error } };
    }
    const before = parts.findIndex((part) => part.of === of);
    this.run.plain.noteDone(known.step, upTo(known.calls, { done: ran - before, error }));
    return { done };
  }

  private triedOf(
    { step, calls }: KnownStep,
    times: Pick<Attempt, 'startedAt' | 'finishedAt'> = { startedAt: new Date() },
    failures: readonly FailedStatement[] = [],
  ): TriedStep {
    const { books, plain } = this.run;
    const statements = calls.reduce((sum, call) => sum + call.statements.length, 0);
    const attempt = books.history.ended(step, times, statements, plain.loaded.get(step)?.checksum);
    return { step, attempt, failures };
  }
}
