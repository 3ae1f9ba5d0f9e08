import type { PlanStep } from '../repository/revision.js';
import type { UnfinishedStep } from './bookkeeping/history-table.js';
import { nameOfStep } from './step-text.js';

/** The notice about a step that an earlier runner began, and died before its end. */
export function unfinishedNotice(unfinished: UnfinishedStep, plan: readonly PlanStep[]): string {
  const { revision, direction } = unfinished;
  const again = plan.some((step) => nameOfStep(step) === revision && step.kind === direction);
  return unfinishedText(unfinished, true) + (again ? ' It is run again from its first statement.' : '');
}

/**
 * What is known of a step that was never finished.
 *
 * @param hasDied whether its runner is known to have died
 */
export function unfinishedText(
  { revision, direction, startedAt, appliedBy, statementsDone }: UnfinishedStep,
  hasDied: boolean,
): string {
  const step = `The ${direction} of ${revision} that ${appliedBy ?? 'an unknown user'} started at ${startedAt}`;
  if (hasDied) return `${step} was never finished: its runner died. ${committedText(statementsDone)}`;
  return `${step} is not finished: its runner is still at work, or died.`;
}

/** What is known to be committed. It may be one statement more: a runner counts a statement only after its commit. */
function committedText(statements: number): string {
  if (statements === 0) {
    return (
      'It died in the first statement that it ran outside of a transaction, which may be done in part or whole: ' +
      'an index that is built concurrently may be left INVALID.'
    );
  }
  if (statements === 1) return 'At least 1 statement of it had been committed and stays.';
  return `At least ${statements} statements of it had been committed and stay.`;
}
