import type { EntityManager, QueryRunner } from 'typeorm';
import type { Dialect, DialectSession, Remedies, Statement, TogetherOutcome } from '../../dialects/dialect.js';
import { ConnectionLostError } from '../../errors/database.errors.js';
import { describeOperation } from '../../operations/describe/describe.js';
import type { Operation } from '../../operations/operation.js';
import type { TypeormHistory } from '../../operations/call/typeorm-migrations.js';
import type { FailedStatement } from '../failure.js';
import type { Attempt } from '../bookkeeping/history-table.js';
import { hashingOf } from '../journal/journal-hash.js';
import type { Journal } from '../journal/journal.js';
import type { Entry } from '../journal/revision-journal.js';
import type { LiveContext } from '../live-context.js';
import type { OperationSink } from './revision-call.js';
import type { TransactionGate } from './revision-gate.js';
import { commitsByItself } from './commits-by-itself.js';
import type { PlannedCalls } from './plain/planned-calls.js';
import { type CallDone, sendCalls } from './plain/send-calls.js';
import { plannedDetails, plannedStatement } from './planned-statement.js';
import { hasCommitted } from '../transaction.js';
import { BatchedStatement } from './batched-statement.js';
import { StatementSender } from './statement-sender.js';
import { Interruption } from './interruption.js';
import { journaledRunner } from './journaled-runner.js';
import { RunningStatements } from './running-statements.js';
import type { WatchedRunner } from './watched-runner.js';
import type { ClassPlaces } from './typeorm/find-classes.js';
import { prepareTypeorm, type TypeormDirection } from './typeorm/typeorm-run.js';

/** The part of the grace in which a statement outside a transaction may end by itself; the rest is for cancelling it. */
const PATIENCE = 0.8;

/** The operations of one revision on a live database. */
export class RevisionRun implements OperationSink {
  readonly interruption = new Interruption();
  private readonly statements = new RunningStatements();
  private outside = false;
  private readonly remedies: Remedies | undefined;
  private readonly sender: StatementSender;
  private readonly batched: BatchedStatement;
  private watchedRunner: WatchedRunner | undefined;
  /** The first calls, whose statements were sent before them. */
  private readonly callsDone: CallDone[] = [];

  constructor(
    private readonly session: DialectSession,
    private readonly dialect: Dialect,
    private readonly context: LiveContext,
    private readonly attempt: Pick<Attempt, 'statements'>,
    /** Gets every statement that fails, including those whose errors the revision catches. */
    private readonly failures: FailedStatement[],
    private readonly gate: TransactionGate,
    private readonly typeormPlaces: ClassPlaces,
    private readonly journal: Journal,
  ) {
    this.remedies = dialect.remedies?.(context);
    const parts = {
      session,
      dialect,
      context,
      attempt,
      failures,
      gate,
      journal,
      remedies: this.remedies,
      interruption: this.interruption,
      statements: this.statements,
      isOutside: () => this.outside,
    };
    this.sender = new StatementSender(parts);
    this.batched = new BatchedStatement(parts, (statement) => this.sender.sendBatch(statement));
  }

  /** What the revision did may be used only after a commit. */
  get commitAfter(): boolean {
    return this.sender.commitAfter;
  }

  get queryRunner(): QueryRunner {
    return this.watched.queryRunner;
  }

  get manager(): EntityManager {
    return this.watched.manager;
  }

  /** Does work of the revision. Where its transaction has to begin again, the revision is over, whatever it does with the error. */
  private async interruptible<T>(work: () => Promise<T>): Promise<T> {
    await this.interruption.refuse();
    this.sender.refuseEnded();
    try {
      return await work();
    } catch (error) {
      if (this.gate.canBeginAgain && this.dialect.contentionOf?.(error) !== undefined) {
        this.interruption.interrupt(error);
      }
      throw error;
    }
  }

  /** Whether statements of a plain revision can be sent before its function is called. */
  get maySendAhead(): boolean {
    return this.session.together !== undefined && this.gate.canBeginAgain && this.journal.isEmpty;
  }

