import { CallersTransaction } from '../../callers-transaction.js';
import { acquire } from './advisory-lock.js';
import { PostgresSession } from './session.js';

/**
 * A session inside a transaction of the caller, which holds the lock until its end: only then can others see what the run
 * has done.
 */
export class CallersPostgresSession extends PostgresSession {
  override readonly isCallers = true;
  protected override readonly settingsOf = 'transaction';
  private readonly transaction = new CallersTransaction(this.runner, this.revisionRunner);

  override get inTransaction(): boolean {
    return this.transaction.isOpen;
  }

  /** The locks of the caller's transaction are not given up here. */
  protected override get holdsLocks(): boolean {
    return false;
  }

  override async lock(): Promise<void> {
    if (this.options.lock !== 'none') await acquire(this.advisoryLock, this.lockWait, 'transaction');
  }

  override async begin(): Promise<void> {
    await this.transaction.begin();
    await this.ensureSchema();
  }

  override commit(): Promise<void> {
    return this.transaction.keep();
  }

  override rollback(): Promise<void> {
    this.savepoints.forget();
    return this.transaction.undo();
  }

  override async close(): Promise<void> {
    this.unwatchPeer();
    this.savepoints.close();
    // When this fails the transaction has ended, and its settings with it.
    if (this.transaction.isOpen) await this.transaction.undo().catch(() => undefined);
    await this.set(this.state.previous).catch(() => undefined);
  }
}
