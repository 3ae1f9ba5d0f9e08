import { UnreadableObjectsError } from '../errors/sqlite.errors.js';
import type { PlanStep } from '../repository/revision.js';
import type { Attempt } from './history-table.js';
import type { FailedStatement } from './failure.js';
import { nameOf } from './step-text.js';

/** A step that a run came to. */
export interface TriedStep {
  readonly step: PlanStep;
  readonly attempt: Attempt;
  readonly failures: readonly FailedStatement[];
}

/** The step that an error found at the end of a transaction is about: the one it names, or else the last. */
export function stepAtFault(error: unknown, done: readonly TriedStep[], last: TriedStep): TriedStep {
  if (!(error instanceof UnreadableObjectsError)) return last;
  return done.find(({ step }) => nameOf(step) === error.step) ?? last;
}
