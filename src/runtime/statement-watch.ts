import type { QueryRunner } from 'typeorm';
import type { ProgressReader } from '../dialects/dialect.js';
import type { RunRequest, StatementReport } from './run.request.js';

/** How often a statement that runs on is reported, ms. */
const INTERVAL = 1_000;

/** A query runner whose statements are watched, with its own property `query` where it has one. */
type Watched = Pick<QueryRunner, 'query'>;

/**
 * Reports the statements of a run to `onStatement`: when one is sent, once a second while it runs, and when it has ended.
 *
 * @param reader reads how far the database is, on a connection of its own
 * @returns how to stop watching
 */
export function watchStatements(
  { onStatement }: Pick<RunRequest, 'onStatement'>,
  runner: Watched,
  reader: ProgressReader | undefined,
): () => void {
  if (onStatement === undefined) return () => undefined;
  const own = Object.getOwnPropertyDescriptor(runner, 'query');
  const query = runner.query as (...args: unknown[]) => Promise<unknown>;
  const watched = async (sql: string, ...rest: unknown[]): Promise<unknown> => {
    const end = begin(sql, onStatement, reader);
    try {
      return await query.call(runner, sql, ...rest);
    } finally {
      end();
    }
  };
  Object.assign(runner, { query: watched });
  return () => {
    if (own === undefined) Reflect.deleteProperty(runner, 'query');
    else Object.defineProperty(runner, 'query', own);
    reader?.close();
  };
}

/** Reports that a statement is sent, and then while it runs. @returns what to call at its end */
function begin(
  sql: string,
  report: (statement: StatementReport) => void,
  reader: ProgressReader | undefined,
): () => void {
  const startedAt = performance.now();
  const ms = (): number => Math.round(performance.now() - startedAt);
  let hasEnded = false;
  let isReading = false;
  let failure: { readonly error: unknown } | undefined;
  report({ sql, state: 'sent', ms: 0 });
  const look = async (): Promise<void> => {
    if (isReading) return;
    isReading = true;
    const progress = await reader?.read();
    isReading = false;
    if (hasEnded || failure !== undefined) return;
    try {
      report({ sql, state: 'running', ms: ms(), ...(progress && { progress }) });
    } catch (error) {
      // Thrown here it would end the process.
      failure = { error };
    }
  };
  const timer = setInterval(() => void look(), INTERVAL);
  timer.unref();
  return () => {
    hasEnded = true;
    clearInterval(timer);
    if (failure !== undefined) throw failure.error;
    report({ sql, state: 'done', ms: ms() });
  };
}
