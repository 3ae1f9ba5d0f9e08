import type { GroupPart, Remedy, Statement } from '../../dialects/dialect.js';
import type { Entry } from '../journal/revision-journal.js';
import { TransactionFailedError } from '../../errors/runtime.errors.js';
import { hasCommitted } from '../transaction.js';
import type { SenderParts } from './sender-parts.js';
import { commitsByItself } from './commits-by-itself.js';
import { type Frame, groupOf, ownTransaction, savepoint } from './frames.js';
import { detailsWith } from './planned-statement.js';
import { OwnTransactions } from './own-transactions.js';

const SAVEPOINT = 'nestjs_migrate_operation';
const REMEDY = 'nestjs_migrate_remedy';
const RECORD = 'nestjs_migrate_record';

/** Sends the statements of a revision, each so that it is committed with its entry in the journal where that is possible. */
export class StatementSender {
  /** What was sent may be used only after a commit. */
  commitAfter = false;
  private readonly own: OwnTransactions;

  constructor(private readonly parts: SenderParts) {
    this.own = new OwnTransactions(parts.dialect.sqlRules, parts.dialect.transactions);
  }

  /**
   * Sends what sets up the session or controls a transaction, which each run sends again. The end of a transaction of the revision's
   * own keeps the entries of the statements in it, or undoes them.
   */
  async control<T>(sql: string, outside: boolean, send: () => Promise<T>): Promise<T> {
    if (this.isWithin(outside) && (this.own.commits(sql) || this.own.mayCommit(sql)))
      return this.commitOwn(sql, outside, send);
    const answer = await send();
    this.undone(this.own.follow(sql, outside));
    if (this.own.rollsBack(sql)) this.parts.journal.undoFlush();
    return answer;
  }

  /** Passes over a statement that an earlier run has done: the transaction that it ended has been begun again, with nothing in it. */
  async passOver(sql: string): Promise<void> {
    if (this.own.prepares(sql)) await this.rollbackOwn();
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
    if (!this.isWithin(true)) return false;
    const { revisionRunner: runner } = this.parts.session;
    this.undone(this.own.undone());
    this.parts.journal.undoFlush();
    if (runner.isTransactionActive) while (runner.isTransactionActive) await runner.rollbackTransaction();
    else await runner.query('ROLLBACK');
    return true;
  }

  async sendAll(statements: readonly Statement[], isGroup = false): Promise<void> {
    for (const [index, statement] of statements.entries()) {
      await this.sendOne(statement, isGroup ? partAt(index, statements.length) : undefined);
    }
  }

  /** Sends the statements of an operation, of which all are kept or none, or one that commits by itself. */
  async send(entry: Entry, statements: readonly Statement[], outside: boolean): Promise<void> {
    const { journal, gate, session } = this.parts;
    const [first] = statements;
    if (first === undefined) return journal.mark(entry, 'done', { statements: 0 });
    if (statements.length === 1) return this.record(entry, first.sql, outside, () => this.sendOne(first));
    const isFree = this.isFree(outside);
    if (!isFree) this.own.add(entry);
    const frame = isFree ? ownTransaction(session) : (groupOf(session) ?? savepoint(session, SAVEPOINT));
    try {
      await this.inFrame(frame, async () => {
        await this.sendAll(statements, frame.isGroup);
        journal.mark(entry, 'done', { statements: statements.length });
        if (isFree) await gate.record();
      });
    } catch (error) {
      await this.failed(entry, first.sql, outside, error);
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
    outside: boolean,
    send: () => Promise<T>,
    answerOf?: (result: T) => string | null,
  ): Promise<T> {
    const { dialect, journal, session } = this.parts;
    const isFree = this.isFree(outside);
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
      await this.failed(entry, sql, outside, error);
      throw error;
    }
    await this.ended(sql, outside, isWithin);
    return result;
  }

  /** Whether a transaction is open that is not that of the run: begun by the revision, by SQL or by TypeORM. */
  private isWithin(outside: boolean): boolean {
    const { dialect, session } = this.parts;
    if (dialect.transactions === 'rows') return session.inTransaction;
    return outside && (this.own.isOpen || session.runner.isTransactionActive);
  }

  /** Whether no transaction is open: neither that of the run, nor one of the revision's own. */
  private isFree(outside: boolean): boolean {
    return outside && !this.isWithin(outside);
  }

  /** Writes what a statement that has ended well has committed. */
  private async ended(sql: string, outside: boolean, isNoted: boolean): Promise<void> {
    const { gate } = this.parts;
    if (this.hasCommitted || this.own.prepares(sql)) this.own.ended();
    if (isNoted) return;
    await (this.isFree(outside) ? gate.note() : gate.settle());
  }

