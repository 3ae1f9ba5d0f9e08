import { UnjoinableListError } from '../errors.js';
import { messageOf } from '../../../errors/thrown.js';

/**
 * The error for a list that cannot become a simple-array. An expression can only fail by way of a cast, whose own words come first
 * in the server's message.
 */
export function unjoinableList(sql: string, error: unknown): UnjoinableListError | undefined {
  const [, problem] =
    /invalid input syntax for type integer: "(".+": a simple-array cannot hold [^]*)"$/.exec(messageOf(error)) ?? [];
  return problem === undefined ? undefined : new UnjoinableListError(problem, sql, error);
}
