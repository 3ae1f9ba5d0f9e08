import type { PlanStep } from '../repository/revision.js';
import type { HistoryRow, UnfinishedStep } from './bookkeeping/history-table.js';
import type { OpenJournal } from './journal/journal-table.js';
import type { Journals } from './journal/journals.js';
import { displayName, type QualifiedName } from '../schema/schema.model.js';
import { sentences } from '../errors/sentences.js';
import { shortStatement } from '../errors/statement-text.js';
import { nameOfStep } from './step-text.js';

/** The notices of a run about steps that were never finished: their runners died, or could not record the end. */
export function deadNotices(
  plan: readonly PlanStep[],
  unfinished: readonly UnfinishedStep[],
  journals: Pick<Journals, 'left'>,
  resumeFrom: number | undefined,
): readonly string[] {
  return unfinished.map((step) => {
    const again = plan.find((one) => nameOfStep(one) === step.revision && one.kind === step.direction);
    const how = again && resumeText(journals.left(again), again === plan[0] ? resumeFrom : undefined);
    return unfinishedText(step, true) + (how === undefined ? '' : ` It ${how}.`);
  });
}

/** What a run reports as it comes to steps that failed in their middle. */
export function failedNotices(
  plan: readonly PlanStep[],
  unfinished: readonly UnfinishedStep[],
  journals: Pick<Journals, 'left'>,
  resumeFrom: number | undefined,
): readonly string[] {
  const isDead = (step: PlanStep): boolean =>
    unfinished.some(({ revision, direction }) => revision === nameOfStep(step) && direction === step.kind);
  return plan.flatMap((step, index) => {
    const left = journals.left(step);
    if (left === undefined || isDead(step)) return [];
    return `The ${step.kind} of ${nameOfStep(step)}, which failed before, ${resumeText(left, index === 0 ? resumeFrom : undefined)}.`;
  });
}

/** How a revision is run that an earlier run has left. */
function resumeText(left: OpenJournal | undefined, resumeFrom: number | undefined): string {
  if (resumeFrom !== undefined) return `goes on with its statement ${resumeFrom}, as asked`;
  const done = lastDone(left);
  return done === 0
    ? 'is run again from its first statement'
    : `goes on behind its statement ${done}, the last one that is done`;
}

/** The notice about what an earlier run has left, and a step of another kind has made void. */
export function closedNotice({ revision, direction, rows }: OpenJournal, by: PlanStep): string {
  const done = lastDone({ revision, direction, rows });
  return (
    `The ${direction} of ${revision} had been left in its middle, with ${done === 0 ? 'nothing' : `its statements up to ${done}`} committed. ` +
    `After this ${by.kind} it begins with its first statement when it is run.`
  );
}

/** What is known of a revision from the journal that it has left, as sentences; empty without one. */
export function leftText(left: OpenJournal | undefined): string {
  if (left === undefined) return '';
  const done = lastDone(left);
  const begun = left.rows.find(({ state }) => state === 'begun');
  return sentences(
    done > 0 && `Its statements up to ${done} are done and committed`,
    begun && `Statement ${begun.number} was under way: ${shortStatement(begun.statement)}`,
  );
}

/** The number of the last statement that is done; 0 without one. */
export function lastDone(left: OpenJournal | undefined): number {
  return Math.max(0, ...(left?.rows ?? []).filter(({ state }) => state === 'done').map(({ number }) => number));
}

/**
 * What is known of a step that was never finished.
 *
 * @param isOver whether its runner is known to be at work no more
 */
export function unfinishedText(
  { revision, direction, startedAt, appliedBy, statementsDone }: UnfinishedStep,
  isOver: boolean,
): string {
  const step = `The ${direction} of ${revision} that ${appliedBy ?? 'an unknown user'} started at ${startedAt}`;
  if (isOver)
    return `${step} was never finished: its runner died, or lost the database. ${committedText(statementsDone)}`;
  return `${step} is not finished: its runner is still at work, or died.`;
}

/** What is known to be committed. It may be one statement more: a runner counts a statement only after its commit. */
function committedText(statements: number): string {
  if (statements === 0) {
    return (
      'The first statement that it ran outside of a transaction may be done in part or whole: ' +
      'an index that is built concurrently may be left INVALID.'
    );
  }
  if (statements === 1) return 'At least 1 statement of it had been committed and stays.';
  return `At least ${statements} statements of it had been committed and stay.`;
}

/** The notice about a version table that has gone, by the last step that its history has. */
export function lostVersionsNotice(
  versions: QualifiedName,
  { revision, direction, startedAt }: Pick<HistoryRow, 'revision' | 'direction' | 'startedAt'>,
): string {
  const where = direction === 'downgrade' ? 'the revision below it' : revision;
  return (
    `There was no version table ${displayName(versions)}, but its history is there, and ends with the ${direction} of ${revision} at ${startedAt}. ` +
    `Where that is the state of the database, set it right with \`npx nest-cmd db stamp ${where}\`.`
  );
}
