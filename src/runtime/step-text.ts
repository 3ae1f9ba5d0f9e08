import type { StepResult } from '../results.js';
import type { PlanStep } from '../repository/revision.js';

/** The revision of a step, or what it stamps: how messages and the history name it. */
export function nameOf(step: PlanStep): string {
  return step.revision?.id ?? (step.to.length > 0 ? step.to : step.from).join(', ');
}

/** `Running upgrade a -> b`, as Alembic's scripts say it. */
export function runningText(step: PlanStep): string {
  const verb = step.kind === 'stamp' ? 'stamp_revision' : step.kind;
  return `Running ${verb} ${step.from.join(', ')} -> ${step.to.join(', ')}`;
}

/** What the result of a run says of a step. */
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
