import type { Dialect } from '../../dialects/dialect.js';
import { type ContendedStatement, LockTimeoutError } from '../../errors/database.errors.js';
import { type FailedStatement, isRefusedStatement } from '../failure.js';

/**
 * The statement that other sessions kept from running, by the error of what was tried; undefined for other errors, and where it was
 * tried often enough.
 *
 * @param failures the statements known to have failed
 * @param failedOutside the error of what ran outside the transaction: of that a statement that is in no transaction is not undone, and cannot run again
 */
export function contendedStatement(
  error: unknown,
  { contentionOf, placeOf }: Pick<Dialect, 'contentionOf' | 'placeOf'>,
  failures: readonly FailedStatement[] = [],
  failedOutside?: unknown,
): ContendedStatement | undefined {
  const contention = contentionOf?.(error);
  const causes = [...causesOf(error)];
  if (contention === undefined || causes.some((cause) => cause instanceof LockTimeoutError)) return undefined;
  const sql = failures.find((failure) => failure.error === error)?.sql ?? causes.find(isRefusedStatement)?.query ?? '';
  const isOutside = failedOutside !== undefined && causes.includes(failedOutside);
  return isOutside && placeOf(sql) === 'alone' ? undefined : { sql, contention, cause: error };
}

function* causesOf(error: unknown): Generator<unknown> {
  for (let current = error; current !== undefined; current = current instanceof Error ? current.cause : undefined) {
    yield current;
  }
}
