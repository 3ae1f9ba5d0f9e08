/** The longest delay of Node's timers: with a longer one they fire at once. */
const LONGEST = 2 ** 31 - 1;

/** Work did not end within its time limit. */
export class OutOfTimeError extends Error {
  constructor(ms: number) {
    super(`no answer within ${ms} ms`);
  }
}

/** A time limit for some work, in which the time of some of its parts does not count. */
export class TimeLimit {
  private left: number;
  private since = 0;
  private pauses = 0;
  private timer: NodeJS.Timeout | undefined;
  private isRunning = false;
  private ring: () => void = () => undefined;

  /** @param ms 0 for no limit */
  constructor(private readonly ms: number) {
    this.left = ms === 0 ? Infinity : ms;
  }

  /**
   * Waits for work, at most as long as the limit.
   *
   * @param onLate called when the wait is over, before it ends in an error
   * @throws OutOfTimeError
   */
  async around<T>(start: () => Promise<T>, onLate?: () => void): Promise<T> {
    const late = new Promise<never>((_resolve, reject) => {
      this.ring = () => {
        onLate?.();
        reject(new OutOfTimeError(this.ms));
      };
    });
    this.isRunning = true;
    this.resume();
    try {
      const work = start();
      // Whoever loses the race must not end as an unhandled rejection.
      work.catch(() => undefined);
      return await Promise.race([work, late]);
    } finally {
      this.isRunning = false;
      clearTimeout(this.timer);
    }
  }

  /** The same function; while it works, and while a promise that it returned is pending, time does not count. */
  excluding<A extends unknown[], R>(fn: (...args: A) => R): (...args: A) => R {
    const [pause, unpause] = [() => this.pause(), () => this.unpause()];
    return function excluded(this: unknown, ...args: A): R {
      pause();
      let result: R;
      try {
        result = fn.apply(this, args);
      } catch (error) {
        unpause();
        throw error;
      }
      if (isThenable(result)) result.then(unpause, unpause);
      else unpause();
      return result;
    };
  }

  private pause(): void {
    this.pauses += 1;
    if (this.pauses > 1) return;
    clearTimeout(this.timer);
    this.left -= performance.now() - this.since;
  }

  private unpause(): void {
    this.pauses -= 1;
    if (this.pauses === 0) this.resume();
  }

  private resume(): void {
    this.since = performance.now();
    if (!this.isRunning || this.left > LONGEST) return;
    this.timer = setTimeout(() => this.ring(), Math.max(0, this.left));
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}
