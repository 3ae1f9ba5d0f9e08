import type { Contention } from '../../../errors/database.errors.js';
import { errorNumber, errors } from './error-codes.js';

/** Whether an error comes from locks of other sessions. It may be wrapped, as those of TypeORM's migrations are. */
export function contentionOf(error: unknown): Contention | undefined {
  for (let current = error, depth = 0; current instanceof Error && depth < 10; depth += 1) {
    const number = errorNumber(current);
    if (number === errors.lockWaitTimeout) return 'lock';
    if (number === errors.deadlock) return 'deadlock';
    current = current.cause;
  }
  return undefined;
}
