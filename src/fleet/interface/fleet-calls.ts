import type {
  FleetDowngradeOptions,
  FleetPlanOptions,
  FleetRetryOptions,
  FleetRunOptions,
  FleetRunsOptions,
  FleetStampOptions,
  FleetStatusOptions,
  FleetWorkOptions,
} from '../requests.js';
import type { FleetPlan, FleetReport, FleetRun, FleetRunDetails, FleetStatus, FleetWorkReport } from '../results.js';

/** The methods of `MigrationFleet`. */
export interface FleetCalls {
  /**
   * Reads where the tenants are, in a few queries for each database, and counts them by state.
   *
   * Nothing is locked or written. A tenant whose database does not answer is counted as `unreachable`.
   *
   * @throws TenantDirectoryError for a directory with mistakes in it; TenantNotFoundError, EmptySelectionError for ids and tags that fit
   *   nobody; RevisionNotFoundError for an unknown target; RunAbortedError when `signal` stops it
   * @example
   *     const { behind, unknown } = await fleet.status();
   */
  status(options?: FleetStatusOptions): Promise<FleetStatus>;

  /**
   * Plans a run for each position that tenants have, on an example, and runs nothing.
   *
   * @returns the plans, that of the most tenants first; positions with nothing to do have a plan without steps
   * @throws what `status` throws; InvalidTargetError for a target that cannot be reached from a position, and for `-1` where tenants are at different places
   * @example
   *     for (const { tenants, example, plan } of await fleet.plan()) console.log(tenants, 'as', example, plan.steps.length);
   */
  plan(target?: string, options?: FleetPlanOptions): Promise<readonly FleetPlan[]>;

  /**
   * Runs the revisions up to `target` for each tenant, wave after wave.
   *
   * Each tenant is a run of its own with lock, transaction and history in its schema or database. The target is resolved once and
   * stored, so that a revision that is added meanwhile is not run. Where a run with the same target and selection is at work, the call
   * joins it, with its tenants, waves and budget, and both share the tenants. One that was killed is finished.
   *
   * @returns the report, also when tenants have failed: see `failed`
   * @throws only where nothing could begin: what `status` throws; FleetBusyError when a run with another target, and some of these tenants, goes on for longer than
   *   `runnerTimeout`; DataLossError with `onDataLoss: 'refuse'`; DatabaseUnreachableError for the database of the record; RunAbortedError
   * @example
   *     const { done, failed } = await fleet.upgrade('head', { waves: ['1', '10%', '100%'], maxFailures: '2%' });
   *     for (const { tenant, error } of failed) console.error(tenant, error);
   */
  upgrade(target?: string, options?: FleetRunOptions): Promise<FleetReport>;

  /**
   * Runs the revisions down to `target` for each tenant; with `run` for those that this run has upgraded, and without a target each back
   * to where it was before.
   *
   * @throws what `upgrade` throws; InvalidTargetError without a target and a run, and for `-1` where tenants are at different places;
   *   FleetRunNotFoundError for an unknown run
   * @example
   *     await fleet.downgrade(undefined, { run: runId });
   */
  downgrade(target?: string, options?: FleetDowngradeOptions): Promise<FleetReport>;

  /**
   * Writes the version rows of each tenant as if the revisions had been run, and runs none.
   *
   * @throws what `upgrade` throws
   * @example
   *     await fleet.stamp('ae1027a6', { tenants: ['acme'] });
   */
  stamp(targets?: string | readonly string[], options?: FleetStampOptions): Promise<FleetReport>;

  /**
   * Goes on with a run, by its id or the beginning of that: those of its tenants that failed, were not tried, or never ended, to the target that it has stored.
   *
   * @throws FleetRunNotFoundError for an unknown run; RevisionNotFoundError where its target is no revision any more; what `upgrade` throws
   * @example
   *     const { failed } = await fleet.retry(runId);
   */
  retry(runId: string, options?: FleetRetryOptions): Promise<FleetReport>;

  /**
   * Lists runs, the latest first. The record keeps 100.
   *
   * @throws DatabaseUnreachableError
   * @example
   *     const [last] = await fleet.runs({ limit: 1 });
   */
  runs(options?: FleetRunsOptions): Promise<readonly FleetRun[]>;

  /**
   * Gives one run, by its id or the beginning of that, with what became of each tenant.
   *
   * @throws FleetRunNotFoundError; DatabaseUnreachableError
   * @example
   *     const { each } = await fleet.run(runId);
   */
  run(runId: string): Promise<FleetRunDetails>;

  /**
   * Takes tenants from the queue of the fleet and migrates them, until `signal` is aborted: what `provideFleetWorker` does in a running
   * application, and `db fleet worker` in a process of its own.
   *
   * It migrates nobody of whom the record of the run says that another has them, and gives back who cannot be migrated now: whose lock is
   * not free, and all of a run whose revisions this code does not have.
   *
   * @throws FleetEngineError where the application provides no queue, and for one that cannot be used; what `status` throws
   * @example
   *     const stop = new AbortController();
   *     process.once('SIGTERM', () => stop.abort('SIGTERM'));
   *     const { tenants } = await fleet.work({ concurrency: 8, signal: stop.signal });
   */
  work(options?: FleetWorkOptions): Promise<FleetWorkReport>;
}
