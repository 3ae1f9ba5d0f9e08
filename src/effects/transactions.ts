import type { Effects } from '../dialects/dialect.js';

/** Numbers the transactions of a plan: where the database commits each change of its schema, they end there. */
export class Transactions {
  private count = 0;
  private open: number | undefined;

  /**
   * Takes a statement for done.
   *
   * @param transaction the one that the run has begun for it; undefined outside of any
   * @returns the number of the transaction that it is in, from 1; undefined where it commits by itself
   */
  of(transaction: number | undefined, { commits }: Effects): number | undefined {
    if (transaction === undefined || commits) {
      this.open = undefined;
      return undefined;
    }
    if (transaction !== this.open) this.count++;
    this.open = transaction;
    return this.count;
  }
}
