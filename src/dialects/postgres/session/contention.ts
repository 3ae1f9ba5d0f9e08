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

/** The lock that the victim of a deadlock waited for: its own line is the first. Nothing is known of the lock of a row. */
const WAITED_FOR = /^\D*\d+ \S.*? (\w+)Lock \D*?relation (\d+)\b/;

/**
 * The statement that takes the lock on a table which the session waited for when a deadlock ended its transaction; undefined for
 * other errors.
 */
export async function lockOfDeadlock(runner: QueryRunner, error: unknown): Promise<string | undefined> {
  const { detail = '' } = (error as { driverError?: { detail?: string } } | undefined)?.driverError ?? {};
  const [, mode, relation] = WAITED_FOR.exec(detail) ?? [];
  if (mode === undefined) return undefined;
  const rows = (await runner
    .query(`SELECT oid::regclass::text AS name FROM pg_catalog.pg_class WHERE oid = $1 AND relkind IN ('r', 'p')`, [
      relation,
    ])
    .catch(() => [])) as { name: string }[];
  const spelled = mode.replaceAll(/(?<=[a-z])(?=[A-Z])/g, ' ').toUpperCase();
  return rows[0] && `LOCK TABLE ${rows[0].name} IN ${spelled} MODE`;
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
