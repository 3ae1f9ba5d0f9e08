import type { Effects, LockTaken } from '../dialects/dialect.js';
import { lockKey, strongest } from '../dialects/common/effects/joined.js';

/** The locks that the transactions of a plan hold: a lock ends with its transaction, not with its statement. */
export class Held {
  private transaction: number | undefined;
  private locks: readonly LockTaken[] = [];

  /**
   * Takes a statement for done.
   *
   * @param transaction that of the statement; undefined outside of any
   * @returns the locks of earlier statements that keep others waiting while this one works; none where it works on no rows
   */
  at(transaction: number | undefined, effects: Effects): readonly LockTaken[] {
    if (transaction === undefined || transaction !== this.transaction) this.locks = [];
    this.transaction = transaction;
    const holds = effects.work.length === 0 ? [] : this.locks.filter((lock) => keepsWaiting(lock, effects.locks));
    this.locks = transaction === undefined ? [] : strongest([...this.locks, ...effects.locks]);
    return holds;
  }
}

/** Whether a lock keeps others waiting that the statement's own locks would not keep. */
function keepsWaiting(lock: LockTaken, own: readonly LockTaken[]): boolean {
  const same = own.find((each) => lockKey(each) === lockKey(lock));
  return (
    lock.blocks !== 'nothing' &&
    (same === undefined || (lock.blocks === 'reads' && same.blocks !== 'reads') || same.blocks === 'nothing')
  );
}
