import { QueryFailedError, type QueryRunner } from 'typeorm';
import { oneByOne, runOne } from '../../common/one-by-one.js';
import type { StatementResult } from '../../dialect.js';
import type { QueryListener } from '../../own-queries.js';
import { type DriverResult, joined } from './shared-messages.js';
import type { StatementSavepoints } from './statement-savepoints.js';

/**
 * Runs statements of a run itself as one message, or one by one where the driver takes no more.
 *
 * @param runner one that reports its statements to `onQuery`
 * @throws QueryFailedError with the text of the whole message, since the server does not report which statement failed
 */
export async function sendBatch(
  runner: QueryRunner,
  savepoints: StatementSavepoints,
  statements: readonly string[],
  onQuery: QueryListener | undefined,
): Promise<readonly StatementResult[]> {
  let message: readonly string[] = statements;
  try {
    const results = await savepoints.batch(statements, async (sent) => {
      message = sent;
      const [first = '', ...others] = sent;
      const sending = runOne(runner, first);
      others.forEach((other) => onQuery?.(other));
      const { rows, affected } = await sending;
      return { rows, rowCount: affected ?? null };
    });
    if (results !== undefined) return results.map(resultOf);
  } catch (error) {
    if (!(error instanceof QueryFailedError) || message.length < 2) throw error;
    throw new QueryFailedError(joined(message), [], error.driverError as Error);
  }
  return oneByOne(runner, statements);
}

/** A result as the run is given it. */
export function resultOf({ rows, rowCount }: DriverResult): StatementResult {
  return { rows, ...(rowCount !== null && { affected: rowCount }) };
}
