/**
 * Runs work one after the other, in the order it was asked for, whether or not the caller waits.
 *
 * A revision that forgets an `await` is the classic mistake: its statements would overtake each other, and a failure would
 * be lost. Here they stay in order; what was asked for before a failure was known is not run; and a failure that nobody
 * waited for comes out of the next call or of `settle()`.
 */
export class OperationQueue {
  #last: Task | undefined;

  /** Adds work; the promise settles when it has run. */
  run(work: () => Promise<void>): Promise<void> {
    const previous = this.#last?.isForgiven === true ? undefined : this.#last;
    this.#last = new Task(async () => {
      await previous?.outcome;
      await work();
    });
    return this.#last.promise;
  }

  /** Waits for what is still queued, and throws the failure that nobody waited for. */
  async settle(): Promise<void> {
    let task: Task | undefined;
    while (task !== this.#last) {
      task = this.#last;
      await task?.outcome.catch(() => undefined);
    }
    if (task?.isForgiven === false) await task.outcome;
  }
}

class Task {
  readonly outcome: Promise<void>;
  readonly promise: WatchedPromise;
  #hasFailed = false;

  constructor(work: () => Promise<void>) {
    this.outcome = work();
    this.outcome.catch(() => (this.#hasFailed = true));
    this.promise = new WatchedPromise((resolve, reject) => void this.outcome.then(resolve, reject));
    this.promise.preventUnhandledRejection();
  }

  /** Failed, but its caller was told: what follows is the caller's choice. */
  get isForgiven(): boolean {
    return this.#hasFailed && this.promise.isWatched;
  }
}

/** A promise that knows whether anybody waits for it; `await` and `.catch` come through `then` too. */
class WatchedPromise extends Promise<void> {
  isWatched = false;

  static override get [Symbol.species](): PromiseConstructor {
    return Promise;
  }

  // oxlint-disable-next-line unicorn/no-thenable -- a promise of our own: this is its `then`
  override then<T = void, E = never>(
    onFulfilled?: ((value: void) => T | PromiseLike<T>) | null,
    onRejected?: ((reason: unknown) => E | PromiseLike<E>) | null,
  ): Promise<T | E> {
    this.isWatched = true;
    return super.then(onFulfilled, onRejected);
  }

  /** Takes the failure as seen by the runtime, but not by the caller. */
  preventUnhandledRejection(): void {
    void super.then(undefined, () => undefined);
  }
}
