import { checkFleetCall } from './arguments.js';
import type { FleetCalls } from './interface/fleet-calls.js';
import type { FleetParts } from './open-fleet.js';
import type { FleetWorker } from './worker/fleet-worker.js';
import type {
  FleetDowngradeOptions,
  FleetOverrides,
  FleetPlanOptions,
  FleetRetryOptions,
  FleetRunOptions,
  FleetRunsOptions,
  FleetStampOptions,
  FleetStatusOptions,
  FleetWorkOptions,
} from './requests.js';
import type { FleetPlan, FleetReport, FleetRun, FleetRunDetails, FleetStatus, FleetWorkReport } from './results.js';

// What the methods do, throw and take is written in the interface: an editor shows it at the methods.

/**
 * The tenants of a data source, which share one history of migrations: each has a schema, a database or a file of its own.
 *
 * Every method returns data and throws typed errors (`MigrateError`). What became of each tenant is kept in two tables in the
 * data source's own database, so that a run can be finished by another process.
 *
 * @example
 *     const { done, failed } = await fleet.upgrade('head', { waves: ['1', '100%'] });
 */
export class MigrationFleet implements FleetCalls {
  constructor(private readonly parts: FleetParts) {}

  /**
   * Name of the data source whose tenants these are.
   *
   * @example
   *     const { dataSource } = fleet;
   */
  get dataSource(): string {
    return this.parts.dataSource;
  }

  /**
   * The same fleet with something added for the calls made on it; this one stays as it is.
   *
   * @throws MigrateOptionsError
   * @example
   *     await fleet.with({ xArgs: { region: 'eu' } }).upgrade();
   */
  with(overrides: FleetOverrides): MigrationFleet {
    checkFleetCall('with', overrides);
    return new MigrationFleet({ ...this.parts, overrides: { ...this.parts.overrides, ...overrides } });
  }

  async status(options: FleetStatusOptions = {}): Promise<FleetStatus> {
    checkFleetCall('status', options);
    const { readFleetStatus } = await import('./status.js');
    return readFleetStatus(this.parts, options);
  }

  async plan(target = 'head', options: FleetPlanOptions = {}): Promise<readonly FleetPlan[]> {
    checkFleetCall('plan', target, options);
    const { readFleetPlan } = await import('./plan.js');
    return readFleetPlan(this.parts, target, options);
  }

  async upgrade(target = 'head', options: FleetRunOptions = {}): Promise<FleetReport> {
    checkFleetCall('upgrade', target, options);
    return this.runTo('upgrade', [target], options);
  }

  async downgrade(target?: string, options: FleetDowngradeOptions = {}): Promise<FleetReport> {
    checkFleetCall('downgrade', target, options);
    return this.runTo('downgrade', target === undefined ? undefined : [target], options);
  }

  async stamp(targets: string | readonly string[] = 'head', options: FleetStampOptions = {}): Promise<FleetReport> {
    checkFleetCall('stamp', targets, options);
    return this.runTo('stamp', typeof targets === 'string' ? [targets] : targets, options);
  }

  async retry(runId: string, options: FleetRetryOptions = {}): Promise<FleetReport> {
    checkFleetCall('retry', runId, options);
    const { retryFleet } = await import('./run/run-fleet.js');
    return retryFleet(this.parts, runId, options);
  }

  async runs(options: FleetRunsOptions = {}): Promise<readonly FleetRun[]> {
    checkFleetCall('runs', options);
    const { readFleetRuns } = await import('./record/read-runs.js');
    return readFleetRuns(this.parts, options.limit);
  }

  async run(runId: string): Promise<FleetRunDetails> {
    checkFleetCall('run', runId);
    const { readFleetRun } = await import('./record/read-runs.js');
    return readFleetRun(this.parts, runId);
  }

  async work(options: FleetWorkOptions = {}): Promise<FleetWorkReport> {
    checkFleetCall('work', options);
    const { workUntilStopped } = await import('./worker/queue-worker.js');
    return workUntilStopped(this.parts, options);
  }

  /**
   * Opens a worker, which migrates tenants that an engine hands out: for a queue that is none of those which this package knows.
   *
   * @throws as `status`; DatabaseUnreachableError for the database of the record
   * @example
   *     const worker = await fleet.openWorker();
   *     const handled = await worker.runTenant(runId, 'acme'); // 'settled', or 'giveBack'
   */
  async openWorker(): Promise<FleetWorker> {
    const { FleetWorker } = await import('./worker/fleet-worker.js');
    return FleetWorker.open(this.parts);
  }

  /**
   * Closes the connections that this package opened itself; the application's own stay.
   *
   * @example
   *     await fleet.close();
   */
  close(): Promise<void> {
    return this.parts.environment.close();
  }

  private async runTo(
    command: 'upgrade' | 'downgrade' | 'stamp',
    targets: readonly string[] | undefined,
    options: FleetDowngradeOptions & FleetStampOptions,
  ): Promise<FleetReport> {
    const { runFleet } = await import('./run/run-fleet.js');
    return runFleet(this.parts, { ...options, command, targets });
  }
}
