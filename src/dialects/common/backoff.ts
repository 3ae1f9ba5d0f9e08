import { setTimeout as sleep } from 'node:timers/promises';

/** How long the pauses between tries are, ms. */
export interface Pauses {
  readonly first: number;
  /** Each is up to twice as long as the one before, and none longer than this. */
  readonly longest: number;
}

/** Pauses between tries, random so that those who wait at the same time do not try at the same time. */
export class Backoff {
  private readonly start = performance.now();
  private next: number;

  constructor(private readonly pauses: Pauses) {
    this.next = pauses.first;
  }

  /** Milliseconds since the first try. */
  get waited(): number {
    return Math.round(performance.now() - this.start);
  }

  /** Pauses for half to all of the next pause, and at most this long. */
  async pause(most = Infinity): Promise<void> {
    const pause = this.next * (0.5 + Math.random() / 2);
    this.next = Math.min(this.next * 2, this.pauses.longest);
    await sleep(Math.max(0, Math.min(pause, most)));
  }
}

/** Tries work again while an error says that it may succeed a moment later; the last error is thrown. */
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
