import type { QueryRunner } from 'typeorm';
import type { BlockerInfo, Contention } from '../../../errors/database.errors.js';
import { sqlState, sqlStates } from './sql-state.js';

const CONTENTION: Readonly<Record<string, Contention>> = {
  [sqlStates.lockNotAvailable]: 'lock',
  [sqlStates.deadlock]: 'deadlock',
  // Where default_transaction_isolation is higher than READ COMMITTED.
  [sqlStates.serializationFailure]: 'deadlock',
};

/** Whether an error comes from locks of other sessions. It may be wrapped, as those of TypeORM's migrations are. */
export function contentionOf(error: unknown): Contention | undefined {
  for (let current = error, depth = 0; current instanceof Error && depth < 10; depth += 1) {
    const contention = CONTENTION[sqlState(current) ?? ''];
    if (contention !== undefined) return contention;
    current = current.cause;
  }
  return undefined;
}

/** The oldest transaction with a lock on a table that the statement names. It is only for a message, so it may fail. */
export async function findBlocker(runner: QueryRunner, sql: string): Promise<BlockerInfo | undefined> {
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