  /**
   * Sends what it can of a plain revision, before its function is called.
   *
   * @returns whether that is all of it: the function has nothing left to do
   */
  async sendAhead(planned: PlannedCalls, onLast: () => void): Promise<boolean> {
    const { session, statements } = this;
    const send = (all: readonly string[]): Promise<TogetherOutcome | undefined> =>
      statements.during(async () => session.together?.(all.map((sql) => ({ sql }))));
    const { calls, areAll } = await sendCalls(planned, send, onLast);
    if (areAll) for (const call of calls) this.attempt.statements += call.statements;
    else this.goOnBehind(calls);
    return areAll;
  }

  /** Notes that the statements of the first calls were sent before those are made. */
  goOnBehind(calls: readonly CallDone[]): void {
    this.callsDone.push(...calls);
  }

  apply(operation: Operation): Promise<void> {
    return this.interruptible(() => this.run(operation));
  }

  private async run(operation: Operation): Promise<void> {
    // A revision may have changed the catalog through its query runner since the last operation.
    this.context.forget();
    if (!this.outside && hasCommitted(this.dialect, this.session)) await this.gate.settle();
    if (operation.kind === 'execute' && this.dialect.placeOf(operation.sql) === 'session') {
      const statements = await this.dialect.compile(operation, this.context);
      return this.sender.control(operation.sql, () => this.sender.sendAll(statements));
    }
    const entries = await this.journal.call(
      hashingOf(operation),
      () => titleOf(operation),
      (sql, before) => this.session.outcomeOf(sql, before),
    );
    const done = this.callsDone.shift();
    if (done !== undefined) return this.passOver(operation, entries, done);
    if (entries.every(({ state }) => state === 'done')) {
      await this.sender.passOver(entries, operation.kind === 'execute' ? operation.sql : undefined);
      return;
    }
    await this.sendAll(operation, entries);
    if (!this.outside) this.remedies?.note(operation);
  }

  /** Passes over a call whose statements were sent before it. @throws the error of one of them */
  private passOver(operation: Operation, entries: readonly Entry[], { statements, failure }: CallDone): void {
    this.attempt.statements += statements;
    for (const entry of entries) this.journal.mark(entry, failure === undefined ? 'done' : 'failed', { statements });
    if (failure !== undefined) {
      this.failures.push(failure);
      throw failure.error;
    }
    this.remedies?.note(operation);
  }

  /** Sends the statements of an operation as they can be committed: all as one, or each by itself. */
  private async sendAll(operation: Operation, entries: readonly Entry[]): Promise<void> {
    const isResumed = entries[0]?.part !== 0;
    const statements = isResumed ? entries.map(plannedStatement) : await this.dialect.compile(operation, this.context);
    if (
      !isResumed &&
      statements[0]?.batches === undefined &&
      (statements.length < 2 || !statements.some((statement) => this.commitsByItself(statement)))
    ) {
      await this.sendPart(entries[0] as Entry, statements);
      return;
    }
    const [first] = statements;
    if (first?.batches !== undefined) {
      const { batches } = first;
      const [entry] = entries as [Entry];
      return this.autocommit(() => this.batched.run(entry, batches));
    }
    const parts = isResumed
      ? entries
      : this.journal.split(
          entries[0] as Entry,
          statements.map((one) => ({ sql: one.sql, details: plannedDetails(one) })),
        );
    for (const [index, statement] of statements.entries()) {
      const part = parts[index] as Entry;
      if (part.state === 'done') this.gate.passOver(1);
      else await this.sendPart(part, [statement]);
    }
  }

  private async sendPart(entry: Entry, statements: readonly Statement[]): Promise<void> {
    const send = (): Promise<void> => this.sender.send(entry, statements);
    await (statements[0]?.outsideTransaction ? this.autocommit(send) : send());
  }

  private commitsByItself({ sql, outsideTransaction }: Statement): boolean {
    return outsideTransaction === true || (this.dialect.transactions === 'rows' && commitsByItself(sql, this.dialect));
  }

