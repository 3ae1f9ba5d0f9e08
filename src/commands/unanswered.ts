import { CommandUnfinishedError } from '../errors/cli.errors.js';

/** What a command is doing, for the error of a process that ends meanwhile. */
export interface Activity {
  /** A noun phrase: `the upgrade of a1b2`. */
  readonly now: () => string;
  /** Told once, when the process ends before the work has; nothing asynchronous is done any more. */
  readonly report: (error: CommandUnfinishedError) => number;
}

/**
 * Does the work of a command, and makes it an error when the process ends before it has answered.
 *
 * Node ends a process, with exit code 0, when nothing is left that could happen: a promise that nobody settles keeps
 * nothing alive. `process.exit()` in application code does the same. A CI step must not take either for success.
 */
export async function untilAnswered<T>(activity: Activity, work: () => Promise<T>): Promise<T> {
  const stop = (reason: 'waits' | 'exits'): void => {
    process.off('exit', exits);
    process.exitCode = activity.report(new CommandUnfinishedError(activity.now(), reason));
  };
  const waits = (): void => {
    stop('waits');
    process.exit();
  };
  const exits = (): void => stop('exits');
  process.once('beforeExit', waits);
  process.on('exit', exits);
  try {
    return await work();
  } finally {
    process.off('beforeExit', waits);
    process.off('exit', exits);
  }
}
