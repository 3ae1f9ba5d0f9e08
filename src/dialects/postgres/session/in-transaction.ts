import type { QueryRunner } from 'typeorm';
import { QueryRunnerError } from '../../../errors/callers.errors.js';
import { sqlState, sqlStates } from './sql-state.js';

/**
 * Whether a connection is in a transaction: a statement outside of one starts at the time of its own transaction.
 *
 * @throws QueryRunnerError when the transaction has failed and accepts no more statements
 */
export async function isInTransaction(runner: QueryRunner): Promise<boolean> {
  try {
    const [row] = (await runner.query('SELECT transaction_timestamp() <> statement_timestamp() AS inside')) as [
      { inside: boolean },
    ];
    return row.inside;
  } catch (error) {
    if (sqlState(error) !== sqlStates.failedTransaction) throw error;
    throw new QueryRunnerError(
      'The transaction of the queryRunner takes no statement any more: an earlier one failed in it.',
      {
        hint: 'Roll it back before the call. Nothing was run.',
        cause: error,
      },
    );
  }
}
