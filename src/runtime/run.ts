import { Backoff } from '../dialects/common/backoff.js';
import { RunCutOffError } from '../errors/lost.errors.js';
import { messageOf } from '../errors/thrown.js';
import type { RunResult } from '../results.js';
import { Retries } from './contention/retries.js';
import { JointRun } from './several/joint-run.js';
import { inTurnOn, openSession } from './open-session.js';
import type { RunRequest } from './run.request.js';
import { watchStatements } from './statement-watch.js';
import { cutOff } from './lost/cut-off.js';
import { Runner } from './runner.js';
import { refuseSameDatabase, refuseSameDataSource } from './several/same-database.js';

/** How often a run is tried that has lost its connection before its first step, and the pauses between. */
const STALE = { tries: 3, first: 50, longest: 200 };

/**
 * Runs a plan on a live database, one runner at a time.
 *
 * The version rows are read and the plan is made under the runner's lock. Where transactions are `whole`, either all steps
 * are kept or none (with `transactionPerMigration`: each step as a whole or not at all), apart from what a revision runs
 * outside the transaction. Where they undo only `rows`, each step is committed at its end, and a step that fails leaves
 * what the database has committed of it. Each step that is tried leaves a row in the history table.
 *
 * @throws MigrationFailedError when a revision throws or the database refuses one of its statements
 * @throws RunnerBusyError when another runner holds the database for longer than `runnerTimeout`
 * @throws VersionTableError when the version table or the history table cannot be created or read
 * @throws VersionRowError, VersionRowsMovedError when something else changes the version table meanwhile
 * @throws TransactionEndedError when a revision runs a COMMIT or ROLLBACK of its own
 */
export async function run(request: RunRequest): Promise<RunResult> {
  const [result] = await runAll([request]);
  return result as RunResult;
}

/**
 * Runs plans on several databases as one: all are locked and begun first, in the order given, and committed last. An
 * error in one of them rolls all back.
 *
 * @param options `twoPhase`: prepares every transaction that can be, before any is committed
 * @throws RunCutOffError, CommitUnknownError when the connection is lost outside of a revision, or at a commit
 * @throws SameDatabaseError when two data sources are the same database
 * @throws PartialCommitError when a commit fails after another was made; with `twoPhase`: TwoPhaseUnavailableError,
 *   PrepareRefusedError, TransactionInDoubtError, CommitUnfinishedError
 */
export async function runAll(
  requests: readonly RunRequest[],
  options: { readonly twoPhase?: boolean } = {},
): Promise<readonly RunResult[]> {
  refuseSameDataSource(requests);
  return inTurns(requests, () => untilReached(requests, () => runOnce(requests, options)));
}

/**
 * Does a run again that has lost its connection before its first step, which loses nothing: one of the pool may have ended with the
 * server's last restart. A server that is away then is waited for as long as `waitForDatabase`.
 */
async function untilReached<T>(requests: readonly RunRequest[], work: () => Promise<T>): Promise<T> {
  const [first] = requests;
  const limit = Math.max(0, ...requests.map(({ settings }) => settings.waitForDatabase ?? 0));
  const backoff = new Backoff(STALE, first?.signal);
  for (let count = 1; ; count += 1) {
    try {
      return await work();
    } catch (error) {
      const mayFollow = isBefore(error) && requests.every(({ queryRunner }) => queryRunner === undefined);
      if (!mayFollow || (count >= STALE.tries && backoff.waited >= limit)) throw error;
      if (count === STALE.tries) {
        first?.onLockWait?.(`Waiting ${limit / 1_000} s at most for the database: ${messageOf(error)}`);
      }
      await backoff.pause();
    }
  }
}

function isBefore(error: unknown): boolean {
  return (error instanceof RunCutOffError && error.isBefore) || isReleased(error);
}

/** Whether TypeORM has released a query runner whose connection ended while its session was opened, by the error of its next query. */
function isReleased(error: unknown): boolean {
  return error instanceof Error && error.name === 'QueryRunnerAlreadyReleasedError';
}

async function runOnce(
  requests: readonly RunRequest[],
  options: { readonly twoPhase?: boolean },
): Promise<readonly RunResult[]> {
  const runners: Runner[] = [];
  const retries = new Retries(runners);
  const unwatch: (() => void)[] = [];
  try {
    for (const request of requests) {
      const session = await openSession(request);
      runners.push(new Runner(request, session, retries));
      unwatch.push(watchStatements(request, session.revisionRunner, session.progressReader?.()));
    }
    await refuseSameDatabase(runners.map(({ request, session }) => ({ ...request, runner: session.runner })));
    return await new JointRun(runners, options.twoPhase === true).run();
  } catch (error) {
    throw await cutOff(
      runners.find(({ session }) => session.runner.isReleased),
      error,
    );
  } finally {
    for (const end of unwatch) end();
    for (const { session } of runners) await session.close();
  }
}

/**
 * Does work when it is the turn of all requests. The turns are taken in the order of the requests, as the locks of the databases
 * are, so that two runs never wait for each other.
 */
async function inTurns<T>(requests: readonly RunRequest[], work: () => Promise<T>): Promise<T> {
  const all = requests.reduceRight((inner, request) => () => inTurnOn(request, inner), work);
  return all();
}
