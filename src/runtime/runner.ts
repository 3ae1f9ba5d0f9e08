import type { DatabaseOutcome } from '../errors/database-outcome.js';
import type { DialectSession } from '../dialects/dialect.js';
import type { RunResult, StepResult } from '../results.js';
import type { PlanStep } from '../repository/revision.js';
import { CallSites } from './revision/call-sites.js';
import { sentences } from '../errors/sentences.js';
import { failureOf, type Aftermath, type FailedStatement } from './failure.js';
import { HistoryTable, reportOf, type Attempt } from './bookkeeping/history-table.js';
import { LiveContext } from './live-context.js';
import { unfinishedNotice } from './notices.js';
import { refuseLeaving } from './outside-transaction.js';
import { callRevision, contextOf, functionOf, loadAll } from './revision/revision-call.js';
import { recordStep } from './bookkeeping/record-step.js';
import { recordFailure } from './bookkeeping/record-failure.js';
import { RevisionGate, rowsMoved, transactionEnded } from './revision/revision-gate.js';
import { RevisionRun } from './revision/revision-run.js';
import type { LoadedRevision, RunRequest, StepReport } from './run.request.js';
import { nameOfStep, stepResult } from './step-text.js';
import { RunTransaction } from './transaction.js';
import { stepAtFault, type TriedStep } from './bookkeeping/tried-step.js';
import { sameIds, withVersionTable, VersionTable } from './bookkeeping/version-table.js';

/**
 * One run on one session: lock, read, plan, and the steps of the plan in their transactions.
 *
 * Its stages are called one after the other, so that runs on several databases can go side by side: `lock`, `begin`,
 * `runSteps`, `verify` and `commit`; and a rollback of `transaction` instead of what is left when one of them fails.
 */
export class Runner {
  readonly versions: VersionTable;
  readonly history: HistoryTable;
  readonly transaction: RunTransaction;
  private readonly perStep: boolean;
  private readonly sites = new CallSites();
  private readonly steps: StepResult[] = [];
  private readonly notices: string[] = [];
  private plan: readonly PlanStep[] = [];
  private hasChanged = false;
  private loaded: ReadonlyMap<PlanStep, LoadedRevision> = new Map();
  private readonly done: TriedStep[] = [];
  /** The version rows as this run left them. */
  private rows: readonly string[] = [];

  constructor(
    readonly request: RunRequest,
    readonly session: DialectSession,
  ) {
    const { dialect, settings } = request;
    this.versions = new VersionTable(dialect, settings.versionTable);
    this.history = new HistoryTable(dialect, settings.versionTable);
    this.transaction = new RunTransaction(session, dialect);
    this.perStep = (settings.transactionPerMigration && !session.isCallers) || dialect.transactions === 'rows';
  }

  get result(): RunResult {
    return {
      dataSource: this.request.dataSourceName,
      steps: this.steps,
      current: this.rows,
      notices: [...this.notices, ...(this.steps.length > 0 ? (this.session.notices ?? []) : [])],
    };
  }

  /** Whether the open transaction has anything in it. */
  get hasWork(): boolean {
    return this.transaction.active && (this.hasChanged || this.plan.length > 0);
  }

  /** What the run has kept and lost so far, for the error of a run over several databases. */
  get outcome(): DatabaseOutcome {
    const { kept, lost, prepared } = this.transaction;
    const { dataSourceName: dataSource } = this.request;
    const name = prepared === undefined ? undefined : this.session.twoPhase?.nameOf(prepared);
    return { dataSource, kept, rolledBack: lost, ...(name === undefined ? undefined : { prepared: name }) };
  }

  /** Adds a message for people to the result. */
  notice(message: string): void {
    this.notices.push(message);
  }

  lock(): Promise<void> {
    return this.session.lock();
  }

  /** Begins the transaction, reads the version rows, makes the plan, and loads its revisions. */
  async begin(): Promise<void> {
    await this.transaction.begin();
    await this.readRows();
    this.plan = this.request.plan(this.rows);
    this.loaded = await loadAll(this.plan, this.request.load);
    if (this.session.isCallers) refuseLeaving(this.plan, this.loaded);
  }

  /** Runs the steps of the plan. Unless each step is committed at its end, the transaction is left open for `commit`. */
  async runSteps(): Promise<void> {
    const { plan } = this;
    if (plan.length === 0) return;
    await this.readHistory(plan);
    // To create the tables of the run may have ended the transaction.
    if (this.transaction.isEnded) await this.transaction.begin();
    for (let next = 0; next < plan.length; next += 1) {
      if (!this.transaction.active) next = await this.beginAgain(plan, next);
      const step = plan[next];
      if (step === undefined) break;
      await this.runStep(step, this.loaded.get(step), next === plan.length - 1);
    }
  }

  /** Fails now with what the commit would fail with, while the other databases of the run can still be rolled back. */
  async verify(): Promise<void> {
    if (this.transaction.active) await this.session.verify().catch((error: unknown) => this.throwLast(error));
  }

  async commit(): Promise<void> {
    if (this.transaction.active) await this.transaction.commit().catch((error: unknown) => this.throwLast(error));
  }

  /** The failure of the last step, with an error that appeared at the end of its transaction. */
  async failLastStep(error: unknown): Promise<unknown> {
    const last = this.done.at(-1);
    return last === undefined ? error : this.failStep(last, error);
  }

  private readRows(): Promise<void> {
    const { runner } = this.session;
    return withVersionTable(this.versions.name, this.request.dialect, async () => {
      const isMissing = !(await this.versions.exists(runner));
      if (isMissing) await this.versions.create(runner);
      if (this.request.purge) await this.versions.clear(runner);
      this.hasChanged = isMissing || this.request.purge === true;
      this.rows = await this.versions.read(runner);
    });
  }

