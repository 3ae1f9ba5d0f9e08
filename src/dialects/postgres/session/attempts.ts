import type { QueryRunner } from 'typeorm';
import { LockTimeoutError, type BlockerInfo } from '../../../errors/database.errors.js';
import { pause } from './pause.js';
import { sqlState, sqlStates } from './sql-state.js';

/** How often a statement is tried before it is given up; the pauses between take about 5 s. */
const ATTEMPTS = 6;
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 4000;

/**
 * Runs a statement again when it waited too long for a lock, after a pause that grows and is never the same.
 *
 * In the pause the statement is not in the lock's queue, so the application's own queries pass.
 *
 * @throws LockTimeoutError when the last attempt waited too long as well.
 */
export async function withAttempts<T>(runner: QueryRunner, sql: string, attempt: () => Promise<T>): Promise<T> {
  for (let count = 1; ; count += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (sqlState(error) !== sqlStates.lockNotAvailable) throw error;
      if (count === ATTEMPTS) throw new LockTimeoutError(sql, count, await findBlocker(runner, sql), error);
      await pause(backoff(count));
    }
  }
}

function backoff(count: number): number {
  const longest = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** count);
  return longest / 2 + (Math.random() * longest) / 2;
}

/** The oldest transaction that holds a lock on a table which the statement names. Only for a message, so it may fail. */
async function findBlocker(runner: QueryRunner, sql: string): Promise<BlockerInfo | undefined> {
  try {
    const rows = (await runner.query(
      `SELECT a.pid, c.relname AS "table", coalesce(a.query, '') AS query
       FROM pg_catalog.pg_locks l
       JOIN pg_catalog.pg_class c ON c.oid = l.relation
       JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid
       WHERE l.granted AND l.pid <> pg_backend_pid() AND c.relkind IN ('r', 'p', 'v', 'm')
         AND l.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())
         AND c.relnamespace <> 'pg_catalog'::regnamespace AND strpos($1, c.relname) > 0
       ORDER BY length(c.relname) DESC, a.xact_start
       LIMIT 1`,
      [sql],
    )) as BlockerInfo[];
    return rows[0];
  } catch {
    return undefined;
  }
}
