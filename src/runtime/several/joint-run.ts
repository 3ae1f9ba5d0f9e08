import { RunAbortedError } from '../../errors/abort.errors.js';
import { PartialCommitError } from '../../errors/joint-run.errors.js';
import { MigrateError } from '../../errors/migrate.error.js';
import type { DatabaseOutcome } from '../../errors/database-outcome.js';
import { MigrationFailedError } from '../../errors/runtime.errors.js';
import type { RunResult } from '../../results.js';
import { reasonOf, withElsewhere } from '../failure.js';
import { cutOff } from '../lost/cut-off.js';
import { heldByRun } from './held-by-run.js';
import { outcomeOf } from './outcome.js';
import type { Runner } from '../runner.js';
import { requireTwoPhase, settleInDoubt, TwoPhaseCommit } from './two-phase.js';

/**
 * Runs on several databases, begun and committed together; one database is the simple case.
 *
 * Every stage is done on all of them before the next begins, always in the same order, so that two such runs cannot wait for each
 * other.
 */
export class JointRun {
  constructor(
    private readonly runners: readonly Runner[],
    private readonly twoPhase: boolean,
  ) {}

  async run(): Promise<readonly RunResult[]> {
    if (this.twoPhase) await requireTwoPhase(this.runners);
    await this.onEach((runner) => runner.lock());
    await settleInDoubt(this.runners);
    await this.onEach((runner) => runner.begin());
    // Databases that commit by themselves come last, when the others can no longer fail.
    const committing = this.runners.filter(({ transaction }) => transaction.policy === 'rows');
    const others = this.runners.filter((runner) => !committing.includes(runner));
    await this.onEach((runner) => runner.prepare(), committing);
    await this.onEach((runner) => runner.runSteps(), others);
    if (this.runners.length > 1) await this.onEach((runner) => runner.verify(), others);
    await this.onEach((runner) => runner.runSteps(), committing);
    await this.onEach(stopBeforeCommit);
    await this.commit();
    return this.runners.map(({ result }) => result);
  }

  private async onEach(stage: (runner: Runner) => Promise<void>, runners = this.runners): Promise<void> {
    for (const runner of runners) {
      try {
        await stage(runner);
      } catch (error) {
        throw await this.rollbackAll(runner, error);
      }
    }
  }

  private async commit(): Promise<void> {
    const working = this.runners.filter(({ hasWork }) => hasWork);
    if (this.twoPhase && working.length > 1) await new TwoPhaseCommit(working).run();
    let hasCommitted = false;
    for (const runner of this.runners) {
      const { hasWork } = runner;
      try {
        await runner.commit();
        hasCommitted ||= hasWork;
      } catch (error) {
        const failure = await this.rollbackAll(runner, error);
        throw hasCommitted ? this.partialCommit(runner, failure) : failure;
      }
    }
  }

  /** Rolls back what is open on any database, and adds what became of the others to the error. */
  private async rollbackAll(working: Runner, thrown: unknown): Promise<unknown> {
    for (const { transaction } of this.runners) await transaction.rollback();
    const error = await cutOff(working, thrown);
    if (this.runners.length === 1) return error;
    // The work of one may run that of another again.
    const named = error instanceof MigrationFailedError ? error.failure.dataSource : undefined;
    const failed = this.runners.find(({ request }) => request.dataSourceName === named) ?? working;
    const elsewhere = this.runners.filter((runner) => runner !== failed).map(outcomeOf);
    return onDataSource(
      withElsewhere(heldByRun(error, failed, this.runners), elsewhere),
      failed.request.dataSourceName,
    );
  }

  private partialCommit(failed: Runner, error: unknown): PartialCommitError {
    const isKnown = error instanceof MigrationFailedError && error.failure.current !== undefined;
    const outcomes: DatabaseOutcome[] = this.runners.map(outcomeOf);
    return new PartialCommitError(failed.request.dataSourceName, isKnown, outcomes, reasonOf(error), error);
  }
}

/** Stops a run whose caller wants that, for the last time: from the first commit on it is carried through. */
async function stopBeforeCommit(runner: Runner): Promise<void> {
  const { signal } = runner.request;
  if (!runner.hasWork || signal?.aborted !== true) return;
  throw await runner.failLastStep(RunAbortedError.because(signal.reason));
}

/** The error with the data source where it happened, unless it has one. */
function onDataSource(error: unknown, dataSource: string): unknown {
  if (error instanceof MigrateError) error.dataSource ??= dataSource;
  return error;
}
