import type { DialectSession } from '../dialects/dialect.js';
import type { RunResult } from '../results.js';
import type { PlanStep } from '../repository/revision.js';
import { CallSites } from './revision/call-sites.js';
import { contendedStatement } from './contention/contended-statement.js';
import type { Contended, Restartable, Retries } from './contention/retries.js';
import { failStep } from './fail-step.js';
import type { FailedStatement } from './failure.js';
import { HistoryTable, reportOf, type Attempt } from './bookkeeping/history-table.js';
import { type ExistingBooks, openHistory, openVersions } from './bookkeeping/open-books.js';
import { Journals } from './journal/journals.js';
import { refuseLeaving } from './outside-transaction.js';
import { recordStep } from './bookkeeping/record-step.js';
import { preflight } from './preflight/preflight.js';
import { PlainRevisions } from './revision/plain/plain-revisions.js';
import { loadAll } from './revision/revision-call.js';
import { commitVerdict } from './lost/commit-verdict.js';
import { rowsMoved } from './revision/revision-gate.js';
import { runRevision } from './revision/run-revision.js';
import type { RunRequest, StepReport } from './run.request.js';
import { nameOfStep, stepResult } from './step-text.js';
import { StepReports } from './step-reports.js';
import { StepsDone } from './steps-done.js';
import { stepsTogether, type StepsTogether } from './together/steps-together.js';
import { RunTransaction } from './transaction.js';
import type { TriedStep } from './bookkeeping/tried-step.js';
import { sameIds, VersionTable, withVersionTable } from './bookkeeping/version-table.js';

/**
 * One run on one session: lock, read, plan, and the steps of the plan in their transactions.
 *
 * Its stages are called one after the other, so that runs on several databases can go side by side: `lock`, `begin`,
 * `runSteps`, `verify` and `commit`; and a rollback of `transaction` instead of what is left when one of them fails.
 */
export class Runner implements Restartable {
  readonly versions: VersionTable;
  readonly history: HistoryTable;
  readonly journals: Journals;
  readonly transaction: RunTransaction;
  private readonly perStep: boolean;
  private readonly sites = new CallSites();
  readonly done = new StepsDone();
  private readonly reports: StepReports;
  /** How many steps of the plan were done once: those that contention undoes are run again without a report. */
  private reached = 0;
  private isRewound = false;
  private existing: ExistingBooks = { history: false, journal: false };
  /** The attempt of a step of which a part is committed. */
  private left: Attempt | undefined;
  private plan: readonly PlanStep[] | undefined;
  private hasChanged = false;
  private isPrepared = false;
  /** The questions about rows that were asked before the first step. */
  private asked: Set<string> | undefined;
  private plain: PlainRevisions;
  /** Absent where each step is run by itself. */
  private together: StepsTogether | undefined;

  constructor(
    readonly request: RunRequest,
    readonly session: DialectSession,
    private readonly retries: Retries,
  ) {
    const { dialect, settings } = request;
    this.versions = new VersionTable(dialect, settings.versionTable);
    this.history = new HistoryTable(dialect, settings.versionTable);
    this.journals = new Journals(dialect, settings.versionTable, request.areRelated);
    this.transaction = new RunTransaction(session, dialect, (failed) => commitVerdict(this, failed));
    this.reports = new StepReports(request);
    this.plain = new PlainRevisions(request, [], new Map());
    this.perStep = (settings.transactionPerMigration && !session.isCallers) || dialect.transactions === 'rows';
  }

  get result(): RunResult {
    return this.done.result(this.request.dataSourceName, this.session.notices);
  }

  /** Whether the open transaction has anything in it. */
  get hasWork(): boolean {
    return this.transaction.active && (this.hasChanged || (this.plan ?? []).length > 0);
  }

  get openFor(): number {
    return this.transaction.openFor;
  }

  /** Adds a message for people to the result. */
  readonly notice = (message: string): void => void this.done.notices.push(message);

  lock(): Promise<void> {
    return withVersionTable(this.versions.name, this.request.dialect, () => this.session.lock());
  }

  /** Begins the transaction, reads the version rows, makes the plan, and loads its revisions. */
  begin(): Promise<void> {
    return this.untilFree(() => this.open());
  }

  /** Opens the tables of the run, and asks where nothing is rolled back whether rows are in the way of its steps. */
  async prepare(): Promise<void> {
    const { plan = [], request, session, journals } = this;
    if (this.isPrepared || (plan.length === 0 && request.resumeFrom === undefined)) return;
    this.isPrepared = true;
    await this.untilFree(() => this.openHistory(plan));
    // To create the tables of the run may have ended the transaction.
    if (this.transaction.isEnded) await this.transaction.begin();
    if (request.dialect.askRows === undefined) return;
    const { notice, done } = this;
    const { loaded } = this.plain;
    this.asked = await preflight({ request, session, journals, plan, loaded, notice, rows: done.rows });
  }

