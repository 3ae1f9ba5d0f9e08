import { UnjoinableListError } from '../errors.js';
import { messageOf } from '../../../errors/thrown.js';

/**
 * The error for a list that cannot become a simple-array. An expression can only fail by a cast, so the problem is a part
 * of the server's message about that.
 */
export function unjoinableList(sql: string, error: unknown): UnjoinableListError | undefined {
  const [, problem] =
    /invalid input syntax for type integer: "(".+": a simple-array cannot hold [^]*)"$/.exec(messageOf(error)) ?? [];
  return problem === undefined ? undefined : new UnjoinableListError(problem, sql, error);
}
