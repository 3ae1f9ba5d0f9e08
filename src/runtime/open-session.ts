import type { DialectSession } from '../dialects/dialect.js';
import { QueryRunnerError } from '../errors/callers.errors.js';
import type { RunRequest } from './run.request.js';

/** What of a request a session needs. */
export type SessionRequest = Pick<
  RunRequest,
  'dataSource' | 'dialect' | 'onWait' | 'onLockWait' | 'onQuery' | 'queryRunner'
> & {
  readonly settings: Pick<
    RunRequest['settings'],
    'lockTimeout' | 'statementTimeout' | 'runnerTimeout' | 'versionTable'
  >;
};

/**
 * Opens the session of a run.
 *
 * @throws QueryRunnerError when it would be in a transaction of the caller's, which this database ends by itself
 */
export async function openSession(request: SessionRequest): Promise<DialectSession> {
  const { dataSource, dialect, settings, onWait, onLockWait, onQuery, queryRunner } = request;
  const { lockTimeout, statementTimeout, runnerTimeout, versionTable } = settings;
  if (dialect.transactions === 'rows' && queryRunner !== undefined && (await dialect.isInTransaction(queryRunner))) {
    throw new QueryRunnerError(
      'The queryRunner has a transaction open, and this database commits it with the first statement that changes the schema.',
      { hint: 'Call it before the transaction begins or after it has ended; or give no queryRunner. Nothing was run.' },
    );
  }
  return dialect.openSession(dataSource, {
    lockTimeout,
    statementTimeout,
    runnerTimeout,
    versionTable,
    ...(onWait && { onWait }),
    ...(onLockWait && { onLockWait }),
    ...(onQuery && { onQuery }),
    ...(queryRunner && { queryRunner }),
  });
}
