import { setTimeout as sleep } from 'node:timers/promises';
import { RunAbortedError } from '../errors/abort.errors.js';

/** How a run is stopped from outside. */
export interface StopOptions {
  /** Aborted to stop the run: after the statement that is running, which is cancelled inside a transaction. */
  readonly signal?: AbortSignal;
  /** How long a statement that runs outside a transaction may go on after that, ms. @default 10000 */
  readonly grace?: number;
}

/** How long work that was halted may take to end, ms. */
export const TIDY_UP = 300;

/** The `grace` of a run for which none is given, ms. */
export const DEFAULT_GRACE = 10_000;

/** @throws RunAbortedError when the run is to stop */
export function refuseAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw RunAbortedError.because(signal.reason);
}

/**
 * Does work that ends early when the run is to stop.
 *
 * @param halt called then, and waited for: it keeps what goes on of the work from doing anything more
 * @throws RunAbortedError
 */
export async function unlessAborted<T>(
  signal: AbortSignal | undefined,
  work: () => Promise<T>,
  halt: (reason: RunAbortedError) => Promise<void> = async () => undefined,
): Promise<T> {
  if (signal === undefined) return work();
  refuseAborted(signal);
  let halting: Promise<void> | undefined;
  let wake: () => void = () => undefined;
  const halted = new Promise<void>((resolve) => (wake = resolve));
  const onAbort = (): void => {
    halting = halt(RunAbortedError.because(signal.reason)).finally(wake);
  };
  signal.addEventListener('abort', onAbort, { once: true });
  const working = work();
  // Whoever loses the race must not end as an unhandled rejection.
  working.catch(() => undefined);
  try {
    const result = await Promise.race([working, halted]);
    if (halting === undefined) return result as T;
  } catch (error) {
    if (halting === undefined) throw error;
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
  await halting;
  // What was refused may have something to tidy up; what waits for something else is not waited for.
  await Promise.race([working.catch(() => undefined), sleep(TIDY_UP)]);
  throw RunAbortedError.because(signal.reason);
}
