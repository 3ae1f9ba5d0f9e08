import { DataSourcesFailedError } from '../errors/service.errors.js';
import type { BoundDataSource } from './options/options.js';

/** What came of doing something for one data source: a value, an error, or a value that is not as it should be. */
export interface Attempt<T> {
  readonly dataSource: string;
  readonly value?: T;
  readonly error?: unknown;
}

/** Does something for all data sources at once; one that fails keeps none of the others from being done. */
export function attemptAll<T>(
  sources: readonly BoundDataSource[],
  work: (bound: BoundDataSource) => Promise<T>,
): Promise<readonly Attempt<T>[]> {
  return Promise.all(sources.map((bound) => attempt(bound, work)));
}

/** The same, one after the other. */
export async function attemptEach<T>(
  sources: readonly BoundDataSource[],
  work: (bound: BoundDataSource) => Promise<T>,
): Promise<readonly Attempt<T>[]> {
  const attempts: Attempt<T>[] = [];
  for (const bound of sources) attempts.push(await attempt(bound, work));
  return attempts;
}

/**
 * The answer that the values make.
 *
 * @throws DataSourcesFailedError with the answer of those that did not fail; where there is but one data source, its error
 */
export function answerOf<T, R>(attempts: readonly Attempt<T>[], make: (values: readonly T[]) => R): R {
  const failures = attempts.filter(({ error }) => error !== undefined);
  if (attempts.length === 1 && failures.length === 1) throw failures[0]?.error;
  const answer = make(attempts.flatMap(({ value }) => (value === undefined ? [] : [value])));
  if (failures.length > 0) throw new DataSourcesFailedError(failures, attempts.length, answer);
  return answer;
}

async function attempt<T>(bound: BoundDataSource, work: (bound: BoundDataSource) => Promise<T>): Promise<Attempt<T>> {
  const dataSource = bound.name;
  try {
    return { dataSource, value: await work(bound) };
  } catch (error) {
    return { dataSource, error };
  }
}
