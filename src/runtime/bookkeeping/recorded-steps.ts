import type { QueryRunner } from 'typeorm';
import type { Dialect } from '../../dialects/dialect.js';
import type { QualifiedName } from '../../schema/schema.model.js';
import { HistoryTable, type UnfinishedStep } from './history-table.js';
import { queryHistory } from './read-history.js';
import { tableExists, withVersionTable } from './version-table.js';

/** The last step of a revision that ended well. */
export interface RecordedStep {
  readonly direction: string;
  /** Of the file that ran; null for a stamp. */
  readonly checksum: string | null;
}

/** An unfinished step that no run is known to be at work on. */
export interface LeftStep extends UnfinishedStep {
  /** Its runner died; false where the database does not show whether a run is at work. */
  readonly hasDied: boolean;
}

/** The last step of each revision that ended well, as the history table has it. Changes nothing. */
export async function readRecordedSteps(
  runner: QueryRunner,
  dialect: Dialect,
  versionTable: QualifiedName,
): Promise<ReadonlyMap<string, RecordedStep>> {
  const rows = await queryHistory(
    runner,
    dialect,
    versionTable,
    'SELECT revision, direction, checksum',
    'WHERE finished_at IS NOT NULL AND error IS NULL ORDER BY id',
  );
  return new Map(
    rows.flatMap(({ revision, direction, checksum }) => {
      const step = { direction: String(direction), checksum: typeof checksum === 'string' ? checksum : null };
      // A stamp may have several.
      return String(revision)
        .split(', ')
        .map((id) => [id, step] as const);
    }),
  );
}

/**
 * The steps that a runner left behind when it died. Takes no lock and changes nothing.
 *
 * They are read before and after the lock is looked at: a run that ends meanwhile leaves none.
 */
export async function readLeftSteps(
  runner: QueryRunner,
  dialect: Dialect,
  versionTable: QualifiedName,
): Promise<readonly LeftStep[]> {
  const history = new HistoryTable(dialect, versionTable);
  return withVersionTable(versionTable, dialect, async () => {
    if (!(await tableExists(runner, dialect, history.name))) return [];
    const before = new Set((await history.unfinished(runner)).map(keyOf));
    if (before.size === 0) return [];
    const isRunning = await dialect.isRunning(runner, versionTable);
    if (isRunning === true) return [];
    const after = await history.unfinished(runner);
    return after.filter((step) => before.has(keyOf(step))).map((step) => ({ ...step, hasDied: isRunning === false }));
  });
}

function keyOf({ revision, direction, startedAt }: UnfinishedStep): string {
  return [revision, direction, startedAt].join('\0');
}
