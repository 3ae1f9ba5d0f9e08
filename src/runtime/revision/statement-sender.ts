import type { Remedy, Statement } from '../../dialects/dialect.js';
import type { Entry } from '../journal/revision-journal.js';
import { HiddenCommitError } from '../../errors/runtime.errors.js';
import { hasCommitted } from '../transaction.js';
import type { SenderParts } from './sender-parts.js';
import { commitsByItself } from './commits-by-itself.js';
import { groupOf, ownTransaction, savepoint, type Frame } from './frames.js';
import { detailsWith } from './planned-statement.js';
import { OwnCommit } from './own-commit.js';
import { OwnTransactions } from './own-transactions.js';
import { StatementDelivery, type Tries } from './statement-delivery.js';

const SAVEPOINT = 'nestjs_migrate_operation';

/** Sends the statements of a revision, each so that it is committed with its entry in the journal where that is possible. */
export class StatementSender {
  private readonly own: OwnTransactions;
  private readonly ownCommit: OwnCommit;
  /** Whether the revision has ended the transaction of the run. */
  private hasEndedRun = false;
  private readonly delivery: StatementDelivery;

  constructor(private readonly parts: SenderParts) {
    this.own = new OwnTransactions(parts.dialect.sqlRules, parts.dialect.transactions);
    this.delivery = new StatementDelivery(parts);
    this.ownCommit = new OwnCommit(parts, this.own, () => this.undone(this.own.undone()));
  }

  /** What was sent may be used only after a commit. */
  get commitAfter(): boolean {
    return this.delivery.commitAfter;
  }

  /**
   * Sends what sets up the session or controls a transaction, which each run sends again. The end of a transaction of the revision's
   * own keeps the entries of the statements in it, or undoes them.
   */
  async control<T>(sql: string, send: () => Promise<T>): Promise<T> {
    this.refuseEnded();
    if (this.isWithin && (this.own.commits(sql) || this.own.mayCommit(sql))) return this.ownCommit.send(sql, send);
    if (this.endsRun(sql)) return this.endRun(sql, send);
    const answer = await send();
    this.undone(this.own.follow(sql, this.isOutside));
    if (this.own.rollsBack(sql)) this.parts.journal.undoFlush();
    return answer;
  }

  /** @throws where the revision has ended the transaction of the run: what it sends then would be committed by itself */
  refuseEnded(): void {
    if (this.hasEndedRun) throw new Error('the transaction of the run has ended: nothing is sent any more');
  }

  /**
   * Passes over what an earlier run has done.
   *
   * @param sql where it is a statement: the transaction that it ended has been begun again, with nothing in it
   */
  async passOver(entries: readonly Entry[], sql?: string): Promise<void> {
    for (const { statements } of entries) this.parts.gate.passOver(statements);
    if (sql !== undefined && this.own.prepares(sql)) await this.rollbackOwn();
  }

  /** Sends a statement that counts as one of the revision once it is done, unlike what controls the session or a transaction. */
  async counted<T>(send: () => Promise<T>): Promise<T> {
    const result = await send();
    this.parts.attempt.statements += 1;
    return result;
  }

  /** Begins a transaction of the run again where the database has committed by itself, or the revision has. */
  settle(): Promise<void> {
    return this.parts.gate.settle();
  }

  /** Notes that the transaction of the run is committed. */
  left(): void {
    this.own.ended();
  }

  /** Rolls back a transaction that the revision has left open outside that of the run. @returns whether there was one */
  async rollbackOwn(): Promise<boolean> {
    if (!this.isWithin) return false;
    const { revisionRunner: runner } = this.parts.session;
    this.undone(this.own.undone());
    this.parts.journal.undoFlush();
    if (runner.isTransactionActive) while (runner.isTransactionActive) await runner.rollbackTransaction();
    else await runner.query('ROLLBACK');
    return true;
  }

  /** Sends what sets up the session or controls a transaction. */
  sendAll(statements: readonly Statement[]): Promise<void> {
    return this.delivery.sendAll(statements, this.tries);
  }

