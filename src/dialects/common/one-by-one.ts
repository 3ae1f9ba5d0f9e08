import type { QueryResult, QueryRunner } from 'typeorm';
import type { StatementResult } from '../sessions.js';

/** Runs the statements of a batch each by itself, where that costs nothing or the driver takes no more at once. */
export async function oneByOne(
  runner: QueryRunner,
  statements: readonly string[],
): Promise<readonly StatementResult[]> {
  const results: StatementResult[] = [];
  for (const sql of statements) results.push(await runOne(runner, sql));
  return results;
}

/** Runs one statement without parameters. */
export async function runOne(runner: QueryRunner, sql: string): Promise<StatementResult> {
  const { records, affected } = (await runner.query(sql, [], true)) as QueryResult<Record<string, unknown>>;
  return { rows: records, ...(typeof affected === 'number' && { affected }) };
}
