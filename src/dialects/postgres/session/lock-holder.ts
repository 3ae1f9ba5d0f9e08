import type { QueryRunner } from 'typeorm';
import type { RunnerInfo } from '../../../errors/waiting.errors.js';

/** What PostgreSQL shows instead of other users' statements to anyone but a superuser. */
const HIDDEN = '<insufficient privilege>';

type ActivityRow = { readonly [K in keyof RunnerInfo]: RunnerInfo[K] | null } & { readonly pid: number };

/** Columns of a row of pg_stat_activity with the alias `a`, as a RunnerInfo has them. */
const ACTIVITY = `a.pid, a.usename AS "user", a.application_name AS "applicationName", a.backend_start AS since, a.state, a.query,
  CASE WHEN a.client_addr IS NOT NULL THEN coalesce(a.client_hostname || ' (' || host(a.client_addr) || ')', host(a.client_addr))
    WHEN a.client_port = -1 THEN 'local' END AS host`;

/** The condition that a row of pg_locks with the alias `l` is that of a session which holds an advisory lock. */
export function holdsLock(key: bigint): string {
  return `l.locktype = 'advisory' AND l.granted AND l.objsubid = 1
       AND l.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())
       AND ((l.classid::bigint << 32) | l.objid::bigint) = ${key}`;
}

/** The session that holds an advisory lock; undefined when it has just released it. */
export async function holderOf(runner: QueryRunner, key: bigint): Promise<RunnerInfo | undefined> {
  const rows = (await runner.query(
    `SELECT ${ACTIVITY}
     FROM pg_catalog.pg_locks l JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid
     WHERE ${holdsLock(key)}`,
  )) as ActivityRow[];
  return rows[0] && shown(rows[0]);
}

/** What is shown of a session: users without pg_read_all_stats see of others little more than that they are there. */
function shown({ pid, user, applicationName, host, since, state, query }: ActivityRow): RunnerInfo {
  return {
    pid,
    ...(user && { user }),
    ...(applicationName && { applicationName }),
    ...(host && { host }),
    ...(since && { since: new Date(since) }),
    ...(state && { state }),
    ...(query && query !== HIDDEN && { query }),
    look: `SELECT * FROM pg_stat_activity WHERE pid = ${pid}`,
    end: `SELECT pg_terminate_backend(${pid})`,
  };
}
