import { randomUUID } from 'node:crypto';
import type { FleetWatch } from '../../events/fleet-watch.js';
import type { RevisionGraph } from '../../repository/index.js';
import type { Tenant } from '../../service/options/tenants.js';
import { openCalled } from '../../service/calls.js';
import { type FleetParts, type OpenFleet, withFleet } from '../open-fleet.js';
import { FleetRecord } from '../record/fleet-record.js';
import type { FleetRunOptions } from '../requests.js';
import type { OpenTenant, RunRow, Settled } from '../record/rows.js';
import { endOf, isTriedAgain, settledOf } from '../run/settled.js';
import { watchOf } from '../run/watch.js';
import { workOf } from '../run/work-of.js';
import type { TenantOutcome } from '../tenant-work.js';

/** How often a worker shows that it still has what it has claimed, ms. */
const BEAT = 2_000;

/**
 * How often a tenant is given back whose lock is not free. Who holds it may be a worker of the same run that does not answer and goes on:
 * a failure would spend the budget, and be wrong a moment later.
 */
const BUSY_TRIES = 10;

/** For how long a worker believes what it has read of a run, and of directory and revisions where something is missing there, ms. */
const RUN_IS_NEW = 1_000;
const DIRECTORY_IS_NEW = 5_000;
const FILES_ARE_NEW = 5_000;

/**
 * What is to become of a job: `settled` where nothing is left to do for it, `giveBack` where it is to be tried again later, by this worker
 * or another one.
 *
 * @example
 *     const handled: TenantHandled = await worker.runTenant(runId, 'acme');
 */
export type TenantHandled = 'settled' | 'giveBack';

/**
 * Migrates tenants of runs that another process coordinates: the side of a queue's workers.
 *
 * A queue may give out a job twice, and give one to a second worker while the first is still at work on it. Neither does harm: who runs a
 * tenant has claimed it in the record, and holds its lock.
 *
 * @example
 *     const worker: FleetWorker = await fleet.openWorker();
 */
export class FleetWorker {
  private readonly worker = randomUUID();
  private readonly record: FleetRecord;
  private readonly timer: NodeJS.Timeout;
  private readonly runs = new Map<string, { readonly run: RunRow; readonly at: number }>();
  private readonly watches = new Map<string, Promise<FleetWatch>>();
  /** How many tenants of each run are being migrated. */
  private readonly atWork = new Map<string, number>();
  private tenants: ReadonlyMap<string, Tenant>;
  private graph: RevisionGraph;
  private readAt = performance.now();
  private graphReadAt = performance.now();

  private constructor(
    private readonly fleet: OpenFleet,
    private readonly release: () => Promise<void>,
  ) {
    this.tenants = byId(fleet.tenants);
    this.graph = fleet.repository.graph;
    this.record = new FleetRecord(fleet.environment, fleet.bound);
    this.timer = setInterval(() => void this.beat(), BEAT);
    this.timer.unref();
  }

  /**
   * Opens what a worker needs: what `MigrationFleet.openWorker` calls.
   *
   * @throws as `MigrationFleet.status`
   * @example
   *     const worker = await fleet.openWorker();
   */
  static open(parts: FleetParts, options: Pick<FleetRunOptions, 'concurrency'> = {}): Promise<FleetWorker> {
    return new Promise((resolve, reject) => {
      let close: () => void = () => undefined;
      const closed = new Promise<void>((end) => (close = end));
      const open = withFleet(parts, 'upgrade', options, async (_context, openFleet) => {
        const worker = new FleetWorker(await openFleet(), () => {
          close();
          return open;
        });
        await worker.record.ensure();
        resolve(worker);
        await closed;
      });
      open.catch(reject);
    });
  }