  private readHistory(plan: readonly PlanStep[]): Promise<void> {
    const { runner } = this.session;
    return withVersionTable(this.versions.name, this.request.dialect, async () => {
      await this.history.ensure(runner);
      const unfinished = await this.history.unfinished(runner);
      if (unfinished.length === 0) return;
      this.notices.push(...unfinished.map((step) => unfinishedNotice(step, plan)));
      await this.history.closeUnfinished(runner);
    });
  }

  /**
   * Begins the next transaction. Where the transaction itself is the lock, another runner may have done some steps of the plan
   * between two of them: then this run goes on after those.
   *
   * @returns the index of the next step of the plan
   */
  private async beginAgain(plan: readonly PlanStep[], next: number): Promise<number> {
    await this.transaction.begin();
    const found = this.versions.rowsOf(await this.transaction.guardBehind([this.versions.reading]));
    if (sameIds(found, this.rows)) return next;
    const done = plan.findIndex((step, index) => index >= next && sameIds(step.rows, found));
    if (done === -1) throw rowsMoved(this.versions, this.rows, found);
    const names = plan.slice(next, done + 1).map(nameOfStep);
    this.notices.push(`Another runner meanwhile ran ${names.join(', ')}.`);
    this.rows = found;
    return done + 1;
  }

  private async runStep(step: PlanStep, loaded: LoadedRevision | undefined, isLast: boolean): Promise<void> {
    const work = (): Promise<StepReport> => this.tryStep(step, loaded, isLast);
    const { error } = await (this.request.aroundStep?.(step, work) ?? work());
    if (error !== undefined) throw error;
  }

  private async tryStep(step: PlanStep, loaded: LoadedRevision | undefined, isLast: boolean): Promise<StepReport> {
    this.request.onStep?.(step);
    const attempt = this.history.begin(step, loaded?.checksum);
    const failures: FailedStatement[] = [];
    const last = { step, attempt, failures };
    try {
      const commitBefore = await this.runRevision(step, loaded, attempt, failures);
      // Where a revision has left the transaction, a part of it is committed: it must count as done whatever becomes of the
      // revisions after it, or the next run would do that part twice. In a caller's transaction no revision can leave it.
      const mustCommit = (this.perStep || attempt.stored || (commitBefore && !isLast)) && !this.session.isCallers;
      await recordStep(this.session, this, attempt, !isLast && !mustCommit);
      await this.reportApplied(step);
      await this.transaction.stepDone(nameOfStep(step));
      if (mustCommit) await this.transaction.commit();
    } catch (error) {
      return { ...reportOf(attempt), error: await this.failStep(last, error) };
    }
    this.done.push(last);
    this.rows = step.rows;
    const report = reportOf(attempt);
    this.steps.push(stepResult(step, report.ms));
    return report;
  }

  /** Runs the revision's function, if it has one for this data source. @returns whether a commit must come before the next one */
  private async runRevision(
    step: PlanStep,
    loaded: LoadedRevision | undefined,
    attempt: Attempt,
    failures: FailedStatement[],
  ): Promise<boolean> {
    const fn = functionOf(step, loaded);
    if (fn === undefined) return false;
    const { dialect, dataSource, dataSourceName, settings } = this.request;
    const ownTables = [settings.versionTable, this.history.name];
    const ownSchema = dialect.ownSchema(dataSource)?.name;
    const notice = (message: string): void => this.notice(`${nameOfStep(step)}: ${message}`);
    const context = new LiveContext(dialect, this.session.runner, ownTables, ownSchema, notice);
    const gate = new RevisionGate(this.session, this, step, attempt, this.rows, (message) => this.notice(message));
    const places = { dataSource, dataSourceName, revisionFile: step.revision?.path };
    const sink = new RevisionRun(this.session, dialect, context, attempt, failures, gate, places);
    await gate.open();
    await callRevision(fn, this.request, step, contextOf(this.request, false), sink, this.sites);
    await gate.settle();
    return sink.commitAfter;
  }

  private async reportApplied(step: PlanStep): Promise<void> {
    await this.request.settings.onVersionApply?.({
      dataSource: this.request.dataSourceName,
      kind: step.kind,
      ...(step.revision === undefined ? undefined : { revision: step.revision.id }),
      from: step.from,
      to: step.to,
      rows: step.rows,
    });
  }

  private async throwLast(error: unknown): Promise<never> {
    throw await this.failLastStep(error);
  }

  /** Rolls back, records the failure in the history, and makes the error that the run ends with. */
  private async failStep(last: TriedStep, error: unknown): Promise<Error> {
    const { step, attempt, failures } = stepAtFault(error, this.done, last);
    const ended = await this.transaction.wasEnded();
    if (this.transaction.isEnded) attempt.committed = attempt.statements;
    await this.transaction.rollback();
    const current = await recordFailure(this.session.runner, this, attempt, error);
    if (ended) return transactionEnded(this.session, this.versions, step, error);
    const aftermath: Aftermath = {
      kept: this.transaction.kept,
      rolledBack: this.transaction.lost.filter((name) => name !== nameOfStep(step)),
      keptStatements: attempt.committed,
      ...(this.session.isCallers && { isCallers: true }),
      // What an earlier run left is often why this one fails.
      hint: sentences(await this.session.hintOn?.(error), ...this.notices) || undefined,
      ...(current === undefined ? undefined : { current }),
    };
    const { dataSourceName: dataSource } = this.request;
    return failureOf(error, { step, dataSource, sites: this.sites, failures }, aftermath);
  }
}
