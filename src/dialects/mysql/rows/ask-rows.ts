import type { TableOperation } from '../../../operations/operation.js';
import type { TableModel } from '../../../schema/schema.model.js';
import type { RowsAsking } from '../../dialect.js';
import { ask } from './question.js';
import { questionsOf } from './questions.js';

/**
 * Asks the rows of tables whether a change of a table can be done. Nothing rolls a change back here, so this comes before it, and
 * before the first statement of the run where the rows are still those of its start.
 *
 * @param table as it is before the change
 * @throws NullValuesError, UnfitRowsError when rows are in the way
 */
export async function askRows(operation: TableOperation, table: TableModel, asking: RowsAsking): Promise<void> {
  for (const question of questionsOf(operation, table)) await ask(question, asking);
}
