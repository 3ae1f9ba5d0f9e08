import type { QueryRunner } from 'typeorm';
import type { Dialect } from '../../dialects/dialect.js';
import type { QualifiedName } from '../../schema/schema.model.js';
import { readHistory } from './read-history.js';

/** The version rows of a database that the revision files only know in part. */
interface PartlyKnownRows {
  readonly rows: readonly string[];
  /** Those of them that no revision file has. */
  readonly unknown: readonly string[];
  /** The heads of the revision files. */
  readonly heads: readonly string[];
}

/**
 * Whether, by the history table, the unknown rows are newer than all revision files: each was applied, and each head of the files
 * is still a row, or was one before the last unknown row was applied.
 *
 * It takes two queries. Revisions that were applied by a script have no history, and look like those of another branch.
 */
export async function areHeadsSuperseded(
  runner: QueryRunner,
  dialect: Dialect,
  versionTable: QualifiedName,
  { rows, unknown, heads }: PartlyKnownRows,
): Promise<boolean> {
  const wanted = [...unknown, ...heads].map((id) => dialect.literal(id)).join(', ');
  const ended = `WHERE revision IN (${wanted}) AND finished_at IS NOT NULL AND error IS NULL ORDER BY id`;
  const steps = await readHistory(runner, dialect, versionTable, ended);
  /** The place in the history of the last step of a revision that is applied. */
  const appliedAt = (id: string): number | undefined => {
    const last = steps.findLastIndex(({ revision }) => revision === id);
    return steps[last]?.direction === 'downgrade' || last === -1 ? undefined : last;
  };
  const unknownAt = unknown.map(appliedAt);
  if (unknownAt.includes(undefined)) return false;
  const newest = Math.max(...unknownAt.map(Number));
  return heads.length > 0 && heads.every((head) => rows.includes(head) || (appliedAt(head) ?? Infinity) < newest);
}
