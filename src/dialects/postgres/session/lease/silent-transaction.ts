import type { QueryRunner } from 'typeorm';
import { holdsLock } from '../lock-holder.js';
import { leaseTimes, type LeaseTable } from './lease-table.js';

/**
 * Ends the transaction of a runner whose thread is silent: its process is stopped, or its machine is gone without a word, which a pooler
 * may not notice for hours.
 *
 * A transaction at work is left alone, and so is that of a runner without a thread, which may compute, and the session of one that has no
 * lease: it clears a lease that has expired.
 */
export async function endSilentTransaction(runner: QueryRunner, table: LeaseTable, key: bigint): Promise<void> {
  const row = await table.read(runner);
  if (row === undefined || !row.isExpired || !row.isSilent) return;
  // Without the privilege to end it, it is waited for like any other.
  await runner
    .query(
      `SELECT pg_terminate_backend(a.pid)
       FROM pg_catalog.pg_locks l JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid
       WHERE ${holdsLock(key)} AND a.state LIKE 'idle in transaction%'
         AND a.state_change < clock_timestamp() - interval '${leaseTimes.silent} milliseconds'`,
    )
    .catch(() => undefined);
}
