import type { QueryRunner } from 'typeorm';
import type { RunnerInfo } from '../../../../errors/waiting.errors.js';
import type { QualifiedName } from '../../../../schema/schema.model.js';
import { type LeaseRow, LeaseTable } from './lease-table.js';

/** Who has a valid lease on a version table; undefined when nobody has, and where no runner ever took one. */
export async function leaseHolder(
  runner: QueryRunner,
  versionTable: Required<QualifiedName>,
): Promise<RunnerInfo | undefined> {
  const table = new LeaseTable(versionTable);
  if (!(await table.exists(runner))) return undefined;
  const row = await table.read(runner);
  return row === undefined || row.isExpired ? undefined : infoOf(row);
}

/** Who has a lease, by its row. */
export function infoOf({ runBy: owner, applicationName, since, expires }: LeaseRow): RunnerInfo {
  return { owner, applicationName, since, expires };
}
