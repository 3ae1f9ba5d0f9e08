import type { DialectSession } from '../dialects/dialect.js';
import { CommitUnknownError } from '../errors/lost.errors.js';
import { sentences } from '../errors/sentences.js';
import { type Books, recordFailure } from './bookkeeping/record-failure.js';
import { stepAtFault, type TriedStep } from './bookkeeping/tried-step.js';
import type { Attempt } from './bookkeeping/history-table.js';
import { type Aftermath, failureOf, reasonOf } from './failure.js';
import type { CallSites } from './revision/call-sites.js';
import { askAgain } from './lost/ask-again.js';
import { isLost, isTooLate, lossOf } from './lost/is-lost.js';
import { transactionEnded } from './revision/revision-gate.js';
import type { RunRequest } from './run.request.js';
import { nameOfStep } from './step-text.js';
import type { StepsDone } from './steps-done.js';

/** The run that a step failed in. */
interface FailedRun {
  readonly request: RunRequest;
  readonly session: DialectSession;
  readonly books: Books;
  readonly done: StepsDone;
  readonly sites: CallSites;
}

/** Asks over another connection where that of the run is lost, and records the failure: the next run would take the runner for dead. */
async function askElsewhere(
  run: FailedRun,
  attempt: Attempt,
  error: unknown,
): Promise<Pick<Aftermath, 'current' | 'isLastUnknown'>> {
  const { request, session, books } = run;
  if (error instanceof CommitUnknownError || !isLost(error, session, request.dialect)) return {};
  const { history, versions, journals } = books;
  const found = await askAgain(run, async (runner) => {
    // The answer to the COMMIT of what ran outside the transaction may be what was lost.
    if (attempt.stored) attempt.committed = await journals.countDone(runner, attempt.step);
    const ending = history.finishing(attempt, reasonOf(lossOf(error)));
    if (await history.exists(runner)) await runner.query(ending).catch(() => undefined);
    return (await versions.exists(runner)) ? versions.read(runner) : [];
  });
  // Where the lost one may still be at work, what it does may yet be committed.
  const isLastUnknown = attempt.stored && found?.isFinal !== true;
  return { ...(found && { current: found.answer }), ...(isLastUnknown && { isLastUnknown }) };
}

/** Rolls back, records the failure in the history, and makes the error that the run ends with. */
export async function failStep(run: FailedRun, last: TriedStep, error: unknown): Promise<Error> {
  const { request, session, books, done, sites } = run;
  const { transaction, versions } = books;
  const { step, attempt, failures } = stepAtFault(error, done.tried, last);
  const ended = await transaction.wasEnded();
  if (transaction.isEnded) attempt.committed = attempt.statements;
  await transaction.rollback();
  if (ended) {
    const failure = await transactionEnded(session, versions, step, error);
    await recordFailure(session.runner, books, attempt, failure);
    return failure;
  }
  const current = await recordFailure(session.runner, books, attempt, error);
  const found = current === undefined ? await askElsewhere(run, attempt, error) : { current };
  const aftermath: Aftermath = {
    kept: transaction.kept,
    rolledBack: transaction.lost.filter((name) => name !== nameOfStep(step)),
    keptStatements: attempt.committed,
    ...(session.isCallers && { isCallers: true }),
    // What an earlier run left is often why this one fails.
    hint: sentences(await session.hintOn?.(error), ...done.notices) || undefined,
    ...found,
  };
  const dataSource = request.dataSourceName;
  // Of a lost connection all statements have errors, and the revision catches none of them.
  const isOfLoss = isLost(error, session, request.dialect)
    ? (thrown: unknown): boolean => isTooLate(thrown) || request.dialect.isUnreachable(thrown)
    : (): boolean => false;
  const own = failures.filter((failure) => failure.error === error || !isOfLoss(failure.error));
  return failureOf(lossOf(error), { step, dataSource, sites, failures: own }, aftermath);
}
