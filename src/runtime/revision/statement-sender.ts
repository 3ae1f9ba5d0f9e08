import type { Dialect, DialectSession, GroupPart, Remedies, Remedy, Statement } from '../../dialects/dialect.js';
import type { Attempt } from '../bookkeeping/history-table.js';
import type { FailedStatement } from '../failure.js';
import type { Journal } from '../journal/journal.js';
import type { Entry } from '../journal/revision-journal.js';
import type { LiveContext } from '../live-context.js';
import { hasCommitted } from '../transaction.js';
import { commitsByItself } from './commits-by-itself.js';
import type { Interruption } from './interruption.js';
import type { RunningStatements } from './running-statements.js';
import { detailsWith } from './planned-statement.js';
import { OwnTransactions } from './own-transactions.js';
import type { TransactionGate } from './revision-gate.js';

const SAVEPOINT = 'nestjs_migrate_operation';
const REMEDY = 'nestjs_migrate_remedy';

/** A transaction or savepoint in which statements are kept or undone together. */
interface Frame {
  /** Its statements are sent with their place in a group. */
  readonly isGroup?: true;
  begin(): Promise<void>;
  keep(): Promise<void>;
  undo(): Promise<void>;
}

/** What statements are sent with. */
interface SenderParts {
  readonly session: DialectSession;
  readonly dialect: Dialect;
  readonly context: LiveContext;
  readonly attempt: Pick<Attempt, 'statements'>;
  readonly failures: FailedStatement[];
  readonly gate: TransactionGate;
  readonly journal: Journal;
  readonly remedies: Remedies | undefined;
  readonly interruption: Interruption;
  readonly statements: RunningStatements;
}

/** Sends the statements of a revision, each so that it is committed with its entry in the journal where that is possible. */
export class StatementSender {
  /** What was sent may be used only after a commit. */
  commitAfter = false;
  private readonly own: OwnTransactions;

  constructor(private readonly parts: SenderParts) {
    this.own = new OwnTransactions(parts.dialect.sqlRules);
  }

  /**
   * Sends what sets up the session or controls a transaction, which each run sends again. The end of a transaction of the revision's
   * own keeps the entries of the statements in it, or undoes them.
   */
  async control<T>(sql: string, outside: boolean, send: () => Promise<T>): Promise<T> {
    const { gate, journal } = this.parts;
    const commits = outside ? this.own.commits(sql) : this.endsTransaction(sql);
    if (commits) await gate.record();
    const answer = await send();
    for (const entry of this.own.follow(sql)) journal.mark(entry, 'failed');
    if (commits) gate.noted();
    return answer;
  }

  async sendAll(statements: readonly Statement[], isGroup = false): Promise<void> {
    for (const [index, statement] of statements.entries()) {
      await this.sendOne(statement, isGroup ? partAt(index, statements.length) : undefined);
    }
  }

  /** Sends the statements of an operation, of which all are kept or none, or one that commits by itself. */
  async send(entry: Entry, statements: readonly Statement[], outside: boolean): Promise<void> {
    const { journal, gate } = this.parts;
    const [first] = statements;
    this.own.add(entry);
    if (first === undefined) return journal.mark(entry, 'done', { statements: 0 });
    if (statements.length === 1) return this.record(entry, first.sql, outside, () => this.sendOne(first));
    const isFree = this.isFree(outside);
    const frame = isFree ? this.ownTransaction() : (this.group() ?? this.savepoint(SAVEPOINT));
    await this.inFrame(frame, entry, async () => {
      await this.sendAll(statements, frame.isGroup);
      journal.mark(entry, 'done', { statements: statements.length });
      if (isFree) await gate.record();
    });
    if (isFree) gate.noted();
    else await gate.settle();
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
    const { dialect, gate, journal } = this.parts;
    const isFree = this.isFree(outside);
    this.own.add(entry);
    const done = async (): Promise<T> => {
      const result = await send();
      journal.mark(entry, 'done', { statements: 1, details: answerOf?.(result) ?? null });
      return result;
    };
    try {
      if (journal.isKept && commitsByItself(sql, dialect) && (isFree || dialect.transactions === 'rows')) {
        return await this.recordAround(entry, sql, isFree, done);
      }
      if (journal.isKept && isFree) return await this.recordWithin(done);
      const result = await done();
      await (isFree ? gate.note() : gate.settle());
      return result;
    } catch (error) {
      if (entry.state !== 'failed') journal.mark(entry, 'failed');
      throw error;
    }
  }

