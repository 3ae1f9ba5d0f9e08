import { MigrateError } from '../../errors/migrate.error.js';
import type { PlanStep } from '../../repository/revision.js';
import type { Attempt } from './history-table.js';
import type { FailedStatement } from '../failure.js';
import { nameOfStep } from '../step-text.js';

/** A step that a run has tried. */
export interface TriedStep {
  readonly step: PlanStep;
  readonly attempt: Attempt;
  readonly failures: readonly FailedStatement[];
}

/** The step that an error at the end of a transaction is about: the one that its `step` names, or else the last. */
export function stepAtFault(error: unknown, done: readonly TriedStep[], last: TriedStep): TriedStep {
  const named = error instanceof MigrateError && 'step' in error ? error.step : undefined;
  return done.find(({ step }) => nameOfStep(step) === named) ?? last;
}
