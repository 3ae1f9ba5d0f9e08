import type { QueryRunner } from 'typeorm';
import { type BlockerInfo, describeBlocker, excerpt, LockTimeoutError } from '../../../errors/database.errors.js';
import { Backoff } from '../../common/backoff.js';
import { sqlState, sqlStates } from './sql-state.js';

/** The number of attempts of a statement; the pauses between them take about 5 s in total. */
const ATTEMPTS = 6;
const PAUSES = { first: 200, longest: 4000 };

/** A statement that may have to wait for a lock. */
export interface LockWait {
  readonly runner: QueryRunner;
  readonly sql: string;
  /** Called once, after the first attempt has timed out. */
  readonly onWait: ((message: string) => void) | undefined;
}

/**
 * Retries a statement that waits too long for a lock, with exponential backoff and jitter.
 *
 * During the pauses the statement is not in the queue of the lock, so that queries of the application can run.
 *
 * @throws LockTimeoutError when the last attempt waited too long as well.
 */
export async function withAttempts<T>({ runner, sql, onWait }: LockWait, attempt: () => Promise<T>): Promise<T> {
  const backoff = new Backoff(PAUSES);
  for (let count = 1; ; count += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (sqlState(error) !== sqlStates.lockNotAvailable) throw error;
      if (count === ATTEMPTS) throw new LockTimeoutError(sql, count, await findBlocker(runner, sql), error);
      if (count === 1 && onWait !== undefined) onWait(waitNotice(await findBlocker(runner, sql), sql));
      await backoff.pause();
    }
  }
}

function waitNotice(blocker: BlockerInfo | undefined, sql: string): string {
  const who = blocker === undefined ? 'another session holds it' : describeBlocker(blocker);
  return `Waiting for a lock, which is tried ${ATTEMPTS - 1} more times: ${who}. Statement: ${excerpt(sql)}`;
}

/** The oldest transaction with a lock on a table that the statement names. It is only for a message, so it may fail. */
async function findBlocker(runner: QueryRunner, sql: string): Promise<BlockerInfo | undefined> {
  try {
    const rows = (await runner.query(
      `SELECT a.pid, c.relname AS "table", a.application_name AS "applicationName", a.state, a.query
       FROM pg_catalog.pg_locks l
       JOIN pg_catalog.pg_class c ON c.oid = l.relation
       JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid
       WHERE l.granted AND l.pid <> pg_backend_pid() AND c.relkind IN ('r', 'p', 'v', 'm')
         AND l.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())
         AND c.relnamespace <> 'pg_catalog'::regnamespace AND strpos($1, c.relname) > 0
       ORDER BY length(c.relname) DESC, a.xact_start
       LIMIT 1`,
      [sql],
    )) as BlockerRow[];
    return rows[0] && shownBlocker(rows[0]);
  } catch {
    return undefined;
  }
}

type BlockerRow = { readonly [K in keyof BlockerInfo]: BlockerInfo[K] | null } & Pick<BlockerInfo, 'pid' | 'table'>;

/** What PostgreSQL shows instead of other users' statements to anyone but a superuser. */
const HIDDEN = '<insufficient privilege>';

function shownBlocker({ pid, table, applicationName, state, query }: BlockerRow): BlockerInfo {
  return {
    pid,
    table,
    ...(applicationName ? { applicationName } : {}),
    ...(state ? { state } : {}),
    ...(query && query !== HIDDEN ? { query } : {}),
  };
}
