import { DataSourcesFailedError } from '../../errors/service.errors.js';

/** What a command can tell of, and the error about the data sources that it cannot tell of. */
export interface Answered<T> {
  readonly answer: T;
  readonly failure?: DataSourcesFailedError;
}

/** Waits for an answer; one that is about some of the data sources is better than none. */
export async function answered<T>(work: Promise<T>): Promise<Answered<T>> {
  try {
    return { answer: await work };
  } catch (error) {
    if (!(error instanceof DataSourcesFailedError)) throw error;
    return { answer: error.answer as T, failure: error };
  }
}
