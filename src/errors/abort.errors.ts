import { describeAftermath, type RunAftermath } from './aftermath.js';
import { MigrateError } from './migrate.error.js';
import { sentences } from './sentences.js';
import { messageOf } from './thrown.js';

/** The step that a run was stopped in, and what became of the run. */
export interface AbortedStep extends RunAftermath {
  /** The data source of the database. */
  readonly dataSource: string;
  /** The step: `upgrade`, `downgrade` or `stamp`. */
  readonly direction: string;
  /** The revision; for a stamp, what was stamped. */
  readonly revision: string;
  /** What to look at, where the database can add something. */
  readonly hint?: string | undefined;
}

/**
 * A run was stopped by the `signal` of its caller, or the command by SIGINT, SIGTERM or SIGHUP. What was open is rolled back, and the
 * lock is free.
 */
export class RunAbortedError extends MigrateError {
  readonly code = 'RUN_ABORTED';

  constructor(
    /** Who stopped it, as a clause: `stopped by SIGINT`. */
    readonly reason: string,
    /** The step that was stopped; absent where none had begun. */
    readonly step?: AbortedStep,
  ) {
    super(
      step === undefined
        ? `The run was ${reason} before it began.`
        : `${step.direction} of ${step.revision} was ${reason}.`,
      {
        hint:
          step === undefined
            ? 'Nothing was changed.'
            : sentences(step.hint, ...describeAftermath(step), 'Run the command again to go on from there.'),
      },
    );
  }

  /**
   * The error for the reason that a signal was aborted with: a text is who stopped it, an error why.
   */
  static because(reason: unknown): RunAbortedError {
    if (typeof reason === 'string') return new RunAbortedError(`stopped by ${reason}`);
    const isDefault = reason instanceof Error && reason.name === 'AbortError';
    return new RunAbortedError(isDefault ? 'stopped by its AbortSignal' : `stopped: ${messageOf(reason)}`);
  }
}