  /**
   * Migrates a tenant of a run, and writes what became of it into the record.
   *
   * @param signal stops it as it stops a run
   * @throws DatabaseUnreachableError where the record cannot be read or written: the job is to be tried again then
   * @example
   *     if ((await worker.runTenant(runId, 'acme')) === 'giveBack') console.log('later');
   */
  async runTenant(runId: string, tenant: string, signal?: AbortSignal): Promise<TenantHandled> {
    const run = await this.runOf(runId);
    // Nobody else begins in a run that was stopped; `retry` hands its tenants out again.
    if (run?.state !== 'running') return 'settled';
    // Another version of the application has begun it, and other workers have its revisions.
    if (!(await this.hasRevisions(run))) return 'giveBack';
    const open = await this.claim(run, tenant);
    if (open === undefined) return (await this.record.isSettled(runId, tenant)) ? 'settled' : 'giveBack';
    this.count(runId, 1);
    try {
      const found = await this.find(tenant);
      if (found === undefined) return await this.settle(run, open, { state: 'gone', ms: 0 });
      const watch = await this.watchOf(run);
      const outcome = await watch.aroundTenant(
        tenant,
        () => this.fleet.runner.run(found, workOf(run, open), signal),
        (ended) => endOf(ended, open.tries, BUSY_TRIES),
      );
      return await this.settle(run, open, outcome);
    } finally {
      this.count(runId, -1);
    }
  }

  /**
   * Closes its connections; tenants that are being migrated are to be waited for first.
   *
   * @example
   *     await worker.close();
   */
  async close(): Promise<void> {
    clearInterval(this.timer);
    await this.release();
  }

  private async hasRevisions({ target }: RunRow): Promise<boolean> {
    const hasAll = (): boolean => target.every((id) => this.graph.has(id));
    if (!hasAll() && performance.now() - this.graphReadAt >= FILES_ARE_NEW) {
      this.graph = (await openCalled([this.fleet.bound])).graph;
      this.graphReadAt = performance.now();
    }
    return hasAll();
  }

  private watchOf(run: RunRow): Promise<FleetWatch> {
    const watch = this.watches.get(run.runId) ?? watchOf(this.fleet, run, false);
    this.watches.set(run.runId, watch);
    return watch;
  }

  private async claim({ runId }: RunRow, tenant: string): Promise<OpenTenant | undefined> {
    const open = await this.record.openTenant(runId, tenant);
    if (open === undefined) return undefined;
    const [claimed] = await this.record.claim(runId, this.worker, [open.number]);
    return claimed && { ...claimed, wasBegun: open.wasBegun };
  }

  private async settle({ runId }: RunRow, open: OpenTenant, outcome: TenantOutcome): Promise<TenantHandled> {
    if (isTriedAgain(outcome, open.tries, BUSY_TRIES)) {
      await this.record.giveBack(runId, this.worker, [open.number], outcome.state === 'busy');
      return 'giveBack';
    }
    await this.record.settle(runId, this.worker, new Map([[open.number, ofRun(settledOf(outcome), open)]]));
    return 'settled';
  }

  /** The run, as it was a moment ago; one that had ended may have begun again since. */
  private async runOf(runId: string): Promise<RunRow | undefined> {
    const known = this.runs.get(runId);
    if (known !== undefined && performance.now() - known.at < RUN_IS_NEW) return known.run;
    const run = await this.record.run(runId);
    if (run?.state === 'running') this.runs.set(runId, { run, at: performance.now() });
    else this.runs.delete(runId);
    return run;
  }

  /** A tenant of the directory, which is read again where it is not known: it may be new. */
  private async find(tenant: string): Promise<Tenant | undefined> {
    const known = this.tenants.get(tenant);
    if (known !== undefined || performance.now() - this.readAt < DIRECTORY_IS_NEW) return known;
    this.tenants = byId(await this.fleet.readTenants());
    this.readAt = performance.now();
    return this.tenants.get(tenant);
  }

  private async beat(): Promise<void> {
    for (const runId of this.atWork.keys()) await this.record.beat(runId, this.worker).catch(() => undefined);
  }

  private count(runId: string, more: number): void {
    const count = (this.atWork.get(runId) ?? 0) + more;
    if (count === 0) this.atWork.delete(runId);
    else this.atWork.set(runId, count);
  }
}

/**
 * What became of a tenant in its run. One that has nothing to do, and had when the run began, was done by a worker of it that died before
 * it could write that: it has lost its claim, as nobody else may have begun the tenant.
 */
function ofRun(settled: Settled, { wasBegun, from }: OpenTenant): Settled {
  const isMoved = from !== undefined && from.join() !== settled.to?.join();
  return settled.state === 'unchanged' && wasBegun && isMoved ? { ...settled, state: 'done', from } : settled;
}

function byId(tenants: readonly Tenant[]): ReadonlyMap<string, Tenant> {
  return new Map(tenants.map((tenant) => [tenant.id, tenant]));
}