  /** Sends a statement of a batch, in the transaction that the run has begun for that. */
  sendBatch(statement: Statement): Promise<void> {
    return this.counted(() => this.delivery.send(statement, 'patient'));
  }

  /** Runs what a statement needs before it. */
  heal(remedy: Remedy): Promise<void> {
    return this.delivery.heal(remedy);
  }

  /** Sends the statements of an operation, of which all are kept or none, or one that commits by itself. */
  async send(entry: Entry, statements: readonly Statement[]): Promise<void> {
    const { attempt, journal, gate, session } = this.parts;
    const { isFree, tries } = this;
    const [first] = statements;
    if (first === undefined) return journal.mark(entry, 'done', { statements: 0 });
    this.refuseHiddenEnd(first.sql);
    if (statements.length === 1)
      return this.record(entry, first.sql, () => this.counted(() => this.delivery.send(first, tries)));
    if (!isFree) this.own.add(entry);
    const frame = isFree ? ownTransaction(session) : (groupOf(session) ?? savepoint(session, SAVEPOINT));
    try {
      await this.inFrame(frame, async () => {
        await this.delivery.sendAll(statements, tries, frame.isGroup);
        attempt.statements += statements.length;
        journal.mark(entry, 'done', { statements: statements.length });
        if (isFree) await gate.record();
      });
    } catch (error) {
      await this.failed(entry, first.sql, error);
      throw error;
    }
    if (isFree) gate.noted();
    else if (this.hasCommitted) await gate.settle();
  }

  /**
   * Sends one statement by `send`, and records it: in one transaction with it, or before and after it where it can be in none.
   *
   * @param answerOf what the journal keeps of the answer
   */
  async record<T>(
    entry: Entry,
    sql: string,
    send: () => Promise<T>,
    answerOf?: (result: T) => string | null,
  ): Promise<T> {
    const { dialect, journal, session } = this.parts;
    const { isFree } = this;
    this.refuseHiddenEnd(sql);
    const isAround = (isFree || dialect.transactions === 'rows') && commitsByItself(sql, dialect);
    const isWithin = journal.isKept && isFree && !isAround;
    if (!isFree) this.own.add(entry);
    const done = async (): Promise<T> => {
      const result = await send();
      journal.mark(entry, 'done', { statements: 1, details: answerOf?.(result) ?? null });
      return result;
    };
    let result: T;
    try {
      if (isAround && journal.isKept) {
        const before = await session.fingerprint?.(sql);
        journal.mark(entry, 'begun', { statement: sql, ...(before && { details: detailsWith(entry, before) }) });
        await journal.flush(session.runner);
      }
      result = await (isWithin ? this.recordWithin(done) : done());
    } catch (error) {
      await this.failed(entry, sql, error);
      throw error;
    }
    await this.ended(sql, isWithin);
    return result;
  }

  /** Whether a transaction is open that is not that of the run: begun by the revision, by SQL or by TypeORM. */
  private get isWithin(): boolean {
    const { dialect, session } = this.parts;
    if (dialect.transactions === 'rows') return session.inTransaction;
    return this.isOutside && (this.own.isOpen || session.runner.isTransactionActive);
  }

  /** @throws for a text that ends the transaction of the run behind other statements: what it commits could not be recorded with it */
  private refuseHiddenEnd(sql: string): void {
    const { dialect, session } = this.parts;
    if (dialect.transactions === 'rows' || this.isOutside || session.isCallers) return;
    if (this.own.commitsAmongOthers(sql)) throw new HiddenCommitError(sql);
  }

  /** Whether a statement ends the transaction of the run, where one takes DDL back. */
  private endsRun(sql: string): boolean {
    const { dialect, session } = this.parts;
    if (dialect.transactions === 'rows' || this.isOutside || session.isCallers) return false;
    return this.own.commits(sql) || this.own.rollsBack(sql);
  }

