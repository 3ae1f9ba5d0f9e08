import { DataSourcesFailedError } from '../../errors/service.errors.js';

/** The answer of a command, and the error about the data sources that are missing in it. */
export interface Answered<T> {
  readonly answer: T;
  readonly failure?: DataSourcesFailedError;
}

/** Waits for an answer, and accepts one that is about some of the data sources only. */
export async function answered<T>(work: Promise<T>): Promise<Answered<T>> {
  try {
    return { answer: await work };
  } catch (error) {
    if (!(error instanceof DataSourcesFailedError)) throw error;
    return { answer: error.answer as T, failure: error };
  }
}
