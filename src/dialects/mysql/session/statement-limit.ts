import { setTimeout as sleep } from 'node:timers/promises';

/** Between two attempts to end a statement, ms. */
const AGAIN = 250;

/**
 * Ends a statement that takes longer than a limit, from another connection, on a server that limits only queries itself.
 *
 * @param kill ends the statement that the connection runs at that moment
 * @param settle called where the statement has ended by itself meanwhile, so that the next one is not ended in its place
 */
export async function withinLimit<T>(
  limit: number,
  send: () => Promise<T>,
  kill: () => Promise<void>,
  settle: () => Promise<unknown>,
): Promise<T> {
  const ended = new AbortController();
  let killing: Promise<void> | undefined;
  const killAll = async (): Promise<void> => {
    while (!ended.signal.aborted) {
      await kill().catch(() => undefined);
      await sleep(AGAIN, undefined, { signal: ended.signal }).catch(() => undefined);
    }
  };
  const timer = setTimeout(() => (killing = killAll()), limit);
  try {
    return await send();
  } finally {
    ended.abort();
    clearTimeout(timer);
    if (killing !== undefined) {
      await killing;
      await settle().catch(() => undefined);
    }
  }
}
