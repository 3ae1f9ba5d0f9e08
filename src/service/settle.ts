import { RunAbortedError } from '../errors/abort.errors.js';
import { DataSourcesFailedError } from '../errors/service.errors.js';
import type { BoundDataSource } from './options/options.js';

/** How work for one data source settled: with a value, an error, or both where the value is not as it should be. */
export interface Settled<T> {
  readonly dataSource: string;
  readonly value?: T;
  readonly error?: unknown;
}

/** Does work for all data sources at once; one that fails stops none of the others. @throws RunAbortedError when all are to stop */
export function settleAll<T>(
  sources: readonly BoundDataSource[],
  work: (bound: BoundDataSource) => Promise<T>,
): Promise<readonly Settled<T>[]> {
  return Promise.all(sources.map((bound) => settle(bound, work)));
}

/** The same, one after the other. */
export async function settleEach<T>(
  sources: readonly BoundDataSource[],
  work: (bound: BoundDataSource) => Promise<T>,
): Promise<readonly Settled<T>[]> {
  const settled: Settled<T>[] = [];
  for (const bound of sources) settled.push(await settle(bound, work));
  return settled;
}

/**
 * The answer of a command, made of the values.
 *
 * @throws DataSourcesFailedError with the answer of those that did not fail; where there is but one data source, its error
 */
export function answerOf<T, R>(settled: readonly Settled<T>[], make: (values: readonly T[]) => R): R {
  const failures = settled.filter(({ error }) => error !== undefined);
  if (settled.length === 1 && failures.length === 1) throw failures[0]?.error;
  const answer = make(settled.flatMap(({ value }) => (value === undefined ? [] : [value])));
  if (failures.length > 0) throw new DataSourcesFailedError(failures, settled.length, answer);
  return answer;
}

async function settle<T>(bound: BoundDataSource, work: (bound: BoundDataSource) => Promise<T>): Promise<Settled<T>> {
  const dataSource = bound.name;
  try {
    return { dataSource, value: await work(bound) };
  } catch (error) {
    if (error instanceof RunAbortedError) throw error;
    return { dataSource, error };
  }
}
