/** Does work for each item, those that must be alone first, then some at once. */
export async function inTurn<T>(
  items: readonly T[],
  jobs: number,
  isAlone: (item: T) => boolean,
  work: (item: T) => Promise<void>,
): Promise<void> {
  for (const item of items.filter(isAlone)) await work(item);
  const shared = items.filter((item) => !isAlone(item));
  const next = shared.values();
  const worker = async (): Promise<void> => {
    for (const item of next) await work(item);
  };
  await Promise.all(Array.from({ length: jobs }, worker));
}
