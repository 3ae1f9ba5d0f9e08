import type { DialectSession } from '../../dialects/dialect.js';
import type { PlanStep } from '../../repository/revision.js';
import { unfinishedNotice } from '../notices.js';
import type { RunRequest } from '../run.request.js';
import type { Books } from './record-failure.js';
import { withVersionTable } from './version-table.js';

/** Creates the version table where it is missing, and reads the rows. @returns also whether this changed the database */
export async function openVersions(
  { runner }: DialectSession,
  { versions }: Books,
  { dialect, purge = false }: RunRequest,
): Promise<{ readonly rows: readonly string[]; readonly hasChanged: boolean }> {
  return withVersionTable(versions.name, dialect, async () => {
    const isMissing = !(await versions.exists(runner));
    if (isMissing) await versions.create(runner);
    if (purge) await versions.clear(runner);
    return { rows: await versions.read(runner), hasChanged: isMissing || purge };
  });
}

/** Creates the history table where it is missing, and ends the rows of runners that died. @returns notices about them */
export async function openHistory(
  { runner }: DialectSession,
  { history, versions }: Books,
  { dialect }: RunRequest,
  plan: readonly PlanStep[],
): Promise<readonly string[]> {
  return withVersionTable(versions.name, dialect, async () => {
    await history.ensure(runner);
    const unfinished = await history.unfinished(runner);
    if (unfinished.length > 0) await history.closeUnfinished(runner);
    return unfinished.map((step) => unfinishedNotice(step, plan));
  });
}
