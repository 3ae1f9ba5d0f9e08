import type { DialectSession } from '../../dialects/dialect.js';
import type { DatabaseOutcome } from '../../errors/database-outcome.js';
import type { RunRequest } from '../run.request.js';
import type { RunTransaction } from '../transaction.js';

/** The run on one database. */
interface RunOnDatabase {
  readonly request: Pick<RunRequest, 'dataSourceName'>;
  readonly session: Pick<DialectSession, 'twoPhase'>;
  readonly transaction: Pick<RunTransaction, 'kept' | 'lost' | 'prepared'>;
}

/** What a run has kept and lost so far on one database. */
export function outcomeOf({ request, session, transaction }: RunOnDatabase): DatabaseOutcome {
  const { kept, lost, prepared } = transaction;
  const name = prepared === undefined ? undefined : session.twoPhase?.nameOf(prepared);
  return {
    dataSource: request.dataSourceName,
    kept,
    rolledBack: lost,
    ...(name === undefined ? undefined : { prepared: name }),
  };
}
