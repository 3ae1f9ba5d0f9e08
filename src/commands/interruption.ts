import { constants } from 'node:os';
import { RunAbortedError } from '../errors/abort.errors.js';
import { RunInterruptedError } from '../errors/cli.errors.js';
import type { MigrateError } from '../errors/migrate.error.js';
import type { StopOptions } from '../service/requests.js';
import type { Output } from './output/output.js';

/** The signals that ask a process to end. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

type SignalName = (typeof SIGNALS)[number];

/** What remains of the grace for the answer, ms: what hangs must not keep the process for longer. */
const LAST = 500;

/**
 * Lets a command that changes databases stop in order when the process is asked to end: the first signal stops it after the statement
 * that runs, the second one ends the process at once.
 *
 * Only while such a command works: every other one ends by a signal as Node does by default.
 */
export class Interruption {
  private readonly controller = new AbortController();
  private readonly listeners = new Map<SignalName, () => void>();
  private received: SignalName | undefined;
  private timer: NodeJS.Timeout | undefined;
  private isWorking = false;
  private hasEnded = false;

  /**
   * @param report prints the error of a process that ends at once
   * @param grace how long the process may take to stop, ms
   */
  constructor(
    private readonly output: Output,
    private readonly report: (error: MigrateError) => unknown,
    private readonly grace: number,
  ) {
    for (const name of SIGNALS) {
      const listener = (): void => this.receive(name);
      this.listeners.set(name, listener);
      process.on(name, listener);
    }
  }

  /** What stops the work: the reason of the abort is the name of the signal. */
  get stopOptions(): Required<StopOptions> {
    return { signal: this.controller.signal, grace: Math.max(0, this.grace - LAST) };
  }

  /** Whether this ended the process: no other reason for its end has to be found. */
  get endsProcess(): boolean {
    return this.hasEnded;
  }

  /** To be called when work begins that stops by itself; before that, a signal ends the process at once. */
  begin(): void {
    this.isWorking = true;
  }

  /** The exit code of a command that has ended, with the code that it would have without a signal. */
  exitCode(code: number): number {
    return code === 0 || this.received === undefined ? code : exitCodeOf(this.received);
  }

  /** Leaves signals to Node again. */
  close(): void {
    clearTimeout(this.timer);
    for (const [name, listener] of this.listeners) process.off(name, listener);
  }

  private receive(name: SignalName): void {
    if (!this.isWorking) {
      return this.end(name, new RunAbortedError(`stopped by ${name}`));
    }
    if (this.received !== undefined) {
      return this.end(
        name,
        new RunInterruptedError(`A second signal, ${name}, ended the process before the run had stopped.`),
      );
    }
    this.received = name;
    this.output.warn(`${name}: stopping, within ${this.grace / 1_000} s; a second signal ends the process at once`);
    const late = new RunInterruptedError(`The run did not stop within ${this.grace / 1_000} s of ${name}.`);
    this.timer = setTimeout(() => this.end(name, late), Math.max(0, this.grace - LAST));
    this.controller.abort(name);
  }

  /** Ends the process now. */
  private end(name: SignalName, error: MigrateError): void {
    this.hasEnded = true;
    this.report(error);
    process.exit(exitCodeOf(name));
  }
}

/** As a shell reports a process that a signal ended. */
function exitCodeOf(name: SignalName): number {
  return 128 + constants.signals[name];
}
