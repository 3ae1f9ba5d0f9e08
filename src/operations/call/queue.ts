/**
 * Runs work one after the other, in the order of the calls, whether or not they are awaited.
 *
 * A forgotten `await` is the classic mistake in a revision: its statements would overtake each other, and a failure would be lost.
 * Here they stay in order; work that was queued before a failure is not run; and a failure that nobody awaited is thrown by the
 * next call or by `settle()`.
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

  /** Waits for what is still queued, and throws the failure that nobody awaited. */
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

  /** Whether it failed and its caller awaited it: what follows is the caller's choice. */
  get isForgiven(): boolean {
    return this.#hasFailed && this.promise.isWatched;
  }
}

/** A promise that knows whether anybody awaits it; `await` and `.catch` call `then` too. */
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

  /** Handles the failure for Node, without counting as awaited. */
  preventUnhandledRejection(): void {
    void super.then(undefined, () => undefined);
  }
}
