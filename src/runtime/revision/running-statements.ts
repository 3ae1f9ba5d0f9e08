import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';

/** Between two attempts to cancel a statement, ms. */
const CANCEL_EVERY = 150;

/** The longest time without a turn of the event loop, ms. */
const TURN_EVERY = 20;

/** What can be done about a statement that runs. */
export interface Halting {
  /** How long it may go on, ms. */
  readonly patience: number;
  /** How long to try to cancel it, ms; then its connection is aborted. */
  readonly limit: number;
  /** Cancels the statement that the connection runs now; absent where the database cannot. */
  readonly cancel?: () => Promise<void>;
  readonly abort: () => Promise<void>;
}

/** The statements of a revision that are under way. */
export class RunningStatements {
  private count = 0;
  private lastTurn = performance.now();
  private lastEnd = performance.now();
  private idle: (() => void)[] = [];

  /** How long no statement has run, ms; 0 while one does. */
  get idleFor(): number {
    return this.count > 0 ? 0 : performance.now() - this.lastEnd;
  }

  async during<T>(work: () => Promise<T>): Promise<T> {
    if (performance.now() - this.lastTurn >= TURN_EVERY) await this.letOthersRun();
    this.count += 1;
    try {
      return await work();
    } finally {
      this.count -= 1;
      this.lastEnd = performance.now();
      if (this.count === 0) for (const wake of this.idle.splice(0)) wake();
    }
  }

  /** Waits until no statement runs, and cancels those that run for too long. */
  async halt({ patience, limit, cancel, abort }: Halting): Promise<void> {
    await this.untilIdle(patience);
    const started = performance.now();
    while (this.count > 0 && performance.now() - started < limit) {
      await cancel?.();
      await this.untilIdle(CANCEL_EVERY);
    }
    if (this.count > 0) await abort();
  }

  /**
   * Lets the event loop turn: with a driver that is synchronous, as better-sqlite3 is, no signal and no timer would get its turn
   * before the last statement.
   */
  private async letOthersRun(): Promise<void> {
    await nextTurn();
    this.lastTurn = performance.now();
  }

  private async untilIdle(ms: number): Promise<void> {
    if (this.count === 0) return;
    const timer = new AbortController();
    const idle = new Promise<void>((resolve) => this.idle.push(resolve));
    await Promise.race([idle, sleep(ms, undefined, { signal: timer.signal }).catch(() => undefined)]);
    timer.abort();
  }
}