  /** Runs the steps of the plan. Unless each step is committed at its end, the transaction is left open for `commit`. */
  async runSteps(): Promise<void> {
    const { plan = [], done } = this;
    await this.prepare();
    while (done.next < plan.length) {
      await this.untilFree(() => this.beginAgain(plan));
      const { done: together, failed } = (await this.together?.next(done.next)) ?? {};
      for (const last of together ?? []) this.stepDone(last);
      if (failed !== undefined) await this.giveWay(failed.error, failed.at);
      else if (together === undefined) await this.runStep(plan[done.next] as PlanStep);
    }
  }

  /** Fails now with what the commit would fail with, while the other databases of the run can still be rolled back. */
  verify(): Promise<void> {
    return this.untilFree(async () => void (this.transaction.active && (await this.session.verify())), this.lastStep);
  }

  commit(): Promise<void> {
    const commit = async (): Promise<void> => void (this.transaction.active && (await this.transaction.commit()));
    return this.untilFree(commit, this.lastStep);
  }

  /** The failure of the last step, with an error that appeared at the end of its transaction. */
  async failLastStep(error: unknown): Promise<unknown> {
    const last = this.lastStep();
    return last ? this.failStep(last, error) : error;
  }

  async rewind(): Promise<void> {
    if (!this.isOpen) return;
    await this.transaction.rollback();
    this.done.goBack();
    this.isRewound = true;
  }

  async replay(): Promise<Contended | undefined> {
    if (!this.isRewound) return undefined;
    this.isRewound = false;
    for (;;) {
      if (!this.transaction.active) {
        const met = await this.reopen().catch((error: unknown) => this.contendedBy(error) ?? Promise.reject(error));
        if (met) return met;
      }
      const step = this.done.next < this.reached ? this.plan?.[this.done.next] : undefined;
      if (step === undefined) return undefined;
      const { contended, error } = await this.tryStep(step);
      if (contended !== undefined) return contended;
      if (error !== undefined) throw error;
    }
  }

  /** Whether a transaction is open, also one that met contention as it began. */
  private get isOpen(): boolean {
    return this.transaction.active || this.session.inTransaction;
  }

  private readonly lastStep = (): TriedStep | undefined => this.done.tried.at(-1);

  private async open(): Promise<void> {
    if (this.transaction.active) return;
    await this.transaction.begin();
    const { rows, hasChanged, notice, existing } = await openVersions(this.session, this, this.request);
    this.existing = existing;
    this.hasChanged = hasChanged;
    this.done.rows = rows;
    this.done.begun();
    if (notice !== undefined) this.notice(notice);
    if (this.plan !== undefined) return;
    const plan = this.request.plan(this.done.rows);
    const loaded = await loadAll(plan, this.request.load);
    if (this.session.isCallers) refuseLeaving(plan, loaded);
    this.plain = new PlainRevisions(this.request, plan, loaded);
    if (!this.perStep) this.together = stepsTogether({ ...this, books: this, plan });
    this.plan = plan;
  }

  /** Begins the transaction that was rolled back as it was begun before. @throws VersionRowsMovedError */
  private async reopen(): Promise<void> {
    const { plan, done, versions } = this;
    const expected = done.start.rows;
    if (this.transaction.hasCommitted) {
      await this.transaction.begin();
      done.rows = versions.rowsOf(await this.transaction.guardBehind([versions.reading]));
      await this.journals.read(this.session.runner);
      done.begun();
    } else {
      await this.open();
      if (plan !== undefined && plan.length > 0) await this.openHistory(plan);
    }
    if (plan !== undefined && !sameIds(done.rows, expected)) throw rowsMoved(versions, expected, done.rows);
  }

  /** Does work, and where other sessions keep it from being done, does it in a transaction that is begun again. */
  private async untilFree(
    work: () => Promise<void>,
    last: () => TriedStep | undefined = () => undefined,
  ): Promise<void> {
    for (;;) {
      try {
        return await work();
      } catch (error) {
        await this.giveWay(error, last());
      }
    }
  }

  /** Begins the transaction again where other sessions were in the way. @throws the error of anything else */
  private async giveWay(error: unknown, last: TriedStep | undefined): Promise<void> {
    const contended = this.contendedBy(error, last);
    if (contended === undefined) throw last === undefined ? error : await this.failStep(last, error);
    await this.retries.again(contended);
  }

