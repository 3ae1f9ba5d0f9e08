import type { DialectSession } from '../../dialects/dialect.js';
import type { PlanStep } from '../../repository/revision.js';
import { deadNotices, failedNotices, lostVersionsNotice } from '../notices.js';
import type { RunRequest } from '../run.request.js';
import { existingTables } from './existing-tables.js';
import type { UnfinishedStep } from './history-table.js';
import type { Books } from './record-failure.js';
import { withVersionTable } from './version-table.js';

/** The version table of a database as a run finds it. */
interface OpenVersions {
  readonly rows: readonly string[];
  /** Whether to open it changed the database. */
  readonly hasChanged: boolean;
  /** Where the table was missing, and the history table shows that there was one. */
  readonly notice?: string;
  /** The other tables of the run that exist. */
  readonly existing: ExistingBooks;
}

/** Which of the other tables of a run exist. */
export interface ExistingBooks {
  readonly history: boolean;
  readonly journal: boolean;
  /** The steps that were never ended, where they came with the version rows. */
  readonly unfinished?: readonly UnfinishedStep[];
}

/** Creates the version table where it is missing, and reads the rows. */
export async function openVersions(
  session: DialectSession,
  { versions, history, journals, transaction }: Books,
  { dialect, settings: { tenant }, purge = false }: RunRequest,
): Promise<OpenVersions> {
  const { runner } = session;
  return withVersionTable(versions.name, dialect, async () => {
    const tables = { versions: versions.name, history: history.name, journal: journals.table.name };
    const { versions: isThere, ...existing } = await existingTables(runner, dialect, tables);
    const isMissing = !isThere;
    const [last] = isMissing && existing.history ? await history.read(runner, LAST_DONE) : [];
    if (isMissing) await versions.create(runner);
    if (purge) await versions.clear(runner);
    // For one of many tenants in one message with what comes before the first step: the most of them have one.
    const isTogether = tenant !== undefined && session.together !== undefined && existing.history;
    const queries = [versions.reading, ...(isTogether ? [history.readingUnfinished] : [])];
    const answers = await (isTogether ? transaction.guardBehind(queries) : session.batch(queries));
    return {
      rows: versions.rowsOf(answers),
      hasChanged: isMissing || purge,
      existing: { ...existing, ...(isTogether && { unfinished: history.rowsOf(answers.slice(1)) }) },
      ...(last && { notice: lostVersionsNotice(versions.name, last) }),
    };
  });
}

const LAST_DONE = 'WHERE finished_at IS NOT NULL AND error IS NULL ORDER BY id DESC LIMIT 1';

/**
 * Creates the history table where it is missing, ends the rows of runners that died, and reads the journals that they have left.
 *
 * @returns notices about those that died, and messages about what goes on behind a failure
 * @throws RevisionHalfDoneError where the plan would make void what is done of another revision
 * @throws ResumeFromError where the statement that a run is asked to go on with is none of the revision that comes first
 */
export async function openHistory(
  { runner }: DialectSession,
  { history, versions, journals, transaction }: Books,
  { dialect, resumeFrom, abandon = false }: RunRequest,
  plan: readonly PlanStep[],
  existing: ExistingBooks,
): Promise<{ readonly notices: readonly string[]; readonly resumed: readonly string[] }> {
  return withVersionTable(versions.name, dialect, async () => {
    if (!existing.history) await history.ensure(runner);
    if (!existing.journal) await journals.ensure(runner);
    await journals.read(runner, existing.journal);
    if (!abandon) journals.refuseHalfDone(plan);
    // With the savepoint of the revision that follows, which then costs no message of its own.
    const unfinished =
      existing.unfinished ?? history.rowsOf(await transaction.guardBehind([history.readingUnfinished]));
    const notices = deadNotices(plan, unfinished, journals, resumeFrom);
    const resumed = failedNotices(plan, unfinished, journals, resumeFrom);
    if (resumeFrom !== undefined) await journals.resume(runner, plan, resumeFrom);
    if (unfinished.length > 0) await history.closeUnfinished(runner);
    return { notices, resumed };
  });
}
