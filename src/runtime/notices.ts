import type { PlanStep } from '../repository/revision.js';
import type { UnfinishedStep } from './history-table.js';
import { nameOf } from './step-text.js';

/** What a run says of a step that an earlier runner began and did not live to end. */
export function unfinishedNotice(unfinished: UnfinishedStep, plan: readonly PlanStep[]): string {
  const { revision, direction, startedAt, appliedBy, statementsDone } = unfinished;
  const statements = statementsDone === 1 ? '1 statement' : `${statementsDone} statements`;
  const again = plan.some((step) => nameOf(step) === revision && step.kind === direction);
  return (
    `The ${direction} of ${revision} that ${appliedBy} started at ${startedAt} was never finished: its runner died. ` +
    `At least ${statements} of it had been committed and ${statementsDone === 1 ? 'stays' : 'stay'}.` +
    (again ? ' It is run again from its first statement.' : '')
  );
}