  /** Whether what controls transactions commits that of the run, where the database lets it. */
  private endsTransaction(sql: string): boolean {
    const { dialect, session } = this.parts;
    return dialect.transactions === 'rows' && session.inTransaction && this.own.mayCommit(sql);
  }

  /** Whether no transaction is open: neither that of the run, nor one of the revision's own. */
  private isFree(outside: boolean): boolean {
    return outside && !this.own.isOpen && !this.parts.session.runner.isTransactionActive;
  }

  private async recordAround<T>(entry: Entry, sql: string, isFree: boolean, done: () => Promise<T>): Promise<T> {
    const { journal, gate, session } = this.parts;
    const before = await session.fingerprint?.(sql);
    journal.mark(entry, 'begun', { statement: sql, ...(before && { details: detailsWith(entry, before) }) });
    await journal.flush(session.runner);
    try {
      const result = await done();
      await (isFree ? gate.note() : gate.settle());
      return result;
    } catch (error) {
      journal.mark(entry, 'failed');
      // Where this fails too the entry stays begun, and the next run looks what became of it.
      if (isFree) await gate.note();
      else await gate.settle().catch(() => undefined);
      throw error;
    }
  }

  private async recordWithin<T>(done: () => Promise<T>): Promise<T> {
    const { journal, gate, session } = this.parts;
    let isFlushed = false;
    try {
      const result = await session.inOwnTransaction(async () => {
        const answer = await done();
        await gate.record();
        isFlushed = true;
        return answer;
      });
      gate.noted();
      return result;
    } catch (error) {
      if (isFlushed) journal.undoFlush();
      throw error;
    }
  }

  /**
   * Sends statements so that all are kept or none, where the database can undo them: the revision may catch the error and go on, and
   * outside a transaction a failure or a crash would leave half of the operation behind.
   */
  private async inFrame(frame: Frame, entry: Entry, sendAll: () => Promise<void>): Promise<void> {
    const { attempt, journal, gate } = this.parts;
    const { commitAfter } = this;
    const done = attempt.statements;
    try {
      await frame.begin();
      await sendAll();
      if (!this.hasCommitted) await frame.keep();
    } catch (error) {
      journal.mark(entry, 'failed');
      if (this.hasCommitted) await gate.settle().catch(() => undefined);
      else {
        attempt.statements = done;
        this.commitAfter = commitAfter;
        // Where this fails too, the transaction has ended: the run finds that out, and the first error is the one to report.
        await frame.undo().catch(() => undefined);
      }
      throw error;
    }
  }

  private get hasCommitted(): boolean {
    return hasCommitted(this.parts.dialect, this.parts.session);
  }

  /** The session's own way to undo several statements, which costs no round trip. */
  private group(): Frame | undefined {
    const { session } = this.parts;
    if (session.undoGroup === undefined) return undefined;
    const nothing = async (): Promise<void> => undefined;
    return { isGroup: true, begin: nothing, keep: nothing, undo: async () => session.undoGroup?.() };
  }

  private ownTransaction(): Frame {
    const { session } = this.parts;
    return { begin: () => session.begin(), keep: () => session.commit(), undo: () => session.rollback() };
  }

  private savepoint(name: string): Frame {
    const control = async (command: string): Promise<void> =>
      void (await this.parts.session.execute({ sql: `${command} ${name}`, isOwn: true }));
    return {
      begin: () => control('SAVEPOINT'),
      keep: () => control('RELEASE SAVEPOINT'),
      undo: () => control('ROLLBACK TO SAVEPOINT'),
    };
  }

  private async sendOne(given: Statement, part?: GroupPart): Promise<void> {
    const { session, failures, attempt, gate, interruption, statements } = this.parts;
    await interruption.refuse();
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
    const frame = this.savepoint(REMEDY);
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
