import type { QueryRunner } from 'typeorm';
import type { RunnerInfo } from '../../../../errors/waiting.errors.js';
import type { QualifiedName } from '../../../../schema/schema.model.js';
import { LeaseTable } from './lease-table.js';

/** Who has a valid lease on a version table; undefined when nobody has, and where no runner ever took one. */
export async function leaseHolder(
  runner: QueryRunner,
  versionTable: Required<QualifiedName>,
): Promise<RunnerInfo | undefined> {
  const table = new LeaseTable(versionTable);
  if (!(await table.exists(runner))) return undefined;
  const row = await table.read(runner);
  if (row === undefined || row.isExpired) return undefined;
  const { runBy: owner, applicationName, since, expires } = row;
  return { owner, applicationName, since, expires };
}
