import { CommandUnfinishedError, UnhandledFailureError } from '../errors/cli.errors.js';
import type { MigrateError } from '../errors/migrate.error.js';

/** What a command is doing, for the error of a process that ends meanwhile. */
export interface Activity {
  /** A noun phrase: `the upgrade of a1b2`. */
  readonly now: () => string;
  /** Whether the process ends for a reason that is reported already. */
  readonly isEnding?: () => boolean;
  /** Called once, when the process ends before the work has; nothing asynchronous is done any more. */
  readonly report: (error: MigrateError) => number;
}

/**
 * Does the work of a command, and makes it an error when the process ends before it has answered.
 *
 * Node ends a process, with exit code 0, when nothing is left that could happen: a promise that nobody settles keeps
 * nothing alive. `process.exit()` in application code does the same. A CI step must not take either for success. What is
 * thrown where nobody catches it, in a timer or a promise that is not awaited, ends the process too, and is reported.
 */
export async function untilAnswered<T>(activity: Activity, work: () => Promise<T>): Promise<T> {
  const stop = (error: MigrateError): void => {
    process.off('exit', exits);
    process.exitCode = activity.report(error);
  };
  const waits = (): void => {
    stop(new CommandUnfinishedError(activity.now(), 'waits'));
    process.exit();
  };
  const exits = (): void => {
    if (activity.isEnding?.() !== true) stop(new CommandUnfinishedError(activity.now(), 'exits'));
  };
  const fails = (error: unknown): void => {
    stop(new UnhandledFailureError(activity.now(), error));
    process.exit();
  };
  process.once('beforeExit', waits);
  process.on('exit', exits);
  process.once('uncaughtException', fails);
  try {
    return await work();
  } finally {
    process.off('beforeExit', waits);
    process.off('exit', exits);
    process.off('uncaughtException', fails);
  }
}
