import type { QueryRunner } from 'typeorm';
import { CommitUnknownError } from '../../errors/lost.errors.js';
import type { Books } from '../bookkeeping/record-failure.js';
import { sameIds } from '../bookkeeping/version-table.js';
import { reasonOf } from '../failure.js';
import { nameOfStep } from '../step-text.js';
import { askAgain, type LostRun } from './ask-again.js';
import type { FailedCommit } from './failed-commit.js';
import { isLost, isTooLate } from './is-lost.js';

/** The run that was to be committed. */
interface CommittingRun extends LostRun, Pick<Books, 'history' | 'versions'> {
  /** With the version rows as the run left them. */
  readonly done: { readonly rows: readonly string[] };
  /** Adds a message for people to the result. */
  notice(message: string): void;
}

/**
 * What became of a commit that ended in an error. Where its answer was lost with the connection, the database is asked: the history
 * row of the last step is written in the same transaction, so it is there exactly when that was committed, whatever other runs have
 * done meanwhile.
 *
 * @returns the error; undefined when it is committed after all
 */
export async function commitVerdict(run: CommittingRun, failed: FailedCommit): Promise<unknown> {
  const { request, session } = run;
  const { error, steps, kept } = failed;
  // One that has no connection any more has sent no COMMIT; a caller's transaction is lost with the connection.
  if (session.isCallers || isTooLate(error) || !isLost(error, session, request.dialect)) return error;
  const found = await askAgain(run, (runner) => hasCommitted(runner, run, steps));
  const { dataSourceName: name } = request;
  if (found === undefined || !(found.answer || found.isFinal)) {
    return new CommitUnknownError(name, steps, kept, reasonOf(error), error);
  }
  if (!found.answer) return error;
  const what = steps.length === 0 ? '' : ` of ${steps.join(', ')}`;
  run.notice(
    `The connection was lost at the COMMIT${what} (${reasonOf(error)}). The database was asked again: it is committed.`,
  );
  return undefined;
}

async function hasCommitted(
  runner: QueryRunner,
  { history, versions, done: { rows } }: CommittingRun,
  steps: readonly string[],
): Promise<boolean> {
  const attempt = history.latest;
  if (attempt === undefined) {
    return (await versions.exists(runner)) && sameIds(await versions.read(runner), rows);
  }
  const row = (await history.exists(runner)) ? await history.find(runner, attempt) : undefined;
  if (row === undefined) return false;
  if (steps.at(-1) === nameOfStep(attempt.step)) return row.finishedAt !== null && row.error === null;
  // A revision that leaves its transaction commits what it has done so far.
  return !attempt.stored || row.statementsDone > attempt.committed;
}
