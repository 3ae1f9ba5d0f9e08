import type { TableModel } from '../../../schema/schema.model.js';
import { displayName } from '../../../schema/schema.model.js';
import { NullValuesError } from '../../common/errors.js';
import type { CompileContext } from '../../dialect.js';
import { quote, quoteQualified } from '../text.js';

/**
 * Refuses to add a NOT NULL column without a default to a table with rows: the server would give them a value of its own, an
 * empty text or zero.
 *
 * @throws NullValuesError
 */
export async function refuseValuelessColumn(table: TableModel, column: string, context: CompileContext): Promise<void> {
  const count = await countOf(table, '', context);
  if (count > 0) throw new NullValuesError(displayName(table), column, count, true, quote);
}

/**
 * Refuses to make a column NOT NULL while rows have no value in it; the server's own error is about "truncated data".
 *
 * @throws NullValuesError
 */
export async function refuseNulls(table: TableModel, column: string, context: CompileContext): Promise<void> {
  if (context.offline) return;
  const count = await countOf(table, ` WHERE ${quote(column)} IS NULL`, context);
  if (count > 0) throw new NullValuesError(displayName(table), column, count, false, quote);
}

async function countOf(table: TableModel, condition: string, context: CompileContext): Promise<number> {
  const [row] = await context.query(`SELECT count(*) AS count FROM ${quoteQualified(table)}${condition}`);
  return Number(row?.['count'] ?? 0);
}
