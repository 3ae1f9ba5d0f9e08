import { LockAttempts, lockHolder, PacedNotices } from '../../dialects/common/lock-attempts.js';
import type { DialectSession } from '../../dialects/dialect.js';
import type { BlockerInfo, ContendedStatement } from '../../errors/database.errors.js';
import type { RunRequest } from '../run.request.js';
import { holderAmong } from '../several/held-by-run.js';

/** The part of a run on one database, whose open transaction can be rolled back and begun again. */
export interface Restartable {
  readonly request: RunRequest;
  readonly session: DialectSession;
  /** How long the open transaction has been open, ms. */
  readonly openFor: number;
  /** Rolls back the open transaction, if there is one, and goes back to the state before it. */
  rewind(): Promise<void>;
  /**
   * Begins the transaction again that was rolled back, and runs again what ran in it.
   *
   * @returns what meets contention again
   * @throws the error of a step that now fails otherwise
   */
  replay(): Promise<Contended | undefined>;
}

/** Work that other sessions kept from being done. */
export interface Contended {
  readonly part: Restartable;
  /** What is tried: attempts are counted for each step, and for other work of a part. */
  readonly work: object;
  readonly statement: ContendedStatement;
  /** Ends the run on that database. @returns the error to throw */
  fail(error: unknown): Promise<unknown>;
}

/**
 * Begins the transactions of a run again where other sessions hold what a statement needs.
 *
 * During the pauses no database of the run has a transaction open, so that the run holds no lock of a table: to wait inside the
 * transaction would keep what its earlier statements have locked.
 */
export class Retries {
  private readonly attempts = new WeakMap<object, LockAttempts>();
  private readonly notices = new WeakMap<Restartable, PacedNotices>();

  /** @param parts all databases of the run; they may be added later */
  constructor(private readonly parts: readonly Restartable[]) {}

  /**
   * Rolls back, pauses, and runs again what ran in the open transactions, until nothing of it meets contention.
   *
   * @throws LockTimeoutError, or the database's error of a deadlock, as `fail` makes it, when no attempt is left
   */
  async again(first: Contended): Promise<void> {
    let contended: Contended | undefined = first;
    while (contended !== undefined) {
      await this.giveWay(contended);
      contended = await this.replayAll();
    }
  }

  private async giveWay({ part, work, statement, fail }: Contended): Promise<void> {
    const attempts = this.attemptsOf(part, work);
    const took = part.openFor;
    // An aborted transaction answers no question.
    await part.rewind();
    const holder = await lockHolder(part.session, statement.sql);
    const mayFollow = attempts.another() && !this.isHeldByRun(part, holder.blocker);
    if (!mayFollow) throw await fail(attempts.error(statement, holder));
    for (const other of this.parts) if (other !== part) await other.rewind();
    await this.noticesOf(part).give(() => attempts.notice(statement, holder));
    await attempts.pause(took).catch(async (error: unknown) => {
      throw await fail(error);
    });
    await part.session.lockFirst?.(statement.cause);
  }

  private async replayAll(): Promise<Contended | undefined> {
    for (const part of this.parts) {
      const contended = await part.replay();
      if (contended !== undefined) return contended;
    }
    return undefined;
  }

  /** Whether another database of the run holds the lock, which it would take again each time. */
  private isHeldByRun(part: Restartable, blocker: BlockerInfo | undefined): boolean {
    return holderAmong(this.parts, part, blocker) !== undefined;
  }

  private attemptsOf({ request: { settings, signal } }: Restartable, work: object): LockAttempts {
    const attempts = this.attempts.get(work) ?? new LockAttempts(settings, signal);
    this.attempts.set(work, attempts);
    return attempts;
  }

  private noticesOf(part: Restartable): PacedNotices {
    const notices = this.notices.get(part) ?? new PacedNotices(part.request.onLockWait);
    this.notices.set(part, notices);
    return notices;
  }
}
