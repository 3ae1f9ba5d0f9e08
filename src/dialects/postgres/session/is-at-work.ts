import type { QueryRunner } from 'typeorm';
import type { Backend } from '../../sessions.js';

/** Whether the process of a lost connection still exists: it ends when it has done what it is at and notices the loss. */
export async function isAtWork(runner: QueryRunner, { server, pid }: Backend): Promise<boolean> {
  const [row] = (await runner.query(
    `SELECT pg_postmaster_start_time()::text = $1 AND pg_backend_pid() <> $2
            AND EXISTS (SELECT FROM pg_catalog.pg_stat_activity WHERE pid = $2) AS "isAtWork"`,
    [server, pid],
  )) as [{ isAtWork: boolean }];
  return row.isAtWork;
}
