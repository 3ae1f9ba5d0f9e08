import type { DataSource } from 'typeorm';
import type { ProgressReader, StatementProgress } from '../../progress-reader.js';
import { OwnClient } from './own-client.js';

/** Numbers come as text, since they may be larger than JavaScript counts. */
interface ProgressRow {
  readonly phase: string | null;
  readonly done: string | null;
  readonly total: string | null;
  readonly locker: number | null;
  readonly blockers: string | null;
}

/**
 * Reads what a process of the server is doing: the phase of an index that it builds, and whether it waits for a lock.
 *
 * The connection is opened for the first question, and given up for good when that fails.
 */
export class IndexProgress implements ProgressReader {
  private client: Promise<OwnClient | undefined> | undefined;

  constructor(
    private readonly dataSource: DataSource,
    private readonly pid: number,
  ) {}

  async read(): Promise<StatementProgress | undefined> {
    this.client ??= connected(this.dataSource);
    const client = await this.client;
    try {
      const answer = await client?.query(queryOf(this.pid));
      return progressOf(answer?.rows[0] as ProgressRow | undefined);
    } catch {
      this.close();
      return undefined;
    }
  }

  close(): void {
    void this.client?.then((client) => client?.end());
    this.client = Promise.resolve(undefined);
  }
}

async function connected(dataSource: DataSource): Promise<OwnClient | undefined> {
  try {
    const client = new OwnClient(dataSource);
    await client.connect();
    return client;
  } catch {
    return undefined;
  }
}

/** Tuples are counted while the index is filled, and blocks while the table is read. */
function queryOf(pid: number): string {
  return `
  SELECT p.phase, nullif(p.current_locker_pid, 0) AS locker,
         (CASE WHEN p.tuples_total > 0 THEN p.tuples_done WHEN p.blocks_total > 0 THEN p.blocks_done END)::text AS done,
         (CASE WHEN p.tuples_total > 0 THEN p.tuples_total WHEN p.blocks_total > 0 THEN p.blocks_total END)::text AS total,
         CASE WHEN a.wait_event_type = 'Lock' THEN array_to_string(pg_blocking_pids(a.pid), ', ') END AS blockers
  FROM pg_catalog.pg_stat_activity a LEFT JOIN pg_catalog.pg_stat_progress_create_index p ON p.pid = a.pid
  WHERE a.pid = ${pid}`;
}

function progressOf(row: ProgressRow | undefined): StatementProgress | undefined {
  if (row === undefined) return undefined;
  const { phase, done, total, locker, blockers } = row;
  const waited = blockers || (locker === null ? '' : String(locker));
  if (phase === null) return waited === '' ? undefined : { phase: `waiting for a lock of pid ${waited}` };
  const percent = Number(total) > 0 ? Math.floor((100 * Number(done)) / Number(total)) : undefined;
  return {
    phase: waited === '' ? phase : `${phase}, pid ${waited}`,
    ...(percent !== undefined && { percent: Math.min(percent, 100) }),
  };
}
