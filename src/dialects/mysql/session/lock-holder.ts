import type { QueryRunner } from 'typeorm';
import type { BlockerInfo, SessionInfo } from '../../../errors/database.errors.js';
import { literal } from '../text.js';
import { objectsNamedIn } from './named-objects.js';

interface HolderRow {
  readonly pid: number | string;
  readonly table: string;
}

interface ProcessRow {
  readonly pid: number | string;
  readonly user: string;
  readonly host: string;
  readonly command: string;
  readonly seconds: number;
  readonly query: string | null;
}

/**
 * The session that holds a table which a change of the schema names: MariaDB shows it with the plugin `metadata_lock_info`, MySQL in its
 * performance_schema. Undefined where the server shows none. It is only for a message, so it never throws.
 */
export async function holderOfTable(runner: QueryRunner, sql: string): Promise<BlockerInfo | undefined> {
  const tables = objectsNamedIn(sql).filter(({ kind }) => kind === 'TABLE');
  if (tables.length === 0) return undefined;
  const named = (database: string, name: string): string =>
    tables
      .map(({ path }) => {
        const owner = path.length === 1 ? 'DATABASE()' : literal(path.at(-2));
        return `(${database} = ${owner} AND ${name} = ${literal(path.at(-1))})`;
      })
      .join(' OR ');
  const queries = [
    `SELECT thread_id AS pid, table_name AS \`table\` FROM information_schema.metadata_lock_info
     WHERE (${named('table_schema', 'table_name')}) AND thread_id <> CONNECTION_ID() LIMIT 1`,
    `SELECT t.processlist_id AS pid, l.object_name AS \`table\` FROM performance_schema.metadata_locks AS l
     JOIN performance_schema.threads AS t ON t.thread_id = l.owner_thread_id
     WHERE l.object_type = 'TABLE' AND l.lock_status = 'GRANTED' AND t.processlist_id <> CONNECTION_ID()
       AND (${named('l.object_schema', 'l.object_name')}) LIMIT 1`,
  ];
  for (const query of queries) {
    const [row] = await rowsOf<HolderRow>(runner, query);
    if (row === undefined) continue;
    const [session] = await sessionsOf(runner, [Number(row.pid)]);
    return { ...(session ?? { pid: Number(row.pid) }), table: row.table };
  }
  return undefined;
}

/**
 * The sessions that have a transaction open, of which one may hold what a statement waits for: the server does not show more without the
 * above. None where the user lacks the privilege PROCESS.
 */
export async function openTransactions(runner: QueryRunner): Promise<readonly SessionInfo[]> {
  const rows = await rowsOf<{ readonly pid: number | string }>(
    runner,
    `SELECT trx_mysql_thread_id AS pid FROM information_schema.innodb_trx
     WHERE trx_mysql_thread_id NOT IN (0, CONNECTION_ID()) ORDER BY trx_started LIMIT 5`,
  );
  return sessionsOf(
    runner,
    rows.map(({ pid }) => Number(pid)),
  );
}

async function sessionsOf(runner: QueryRunner, pids: readonly number[]): Promise<readonly SessionInfo[]> {
  if (pids.length === 0) return [];
  const rows = await rowsOf<ProcessRow>(
    runner,
    `SELECT id AS pid, user AS user, host AS host, command AS command, time AS seconds, info AS query
     FROM information_schema.processlist WHERE id IN (${pids.join(', ')}) ORDER BY time DESC, id`,
  );
  return rows.map(({ pid, user, host, command, seconds, query }) => ({
    pid: Number(pid),
    user: `${user}@${host.replace(/:\d+$/, '')}`,
    state: command === 'Sleep' ? `idle for ${seconds} s` : 'active',
    ...(query && { query }),
  }));
}

async function rowsOf<T>(runner: QueryRunner, sql: string): Promise<readonly T[]> {
  try {
    return (await runner.query(sql)) as T[];
  } catch {
    // The plugin, the schema or the privilege is missing.
    return [];
  }
}
