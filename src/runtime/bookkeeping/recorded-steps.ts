import type { QueryRunner } from 'typeorm';
import type { Dialect } from '../../dialects/dialect.js';
import type { QualifiedName } from '../../schema/schema.model.js';
import { type HistoryRow, UNFINISHED, type UnfinishedStep } from './history-table.js';
import { readHistory } from './read-history.js';

/** The last step of a revision that ended well. */
export type RecordedStep = Pick<HistoryRow, 'direction' | 'checksum'>;

/** The last `limit` steps, newest first. */
export function readLastSteps(
  runner: QueryRunner,
  dialect: Dialect,
  versionTable: QualifiedName,
  limit?: number,
): Promise<readonly HistoryRow[]> {
  const end = limit === undefined ? '' : ` LIMIT ${dialect.literal(limit)}`;
  return readHistory(runner, dialect, versionTable, `ORDER BY id DESC${end}`);
}

/** An unfinished step that no run is known to be at work on. */
export interface LeftStep extends UnfinishedStep {
  /** Its runner died; false where the database does not show whether a run is at work. */
  readonly hasDied: boolean;
}

/** The last step of each revision that ended well. */
export async function readRecordedSteps(
  runner: QueryRunner,
  dialect: Dialect,
  versionTable: QualifiedName,
): Promise<ReadonlyMap<string, RecordedStep>> {
  const ended = 'WHERE finished_at IS NOT NULL AND error IS NULL ORDER BY id';
  const rows = await readHistory(runner, dialect, versionTable, ended);
  // A stamp may have several.
  return new Map(rows.flatMap((row) => row.revision.split(', ').map((id) => [id, row] as const)));
}

/**
 * The steps that a runner left behind when it died.
 *
 * They are read before and after the lock is looked at: a run that ends meanwhile leaves none.
 */
export async function readLeftSteps(
  runner: QueryRunner,
  dialect: Dialect,
  versionTable: QualifiedName,
): Promise<readonly LeftStep[]> {
  const readUnfinished = (): Promise<readonly UnfinishedStep[]> =>
    readHistory(runner, dialect, versionTable, UNFINISHED);
  const before = new Set((await readUnfinished()).map(keyOf));
  if (before.size === 0) return [];
  const isRunning = await dialect.isRunning(runner, versionTable);
  if (isRunning === true) return [];
  const after = await readUnfinished();
  return after.filter((step) => before.has(keyOf(step))).map((step) => ({ ...step, hasDied: isRunning === false }));
}

function keyOf({ revision, direction, startedAt }: UnfinishedStep): string {
  return [revision, direction, startedAt].join('\0');
}
