/**
 * Runs `work` while promises of the application that are rejected wait for somebody to handle them.
 *
 * `ConfigModule.forRoot()` is called when a file is loaded, and its promise is awaited when the modules are put together. Without
 * this, Node would end the process in between, before the error can be explained. What nobody has handled when `work`
 * is done is thrown.
 */
export async function holdingRejections<T>(work: () => Promise<T>): Promise<T> {
  const held = new Map<Promise<unknown>, unknown>();
  const hold = (reason: unknown, promise: Promise<unknown>): void => void held.set(promise, reason);
  const forget = (promise: Promise<unknown>): void => void held.delete(promise);
  process.on('unhandledRejection', hold);
  process.on('rejectionHandled', forget);
  try {
    const result = await work();
    await new Promise(setImmediate);
    if (held.size > 0) throw [...held.values()][0];
    return result;
  } finally {
    process.off('unhandledRejection', hold);
    process.off('rejectionHandled', forget);
  }
}