  async autocommit(fn: () => Promise<void>): Promise<void> {
    this.interruption.check();
    if (this.outside) return fn();
    await this.leave();
    try {
      await this.runOutside(fn);
    } catch (error) {
      // The revision may catch this and go on, and must then find itself in a transaction again.
      this.gate.failedOutside(error);
      await this.enter(error).catch(() => undefined);
      throw error;
    }
    await this.enter();
  }

  /** How long no statement of the revision has run, ms. */
  readonly idleFor = (): number => this.statements.idleFor;

  /** Rolls back what a revision that is over has begun outside the transaction of the run: what comes next would commit it. */
  async abandon(): Promise<void> {
    if (this.outside && this.gate.leftOpen !== undefined) await this.sender.rollbackOwn();
  }

  private async runOutside(fn: () => Promise<void>): Promise<void> {
    const { gate, sender } = this;
    this.outside = true;
    try {
      await fn();
      const leftOpen = gate.leftOpen?.();
      if (leftOpen !== undefined && (await sender.rollbackOwn())) throw leftOpen;
    } catch (error) {
      if (gate.leftOpen !== undefined) await sender.rollbackOwn().catch(() => undefined);
      throw error;
    } finally {
      this.outside = false;
    }
  }

  /** Leaves the transaction of the run. Where that fails the transaction is over, and with it the revision. */
  private async leave(): Promise<void> {
    try {
      await this.gate.leave();
    } catch (error) {
      this.interruption.interrupt(error);
      throw error;
    }
    this.sender.left();
  }

  /**
   * Enters a transaction of the run again. Where that fails there is none to go on in, whatever the revision does with the error.
   *
   * @param earlier the error of what ran outside, which is the cause where it is that of a lost connection
   */
  private async enter(earlier?: unknown): Promise<void> {
    try {
      await this.gate.enter();
    } catch (error) {
      const isCause = earlier instanceof ConnectionLostError || this.dialect.isUnreachable(earlier);
      this.interruption.interrupt(isCause ? earlier : error);
      throw error;
    }
  }

  /**
   * Runs or reverts TypeORM's migrations. In its mode `all` they are in the run's transaction; for the other modes the revision
   * leaves that, and TypeORM begins and ends its own. Which of them are done, its own table records.
   */
  typeorm(direction: TypeormDirection, history: TypeormHistory): Promise<void> {
    return this.interruptible(() => this.runTypeorm(direction, history));
  }

  private async runTypeorm(direction: TypeormDirection, history: TypeormHistory): Promise<void> {
    this.context.forget();
    const { runner } = this.session;
    const work = await prepareTypeorm({ ...this.typeormPlaces, runner, history, direction });
    if (work === undefined) return;
    const asApplication = (): Promise<void> => this.statements.during(() => this.session.asApplication(work));
    if (history.transaction !== 'all') return this.autocommit(asApplication);
    return this.outside ? asApplication() : this.gate.loosely(asApplication);
  }

  /**
   * Refuses all further statements, and waits until none runs. In the transaction of the run, which is rolled back anyway, a running
   * statement is cancelled at once; outside of it one may end, as long as there is time.
   */
  async halt(reason: Error, grace: number): Promise<void> {
    this.interruption.interrupt(reason);
    const { session, dialect } = this;
    const patience = this.outside ? grace * PATIENCE : 0;
    await this.statements.halt({
      patience,
      limit: (grace - patience) * PATIENCE,
      abort: () => dialect.abortConnection(session.revisionRunner),
      ...(session.cancel && { cancel: () => session.cancel?.() ?? Promise.resolve() }),
    });
  }

  private get watched(): WatchedRunner {
    const { session, dialect, journal, remedies, sender, statements } = this;
    const parts = { session, dialect, journal, remedies, sender, statements, isOutside: () => this.outside };
    return (this.watchedRunner ??= journaledRunner(parts, (work) => this.interruptible(work)));
  }
}

/** What a call is, for people: its SQL, or a sentence. */
function titleOf(operation: Operation): string {
  const isSql = operation.kind === 'execute' || operation.kind === 'inBatches';
  return isSql ? operation.sql : describeOperation(operation);
}