  /** What other sessions kept from being done; undefined for other errors, and where it cannot be rolled back and done again. */
  private contendedBy(error: unknown, last?: TriedStep): Contended | undefined {
    if (this.session.isCallers || !this.isOpen || this.reports.haveThrown(error)) return undefined;
    const statement = contendedStatement(error, this.request.dialect, last?.failures, last?.attempt.failedOutside);
    if (statement === undefined) return undefined;
    const fail = async (reason: unknown): Promise<unknown> => (last ? this.failStep(last, reason) : reason);
    return { part: this, work: last?.step ?? this, statement, fail };
  }

  private async openHistory(plan: readonly PlanStep[]): Promise<void> {
    const { notices, resumed } = await openHistory(this.session, this, this.request, plan, this.existing);
    this.done.notices.push(...notices);
    this.reports.resumed(resumed);
  }

  /**
   * Begins the next transaction where none is open. Where the transaction itself is the lock, another runner may have done some
   * steps of the plan between two of them, or left one in its middle: then this run goes on after those.
   */
  private async beginAgain(plan: readonly PlanStep[]): Promise<void> {
    const { done, versions } = this;
    if (this.transaction.active) return;
    await this.transaction.begin();
    const found = versions.rowsOf(await this.transaction.guardBehind([versions.reading]));
    const others = done.follow(plan, found);
    if (others === undefined) throw rowsMoved(versions, done.rows, found);
    if (others.length > 0) this.notice(`Another runner meanwhile ran ${others.join(', ')}.`);
    if (this.session.keepLock !== undefined) await this.journals.read(this.session.runner);
    done.begun();
  }

  private async runStep(step: PlanStep): Promise<void> {
    const work = async (): Promise<StepReport> => {
      for (;;) {
        const { contended, ...report } = await this.tryStep(step);
        if (contended === undefined) return report;
        const error = await this.retries.again(contended).catch((thrown: unknown) => thrown as Error);
        if (error !== undefined) return { ...report, error };
      }
    };
    const { error } = await (this.request.aroundStep?.(step, work) ?? work());
    if (error) throw error;
  }

  /** A try of a step: it is done, has failed, or met contention, with its transaction still open. */
  private async tryStep(step: PlanStep): Promise<StepReport & { readonly contended?: Contended }> {
    this.reports.begun(step, { number: this.done.next + 1, total: this.plan?.length ?? 0 });
    const checksum = this.plain.loaded.get(step)?.checksum;
    const attempt = this.history.again(this.left, step) ?? this.history.begin(step, checksum);
    const last = { step, attempt, failures: [] as FailedStatement[] };
    try {
      const commitBefore = await this.runRevision(attempt, last.failures);
      const isLast = step === this.plan?.at(-1);
      // Where a revision has left the transaction, a part of it is committed: it must count as done whatever becomes of the
      // revisions after it, or the next run would do that part twice. In a caller's transaction no revision can leave it.
      const mustCommit = (this.perStep || attempt.stored || (commitBefore && !isLast)) && !this.session.isCallers;
      const next = { follows: !isLast && !mustCommit, mayWait: this.request.mayRecordLater === true };
      this.done.notices.push(...(await recordStep(this.session, this, attempt, next)));
      await this.reports.applied(step);
      await this.transaction.stepDone(nameOfStep(step));
      if (mustCommit) await this.transaction.commit();
    } catch (thrown) {
      const { at, error } = this.done.faultOf(thrown, last);
      // What the revision has committed, and the steps before it, stay when its transaction begins again.
      if (attempt.stored) this.done.begun();
      this.left = attempt.stored ? attempt : undefined;
      const contended = this.contendedBy(error, at);
      const end = contended === undefined ? { error: await this.failStep(at, error) } : { contended };
      return { ...reportOf(attempt), ...end };
    }
    return this.stepDone(last);
  }

  private runRevision(attempt: Attempt, failures: FailedStatement[]): Promise<boolean> {
    const { request, session, sites, asked, notice, plain } = this;
    const of = { request, session, books: this, sites, asked, notice, plain, rows: this.done.rows };
    return runRevision({ ...of, attempt, failures });
  }

  private stepDone(last: TriedStep): StepReport {
    const { done } = this;
    const report = reportOf(last.attempt);
    done.add(last, stepResult(last.step, report.ms));
    this.reached = Math.max(this.reached, done.next);
    if (!this.transaction.active) done.begun();
    return report;
  }

  private failStep(last: TriedStep, error: unknown): Promise<Error> {
    const { request, session, done, sites } = this;
    return failStep({ request, session, books: this, done, sites }, last, error);
  }
}
