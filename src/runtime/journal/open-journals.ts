import type { QueryRunner } from 'typeorm';
import type { Dialect } from '../../dialects/dialect.js';
import type { QualifiedName } from '../../schema/schema.model.js';
import type { HalfDoneRevision } from '../../results.js';
import { lastDone } from '../notices.js';
import { withVersionTable } from '../bookkeeping/version-table.js';
import { JournalTable, type OpenJournal } from './journal-table.js';

/**
 * The journals that runs have left open; none while a run is known to be at work. Changes nothing.
 *
 * @throws VersionTableError when the table cannot be read
 */
export function readOpenJournals(
  runner: QueryRunner,
  dialect: Dialect,
  versionTable: QualifiedName,
): Promise<readonly OpenJournal[]> {
  const table = new JournalTable(dialect, versionTable);
  return withVersionTable(versionTable, dialect, async () => {
    const before = (await table.exists(runner)) ? await table.read(runner) : [];
    if (before.length === 0 || (await dialect.isRunning(runner, versionTable)) === true) return [];
    // A run may have ended meanwhile.
    return table.read(runner);
  });
}

/** The revisions that runs have left behind statements that are committed; none while a run is known to be at work. Changes nothing. */
export async function readHalfDone(
  runner: QueryRunner,
  dialect: Dialect,
  versionTable: QualifiedName,
): Promise<readonly HalfDoneRevision[]> {
  const journals = await readOpenJournals(runner, dialect, versionTable);
  return journals.flatMap((journal) => {
    const done = lastDone(journal);
    const direction = journal.direction === 'downgrade' ? 'downgrade' : 'upgrade';
    return done === 0 ? [] : { revision: journal.revision, direction, done };
  });
}
