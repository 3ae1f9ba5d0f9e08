import type { DialectSession } from '../dialects/dialect.js';
import { RunCutOffError } from '../errors/lost.errors.js';
import { NestedRunError, QueryRunnerError } from '../errors/callers.errors.js';
import { MigrateError } from '../errors/migrate.error.js';
import { NoConnectionError, RunnerBusyError, type RunnerInfo } from '../errors/waiting.errors.js';
import { withinTime } from '../dialects/common/within-time.js';
import { unlessAborted } from './abort.js';
import { reasonOf } from './failure.js';
import type { RunRequest } from './run.request.js';
import { inTurn } from './turns.js';

/** The part of a request that a session needs. */
type SessionRequest = Pick<
  RunRequest,
  'dataSource' | 'dataSourceName' | 'dialect' | 'onWait' | 'onLockWait' | 'onQuery' | 'queryRunner' | 'signal'
> & {
  readonly settings: Pick<
    RunRequest['settings'],
    | 'lockTimeout'
    | 'lockAttempts'
    | 'statementTimeout'
    | 'runnerTimeout'
    | 'connectTimeout'
    | 'lock'
    | 'versionTable'
    | 'tenant'
  >;
};

/**
 * Opens the session of a run.
 *
 * @throws QueryRunnerError when the caller's query runner has a transaction open, which this database would commit by itself;
 *   NoConnectionError when the pool gives none within `connectTimeout`, RunAbortedError
 */
export async function openSession(request: SessionRequest): Promise<DialectSession> {
  const { dataSource, dialect, settings, onWait, onLockWait, onQuery, queryRunner, signal } = request;
  const { lockTimeout, lockAttempts, statementTimeout, runnerTimeout, lock, versionTable } = settings;
  if (dialect.transactions === 'rows' && queryRunner !== undefined && (await dialect.isInTransaction(queryRunner))) {
    throw new QueryRunnerError(
      'The queryRunner has a transaction open, and this database commits it with the first statement that changes the schema.',
      { hint: 'Call it before the transaction begins or after it has ended; or give no queryRunner. Nothing was run.' },
    );
  }
  const options = {
    lockTimeout,
    ...(lockAttempts !== undefined && { lockAttempts }),
    statementTimeout,
    runnerTimeout,
    ...(lock && { lock }),
    versionTable,
    ...(settings.tenant && { isTenants: true }),
    ...(onWait && { onWait }),
    ...(onLockWait && { onLockWait }),
    ...(onQuery && { onQuery }),
    ...(queryRunner && { queryRunner }),
    ...(signal && { signal }),
  };
  return inTime(request, () => dialect.openSession(dataSource, options)).catch((error: unknown) => {
    if (error instanceof MigrateError || !dialect.isUnreachable(error)) throw error;
    throw new RunCutOffError(request.dataSourceName, [], [], undefined, reasonOf(error), error);
  });
}

/** Opens a session, or closes the one that comes too late: the pool may have no connection to give now. */
async function inTime(
  { dataSourceName, settings: { connectTimeout = 0 }, signal }: SessionRequest,
  open: () => Promise<DialectSession>,
): Promise<DialectSession> {
  const opening = open();
  const late = (): Error => new NoConnectionError(dataSourceName, connectTimeout);
  try {
    return await unlessAborted(signal, () => withinTime(connectTimeout || Infinity, () => opening, late));
  } catch (error) {
    void opening.then((session) => session.close()).catch(() => undefined);
    throw error;
  }
}

/**
 * Does work while this process does no other work on the data source.
 *
 * @throws RunnerBusyError when the wait takes longer than `runnerTimeout`, NestedRunError when called inside such work
 */
export function inTurnOn<T>(request: SessionRequest, work: () => Promise<T>): Promise<T> {
  const { dataSource, dataSourceName, onWait, signal } = request;
  const timeout = request.settings.runnerTimeout;
  const busy = (holder: RunnerInfo): Error => new RunnerBusyError(timeout, holder);
  const nested = (): Error => new NestedRunError(dataSourceName);
  return inTurn(dataSource, { timeout, busy, nested, ...(onWait && { onWait }), ...(signal && { signal }) }, work);
}
