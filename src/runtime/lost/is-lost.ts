import type { Dialect, DialectSession } from '../../dialects/dialect.js';
import { ConnectionLostError } from '../../errors/database.errors.js';

/** Whether an error means that the session has no connection any more. */
export function isLost(error: unknown, { runner }: DialectSession, dialect: Dialect): boolean {
  return runner.isReleased || error instanceof ConnectionLostError || dialect.isUnreachable(error);
}

/** Whether a statement was not sent, since the connection had been lost before. */
export function isTooLate(error: unknown): boolean {
  return error instanceof Error && error.name === 'QueryRunnerAlreadyReleasedError';
}

/** The error to report: a driver that was asked once more after the loss only says that it was. */
export function lossOf(error: unknown): unknown {
  return isTooLate(error) ? new Error('the connection to the database was lost', { cause: error }) : error;
}
