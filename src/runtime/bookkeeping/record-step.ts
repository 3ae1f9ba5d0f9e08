import type { DialectSession } from '../../dialects/dialect.js';
import { unusable } from '../revision/revision-gate.js';
import type { Attempt } from './history-table.js';
import type { Books } from './record-failure.js';

/**
 * Records a step that was done: its version rows and its history row, with the end of its savepoint and the savepoint of the next
 * revision in the same batch.
 *
 * @param hasNext whether another step follows in the same transaction
 * @throws TransactionEndedError when the revision ended the run's transaction, TransactionLeftOpenError when it left one open
 * @throws VersionRowError when a version row to be changed is not there
 */
export async function recordStep(
  session: DialectSession,
  { transaction, versions, history }: Books,
  attempt: Attempt,
  hasNext: boolean,
): Promise<void> {
  const { step } = attempt;
  const changes = step.rowChanges.map((change) => versions.changeSql(change));
  const results = await transaction.record([...changes, history.finishing(attempt)], hasNext);
  if (typeof results === 'string') throw await unusable(session, versions, step, results);
  versions.requireChanged(step.rowChanges, results);
}
