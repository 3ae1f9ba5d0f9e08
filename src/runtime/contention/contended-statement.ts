import type { Dialect } from '../../dialects/dialect.js';
import type { ContendedStatement } from '../../errors/database.errors.js';
import { type FailedStatement, isRefusedStatement } from '../failure.js';

/**
 * The statement that other sessions kept from running, by the error of what was tried; undefined for other errors.
 *
 * @param failures the statements known to have failed
 */
export function contendedStatement(
  error: unknown,
  { contentionOf }: Pick<Dialect, 'contentionOf'>,
  failures: readonly FailedStatement[] = [],
): ContendedStatement | undefined {
  const contention = contentionOf?.(error);
  if (contention === undefined) return undefined;
  const sql = failures.find((failure) => failure.error === error)?.sql ?? queryOf(error) ?? '';
  return { sql, contention, cause: error };
}

function queryOf(error: unknown): string | undefined {
  for (let current = error; current instanceof Error; current = current.cause) {
    if (isRefusedStatement(current)) return current.query;
  }
  return undefined;
}