  /** Records that a statement has failed, where that is not undone with a transaction. Its error is the one to report. */
  private async failed(entry: Entry, sql: string, outside: boolean, error: unknown): Promise<void> {
    const { gate, journal } = this.parts;
    journal.mark(entry, 'failed');
    const isEnded = this.hasCommitted;
    const isUndone = isEnded && !commitsByItself(sql, this.parts.dialect);
    if (isUndone) this.rolledBack(outside, error);
    else if (isEnded) this.own.ended();
    if (isUndone && !outside) return;
    // Where this fails too the entry stays as it was, and the next run looks what became of it.
    await (this.isFree(outside) ? gate.note() : gate.settle().catch(() => undefined));
  }

  /** Notes that the database has rolled back the open transaction by itself, as MySQL does to end a deadlock. */
  private rolledBack(outside: boolean, error: unknown): void {
    const { gate, interruption, journal } = this.parts;
    this.undone(this.own.undone());
    journal.undoFlush();
    if (outside) return;
    gate.lost();
    interruption.interrupt(error);
  }

  private async recordWithin<T>(done: () => Promise<T>): Promise<T> {
    const { journal, gate, session } = this.parts;
    try {
      const result = await session.inOwnTransaction(async () => {
        const answer = await done();
        await gate.record();
        return answer;
      });
      gate.noted();
      return result;
    } catch (error) {
      journal.undoFlush();
      throw error;
    }
  }

  /**
   * Sends the statement that commits a transaction of the revision's own, with the entries of what is in it. Some databases roll it
   * back where they refuse that, and others keep it open.
   *
   * @throws TransactionFailedError where the database would roll back, since a statement in it has failed
   */
  private async commitOwn<T>(sql: string, outside: boolean, send: () => Promise<T>): Promise<T> {
    const { gate, journal, session } = this.parts;
    const record = savepoint(session, RECORD);
    try {
      await record.begin();
    } catch (error) {
      if (!session.isTransactionLost(error)) throw error;
      await send();
      this.undone(this.own.undone());
      throw new TransactionFailedError(sql, error);
    }
    const isRecorded = await this.recordsInside(record);
    try {
      const answer = await send();
      if (!this.own.commits(sql) && !this.hasCommitted) return answer;
      gate.noted();
      this.own.ended();
      this.own.follow(sql, outside);
      if (!isRecorded) await gate.note();
      return answer;
    } catch (error) {
      journal.undoFlush();
      await record.undo().catch(() => this.undone(this.own.undone()));
      throw error;
    }
  }

  /** Records what is done in the open transaction. @returns false where nothing can be written in it, as it only reads */
  private async recordsInside(record: Frame): Promise<boolean> {
    const { gate, journal } = this.parts;
    try {
      await gate.record();
      return true;
    } catch {
      journal.undoFlush();
      await record.undo();
      return false;
    }
  }

  /** Records that statements were undone. */
  private undone(entries: readonly Entry[]): void {
    for (const entry of entries) this.parts.journal.mark(entry, 'failed');
  }

  /**
   * Sends statements so that all are kept or none, where the database can undo them: the revision may catch the error and go on, and
   * outside a transaction a failure or a crash would leave half of the operation behind.
   */
  private async inFrame(frame: Frame, sendAll: () => Promise<void>): Promise<void> {
    const { attempt, journal } = this.parts;
    const { commitAfter } = this;
    const done = attempt.statements;
    try {
      await frame.begin();
      await sendAll();
      if (!this.hasCommitted) await frame.keep();
    } catch (error) {
      if (!this.hasCommitted) {
        attempt.statements = done;
        this.commitAfter = commitAfter;
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

  private async sendOne(given: Statement, part?: GroupPart): Promise<void> {
    const { session, failures, attempt, gate, interruption, statements } = this.parts;
    if (interruption.hasHappened) await interruption.refuse();
    const statement: Statement = gate.canBeginAgain ? given : { ...given, isPatient: true };
    try {
      await statements.during(() =>
        session.execute(statement, part).catch((error: unknown) => this.retry(statement, error, part)),
      );
    } catch (error) {
      failures.push({ error, sql: statement.sql });
      throw error;
    }
    attempt.statements += 1;
    if (statement.commitAfter) this.commitAfter = true;
  }

  /** Sends a statement again where the dialect knows what to do about its error. */
  private async retry(statement: Statement, error: unknown, part: GroupPart | undefined): Promise<void> {
    const { context, remedies, session } = this.parts;
    context.forget();
    const remedy = await remedies?.after(error);
    if (remedy === undefined) throw error;
    await this.heal(remedy);
    await session.execute(statement, part);
  }

  /** Runs what a statement needs before it. */
  async heal({ statements, notice }: Remedy): Promise<void> {
    const frame = savepoint(this.parts.session, REMEDY);
    await frame.begin();
    try {
      for (const statement of statements) await this.parts.session.execute(statement);
    } catch (error) {
      await frame.undo().catch(() => undefined);
      throw error;
    }
    await frame.keep();
    this.parts.gate.notice(notice);
  }
}

function partAt(index: number, count: number): GroupPart {
  if (index === 0) return 'first';
  return index === count - 1 ? 'last' : 'next';
}
