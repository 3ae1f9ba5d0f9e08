import { shortened } from './shown.js';

/**
 * The root of every error that this package throws on purpose.
 *
 * `message` says what is wrong and where, in one line, with the user's own names. `hint` says what to do about it.
 * `code` is stable and meant for programs. The command line prints message and hint and exits with `exitCode`.
 *
 * @example
 *     try {
 *       await migrations.upgrade();
 *     } catch (error) {
 *       if (error instanceof MigrateError && error.code === 'RUNNER_BUSY') console.error(error.message, error.hint);
 *       else throw error;
 *     }
 */
export abstract class MigrateError extends Error {
  /** A stable name for programs: `REVISION_NOT_FOUND`. */
  abstract readonly code: string;
  /** What to do about it, as sentences; absent where the message says all. */
  readonly hint?: string;
  /** The data source that it happened on, where a call was about several. */
  dataSource?: string;
  /** 1, or 2 for wrong usage of a command. */
  readonly exitCode: 1 | 2 = 1;

  constructor(message: string, options?: { hint?: string; cause?: unknown }) {
    super(shortened(message), options?.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
    if (options?.hint !== undefined) this.hint = shortened(options.hint);
  }
}
