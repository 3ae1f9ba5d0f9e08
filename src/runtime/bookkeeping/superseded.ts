import type { QueryRunner } from 'typeorm';
import type { Dialect } from '../../dialects/dialect.js';
import type { QualifiedName } from '../../schema/schema.model.js';
import { historyTableOf } from './history-table.js';
import { quoteName, tableExists } from './version-table.js';

/** The version rows of a database that the revision files only know in part. */
export interface PartlyKnownRows {
  readonly rows: readonly string[];
  /** Those of them that no revision file has. */
  readonly unknown: readonly string[];
  /** The heads of the revision files. */
  readonly heads: readonly string[];
}

/**
 * Whether the history table says that the unknown rows came on top of all that the files have: each was applied, and each
 * head of the files is a row still, or was one before an unknown row took its place.
 *
 * Two queries. What was run from a script left no history, and is not told apart from another branch.
 */
export async function areHeadsSuperseded(
  runner: QueryRunner,
  dialect: Dialect,
  versionTable: QualifiedName,
  { rows, unknown, heads }: PartlyKnownRows,
): Promise<boolean> {
  const history = historyTableOf(versionTable);
  if (!(await tableExists(runner, dialect, history))) return false;
  const wanted = [...unknown, ...heads].map((id) => dialect.literal(id)).join(', ');
  const steps = (await runner.query(
    `SELECT id, revision, direction FROM ${quoteName(dialect, history)} ` +
      `WHERE revision IN (${wanted}) AND finished_at IS NOT NULL AND error IS NULL ORDER BY id`,
  )) as { id: unknown; revision: string; direction: string }[];
  const last = new Map(steps.map((step) => [step.revision, step]));
  const appliedAt = (revision: string): number | undefined => {
    const step = last.get(revision);
    return step === undefined || step.direction === 'downgrade' ? undefined : Number(step.id);
  };
  const unknownAt = unknown.map(appliedAt);
  if (unknownAt.includes(undefined)) return false;
  const newest = Math.max(...unknownAt.map(Number));
  return heads.length > 0 && heads.every((head) => rows.includes(head) || (appliedAt(head) ?? Infinity) < newest);
}
