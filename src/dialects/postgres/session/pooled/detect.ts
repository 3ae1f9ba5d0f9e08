import type { DataSource, QueryRunner } from 'typeorm';
import { PooledConnectionError } from '../../errors.js';
import { OwnClient } from '../own-client.js';

/** How often it is tried to catch a pooler at sharing a session. */
const ROUNDS = 5;

/** How long another connection may take, ms: of a pool with a single session it gets none. */
const LIMIT = 2_000;

/** The driver's connection, with what the server reported of itself when it was opened. */
interface Connection {
  readonly processID?: number | null;
}

/**
 * Whether the connection goes through a pooler: what it reports as the process of the server, by which statements are canceled, is not the one that
 * answers. Poolers report a number of their own, since the process changes. A driver that does not know the number counts as pooled:
 * what is right behind a pooler is right anywhere.
 *
 * @param pid the process that answers
 */
export async function isPooled(runner: QueryRunner, pid: number): Promise<boolean> {
  const { processID } = (await runner.connect()) as Connection;
  return processID !== pid;
}

/**
 * Refuses a pooler that shares sessions of the server among its clients, where a lock of the session is asked for.
 *
 * A session that answers two connections which are both open is shared. A pooler that is not caught at that is taken at the
 * word of the option.
 *
 * @throws PooledConnectionError
 */
export async function refuseSharedSession(dataSource: DataSource, runner: QueryRunner, pid: number): Promise<void> {
  const other = new OwnClient(dataSource, LIMIT);
  try {
    if (await probe(runner, other, pid).catch(() => false)) throw new PooledConnectionError('session');
  } finally {
    await other.end();
  }
}

async function probe(runner: QueryRunner, other: OwnClient, pid: number): Promise<boolean> {
  await other.connect();
  for (let round = 0; round < ROUNDS; round += 1) {
    const { rows } = await other.query('SELECT pg_backend_pid() AS pid');
    const [own] = (await runner.query('SELECT pg_backend_pid() AS pid')) as [{ pid: number }];
    if (rows[0]?.['pid'] === pid || own.pid !== pid) return true;
  }
  return false;
}
