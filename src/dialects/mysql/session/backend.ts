import type { QueryRunner } from 'typeorm';
import type { Backend } from '../../sessions.js';

/** How exactly the time of a start is known, s: servers count whole seconds, and clocks are corrected. */
const EXACT = 5;

/** The server and its process behind a connection. Numbers of processes begin again with each start of a server. */
export async function backendOf(runner: QueryRunner): Promise<Backend> {
  const [row] = (await runner.query(
    "SELECT CONCAT_WS(' ', @@hostname, @@port, @@server_id, @@datadir) AS name, CONNECTION_ID() AS pid, UNIX_TIMESTAMP() AS now",
  )) as [{ name: string; pid: number | string; now: number | string }];
  const [status] = (await runner.query("SHOW GLOBAL STATUS LIKE 'Uptime'")) as [{ Value: string }];
  return { server: `${row.name} ${Number(row.now) - Number(status.Value)}`, pid: Number(row.pid) };
}

/** Whether the process of a lost connection still exists: it runs its statement to the end, whatever has become of the client. */
export async function isAtWork(runner: QueryRunner, { server, pid }: Backend): Promise<boolean> {
  const now = await backendOf(runner);
  const isSameStart = Math.abs(startOf(now.server) - startOf(server)) <= EXACT;
  if (!isSameStart || now.pid === pid) return false;
  const rows = (await runner.query(`SELECT 1 FROM information_schema.processlist WHERE id = ${pid}`)) as unknown[];
  return rows.length > 0;
}

function startOf(server: string): number {
  return Number(server.split(' ').at(-1));
}
