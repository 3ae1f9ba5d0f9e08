import type { RunResult } from 'nestjs-migrate';
import type { RunOptions } from './command.js';
import type { Direction, Fault, Mode, Side } from './point.js';
import type { Outcome } from './command.js';
import type { Snapshot } from './snapshot.js';

/** A kind of database, reached in one way, that runs are interrupted on. */
export interface Subject {
  /** As in `--only`. */
  readonly name: string;
  readonly title: string;
  readonly faults: readonly Fault[];
  /** Points at once; 1 where a fault hits everybody. */
  readonly isExclusive?: (fault: Fault) => boolean;
  /** Whether a statement can be interrupted in its middle. Absent where a concurrent build and a pause can. */
  readonly takesLong?: (sql: string) => boolean;
  /** A database of its own, at the beginning of the history or at its end. */
  make(direction: Direction): Promise<Place>;
  /** The version of the server, for the report. */
  version(): Promise<string>;
  close(): Promise<void>;
}

/** One database of a subject. */
export interface Place {
  /** What a run that nobody interrupts is started with. */
  options(mode: Mode): RunOptions;
  snapshot(): Promise<Snapshot>;
  /** Runs `nest-cmd` to its end; with a point, interrupts it there. */
  run(direction: Direction, mode: Mode, stop?: Interruption): Promise<Interrupted>;
  drop(): Promise<void>;
}

/** Where and how a run is interrupted. */
export interface Interruption {
  readonly fault: Fault;
  readonly message: number;
  readonly side: Side;
}

/** A run, and what was seen of it from outside. */
export interface Interrupted {
  readonly outcome: Outcome;
  /** The text of each message, in their order. */
  readonly messages: readonly string[];
  readonly isReached: boolean;
  /** How long the lock was held after the end of the run, in ms; Infinity where the driver gave up. */
  readonly lockedMs: number;
  /** What became of the run that came meanwhile. */
  readonly beside?: RunResult | Error;
  /** Undoes what still goes on of the fault: after it the next run must be able to go through. */
  readonly settle?: () => Promise<void>;
}
