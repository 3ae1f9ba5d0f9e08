/** The longest time that a timer of Node can have, ms. */
const LONGEST = 2 ** 31 - 1;

/**
 * Waits for work, but not longer than `ms`; the work itself goes on.
 *
 * @param ms more than a timer of Node can have, about 25 days, is no limit
 * @throws the error that `late` returns when the time is over
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