  /**
   * Sends what ends the transaction of the run. What a COMMIT keeps is recorded in it, so that the next run does not do it again.
   */
  private async endRun<T>(sql: string, send: () => Promise<T>): Promise<T> {
    const { gate } = this.parts;
    const isCommit = this.own.commits(sql);
    const answer = await (isCommit ? this.ownCommit.send(sql, send) : send());
    if (isCommit) gate.committedByRevision();
    else this.undone(this.own.undone());
    this.hasEndedRun = true;
    return answer;
  }

  /** Whether no transaction is open: neither that of the run, nor one of the revision's own. */
  private get isFree(): boolean {
    return this.isOutside && !this.isWithin;
  }

  private get isOutside(): boolean {
    return this.parts.isOutside();
  }

  private get tries(): Tries {
    if (this.own.isOpen) return 'once';
    return this.isOutside && this.isWithin ? 'brief' : 'patient';
  }

  /** Writes what a statement that has ended well has committed. */
  private async ended(sql: string, isNoted: boolean): Promise<void> {
    const { gate } = this.parts;
    if (this.hasCommitted || this.own.prepares(sql)) this.own.ended();
    if (isNoted) return;
    await (this.isFree ? gate.note() : gate.settle());
  }

  /** Records that a statement has failed, where that is not undone with a transaction. Its error is the one to report. */
  private async failed(entry: Entry, sql: string, error: unknown): Promise<void> {
    const { gate, journal } = this.parts;
    journal.mark(entry, 'failed');
    const isEnded = this.hasCommitted;
    const isUndone = isEnded && !commitsByItself(sql, this.parts.dialect);
    if (isUndone) this.rolledBack(error);
    else if (isEnded) this.own.ended();
    if (isUndone && !this.isOutside) return;
    // Where this fails too the entry stays as it was, and the next run looks what became of it.
    await (this.isFree ? gate.note() : gate.settle().catch(() => undefined));
  }

  /** Notes that the database has rolled back the open transaction by itself, as MySQL does to end a deadlock. */
  private rolledBack(error: unknown): void {
    const { gate, interruption, journal } = this.parts;
    this.undone(this.own.undone());
    journal.undoFlush();
    if (this.isOutside) return;
    gate.lost();
    interruption.interrupt(error);
  }

  private async recordWithin<T>(done: () => Promise<T>): Promise<T> {
    const { attempt, journal, gate, session } = this.parts;
    const { statements } = attempt;
    try {
      const result = await session.inOwnTransaction(async () => {
        const answer = await done();
        await gate.record();
        return answer;
      });
      gate.noted();
      return result;
    } catch (error) {
      attempt.statements = statements;
      journal.undoFlush();
      throw error;
    }
  }

  /** Records that statements were undone. */
  private undone(entries: readonly Entry[]): void {
    const { attempt, journal } = this.parts;
    for (const entry of entries) {
      if (entry.state === 'done') attempt.statements -= entry.statements;
      journal.mark(entry, 'failed');
    }
  }

  /**
   * Sends statements so that all are kept or none, where the database can undo them: the revision may catch the error and go on, and
   * outside a transaction a failure or a crash would leave half of the operation behind.
   */
  private async inFrame(frame: Frame, sendAll: () => Promise<void>): Promise<void> {
    const { attempt, journal } = this.parts;
    const { commitAfter } = this.delivery;
    const done = attempt.statements;
    try {
      await frame.begin();
      await sendAll();
      if (!this.hasCommitted) await frame.keep();
    } catch (error) {
      if (!this.hasCommitted) {
        attempt.statements = done;
        this.delivery.commitAfter = commitAfter;
        // Where this fails too, the transaction has ended: the run finds that out, and the first error is the one to report.
        await frame.undo().catch(() => undefined);
        if (frame.isOwn) journal.undoFlush();
      }
      throw error;
    }
  }

  private get hasCommitted(): boolean {
    return hasCommitted(this.parts.dialect, this.parts.session);
  }
}
