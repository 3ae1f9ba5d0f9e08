import type { DialectSession } from '../../dialects/dialect.js';
import { closedNotice } from '../notices.js';
import { unusable } from '../revision/revision-gate.js';
import type { Attempt } from './history-table.js';
import type { NextStep } from '../transaction.js';
import type { Books } from './record-failure.js';
import type { StepsDone } from '../steps-done.js';

/**
 * Records a step that was done: its version rows, its history row and the end of its journal, with the end of its savepoint and the
 * savepoint of the next revision in the same batch.
 *
 * @returns notices about journals that the step has made void
 * @throws TransactionEndedError when the revision ended the run's transaction, TransactionLeftOpenError when it left one open
 * @throws VersionRowError when a version row to be changed is not there
 */
export async function recordStep(
  session: DialectSession,
  {
    transaction,
    versions,
    history,
    journals,
    done: { unrecorded },
  }: Books & { readonly done: Pick<StepsDone, 'unrecorded'> },
  attempt: Attempt,
  next: NextStep,
): Promise<readonly string[]> {
  const { step } = attempt;
  unrecorded.check();
  const closed = journals.close(step);
  const changes = step.rowChanges.map((change) => versions.changeSql(change));
  const state = await transaction.record({
    statements: [...changes, history.finishing(attempt), ...closed.statements],
    next,
    check: (results) => versions.requireChanged(step.rowChanges, results),
    failed: (error) => unrecorded.note(attempt, error),
  });
  if (state !== undefined) throw await unusable(session, versions, step, state);
  return closed.voided.map((journal) => closedNotice(journal, step));
}
