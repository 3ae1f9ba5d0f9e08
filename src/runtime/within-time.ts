/** Timers of Node take no longer times, ms. */
const LONGEST = 2 ** 31 - 1;

/**
 * Waits for work at most so long; the work itself goes on.
 *
 * @param ms no limit where it is more than a timer of Node can take, about 25 days
 * @throws what `late` gives when the time is over
 */
export async function withinTime<T>(ms: number, work: () => Promise<T>, late: () => Error): Promise<T> {
  if (ms > LONGEST) return work();
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(late()), ms);
  });
  const working = work();
  // Whoever loses the race must not end as an unhandled rejection.
  working.catch(() => undefined);
  try {
    return await Promise.race([working, over]);
  } finally {
    clearTimeout(timer);
  }
}
