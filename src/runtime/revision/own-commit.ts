import { TransactionFailedError } from '../../errors/runtime.errors.js';
import { hasCommitted } from '../transaction.js';
import { type Frame, savepoint } from './frames.js';
import type { OwnTransactions } from './own-transactions.js';
import type { SenderParts } from './sender-parts.js';

const RECORD = 'nestjs_migrate_record';

/** Sends the COMMIT of a revision, so that what it keeps is recorded with it. */
export class OwnCommit {
  constructor(
    private readonly parts: SenderParts,
    private readonly own: OwnTransactions,
    /** Takes what is in the open transaction for undone. */
    private readonly undo: () => void,
  ) {}

  /**
   * Sends the statement that commits a transaction of the revision's own, with the entries of what is in it. Some databases roll it
   * back where they refuse that, and others keep it open.
   *
   * @throws TransactionFailedError where the database would roll back, since a statement in it has failed
   */
  async send<T>(sql: string, send: () => Promise<T>): Promise<T> {
    const { dialect, gate, journal, session, isOutside } = this.parts;
    const record = savepoint(session, RECORD);
    try {
      await record.begin();
    } catch (error) {
      if (!session.isTransactionLost(error)) throw error;
      await send();
      this.undo();
      throw new TransactionFailedError(sql, error);
    }
    const isRecorded = await this.recordsInside(record);
    try {
      const answer = await send();
      if (!this.own.commits(sql) && !hasCommitted(dialect, session)) return answer;
      gate.noted();
      this.own.ended();
      this.own.follow(sql, isOutside());
      if (!isRecorded) await gate.note();
      return answer;
    } catch (error) {
      journal.undoFlush();
      await record.undo().catch(() => this.undo());
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
}
