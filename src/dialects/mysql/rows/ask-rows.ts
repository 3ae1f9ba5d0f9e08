import type { MigrateError } from '../../../errors/migrate.error.js';
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
 * @returns NullValuesError, UnfitRowsError for what rows are in the way of
 */
export async function askRows(
  operation: TableOperation,
  table: TableModel,
  asking: RowsAsking,
): Promise<readonly MigrateError[]> {
  const refusals: MigrateError[] = [];
  for (const question of questionsOf(operation, table)) refusals.push(...(await ask(question, asking)));
  return refusals;
}
