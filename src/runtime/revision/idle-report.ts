import type { PlanStep } from '../../repository/revision.js';
import { nameOfStep } from '../step-text.js';
import type { Interruption } from './interruption.js';

/** How often a revision without a statement is reported, ms: as often as a wait for others. */
const INTERVAL = 10_000;

/** What is known of the statements of a revision. */
interface Watched {
  /** How long none has run, ms; absent where none are sent. */
  idleFor?(): number;
  readonly interruption?: Interruption;
}

/**
 * Reports a revision in which no statement runs, every 10 s: it may wait for ever, for a promise that is never settled, or for another
 * connection, which waits for a lock of the run itself.
 *
 * @param report receives a sentence; what it throws ends the revision
 * @returns how to stop
 */
export function reportIdle(
  step: PlanStep,
  watched: Watched,
  report: ((message: string) => void) | undefined,
  interval = INTERVAL,
): () => void {
  if (watched.idleFor === undefined || report === undefined) return () => undefined;
  const look = (): void => {
    const ms = watched.idleFor?.() ?? 0;
    if (ms < interval * 0.9) return;
    try {
      report(
        `Still in the ${step.kind} of ${nameOfStep(step)}: no statement has run for ${Math.round(ms / 1_000)} s. It waits for something ` +
          'else; a query on another connection may wait for a lock that this run holds. `revisionTimeout` would end it.',
      );
    } catch (error) {
      watched.interruption?.interrupt(error);
    }
  };
  const timer = setInterval(look, interval);
  timer.unref();
  return () => clearInterval(timer);
}
