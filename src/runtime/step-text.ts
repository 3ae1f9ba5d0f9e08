import type { StepResult } from '../results.js';
import type { PlanStep } from '../repository/revision.js';

/** How messages and the history name a step: by its revision, or by the revisions that it stamps. */
export function nameOfStep(step: PlanStep): string {
  return step.revision?.id ?? (step.to.length > 0 ? step.to : step.from).join(', ');
}

/** `Running upgrade a -> b`, as in Alembic's scripts. */
export function runningText(step: PlanStep): string {
  const verb = step.kind === 'stamp' ? 'stamp_revision' : step.kind;
  return `Running ${verb} ${step.from.join(', ')} -> ${step.to.join(', ')}`;
}

/** A step in the result of a run. */
export function stepResult(step: PlanStep, ms: number): StepResult {
  return {
    kind: step.kind,
    ...(step.revision === undefined ? undefined : { revision: step.revision.id }),
    from: step.from,
    to: step.to,
    message: step.revision?.message ?? '',
    ms,
  };
}
