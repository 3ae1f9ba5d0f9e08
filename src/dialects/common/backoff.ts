import { setTimeout as sleep } from 'node:timers/promises';
import { RunAbortedError } from '../../errors/abort.errors.js';

/** The pauses between attempts, ms. */
export interface Pauses {
  readonly first: number;
  /** Each pause is up to twice as long as the previous one, and none longer than this. */
  readonly longest: number;
}

/** Exponential backoff with jitter, so that concurrent waiters do not retry at the same time. */
export class Backoff {
  private readonly start = performance.now();
  private next: number;

  /** @param signal ends a pause, with a RunAbortedError */
  constructor(
    private readonly pauses: Pauses,
    private readonly signal?: AbortSignal,
  ) {
    this.next = pauses.first;
  }

  /** Milliseconds since the first attempt. */
  get waited(): number {
    return Math.round(performance.now() - this.start);
  }

  /** Waits for a random part of the next pause, at least half of it, and between `least` and `most` ms. */
  async pause(most = Infinity, least = 0): Promise<void> {
    const pause = Math.max(least, this.next * (0.5 + Math.random() / 2));
    this.next = Math.min(this.next * 2, this.pauses.longest);
    const { signal } = this;
    await sleep(Math.max(0, Math.min(pause, most)), undefined, signal && { signal }).catch((error: unknown) => {
      throw signal?.aborted === true ? RunAbortedError.because(signal.reason) : error;
    });
  }
}

/** Retries work while its error is one that may pass; throws the last error. */
export async function tryAgain<T>(
  work: () => Promise<T>,
  mayFollow: (error: unknown) => boolean,
  { tries, ...pauses }: Pauses & { readonly tries: number },
): Promise<T> {
  const backoff = new Backoff(pauses);
  for (let count = 1; ; count += 1) {
    try {
      return await work();
    } catch (error) {
      if (count >= tries || !mayFollow(error)) throw error;
      await backoff.pause();
    }
  }
}
