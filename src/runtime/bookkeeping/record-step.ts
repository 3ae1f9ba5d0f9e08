import type { DialectSession } from '../../dialects/dialect.js';
import { closedNotice } from '../notices.js';
import { unusable } from '../revision/revision-gate.js';
import type { Attempt } from './history-table.js';
import type { Books } from './record-failure.js';

/**
 * Records a step that was done: its version rows, its history row and the end of its journal, with the end of its savepoint and the
 * savepoint of the next revision in the same batch.
 *
 * @param hasNext whether another step follows in the same transaction
 * @returns notices about journals that the step has made void
 * @throws TransactionEndedError when the revision ended the run's transaction, TransactionLeftOpenError when it left one open
 * @throws VersionRowError when a version row to be changed is not there
 */
export async function recordStep(
  session: DialectSession,
  { transaction, versions, history, journals }: Books,
  attempt: Attempt,
  hasNext: boolean,
): Promise<readonly string[]> {
  const { step } = attempt;
  const closed = journals.close(step);
  const changes = step.rowChanges.map((change) => versions.changeSql(change));
  const results = await transaction.record([...changes, history.finishing(attempt), ...closed.statements], hasNext);
  if (typeof results === 'string') throw await unusable(session, versions, step, results);
  versions.requireChanged(step.rowChanges, results);
  return closed.voided.map((journal) => closedNotice(journal, step));
}
