import { FleetEngineError } from '../../errors/fleet-engine.errors.js';
import { messageOf } from '../../errors/thrown.js';
import type { JobConsumer, JobEnd, TenantJob } from '../engines/fleet-queue.js';
import type { WorkerQueue } from '../engines/fleet-queues.js';
import type { FleetParts } from '../open-fleet.js';
import type { FleetWorkOptions } from '../requests.js';
import type { FleetWorkReport } from '../results.js';
import { FleetWorker } from './fleet-worker.js';

/** When a tenant is handed out again that could not be migrated now, ms: its lock is not free, or this code lacks its revision. */
const AGAIN_IN = 3_000;

/** How long tenants may go on that are being migrated when the worker is stopped, ms. */
const GRACE = 10_000;

/** A worker that takes tenants from the queue of its fleet until it is closed. */
export class QueueWorker {
  /** How many tenants it has settled. */
  settled = 0;
  private readonly stopping = new AbortController();
  private consumer: JobConsumer | undefined;

  private constructor(
    private readonly parts: FleetParts,
    private readonly worker: FleetWorker,
  ) {}

  /** @throws FleetEngineError where the fleet has no queue, and as `MigrationFleet.status` */
  static async begin(parts: FleetParts, { concurrency: wanted }: FleetWorkOptions): Promise<QueueWorker> {
    const { queue, concurrency: own = parts.settings.concurrency } = await queueOf(parts);
    const concurrency = wanted ?? own;
    const begun = new QueueWorker(parts, await FleetWorker.open(parts, { concurrency }));
    try {
      const onTrouble = (error: unknown): void => begun.warn(error);
      begun.consumer = await queue.consume((job) => begun.take(job), { concurrency, onTrouble });
      return begun;
    } catch (error) {
      await begun.worker.close();
      throw error;
    }
  }

  /**
   * Takes nobody else, and waits for those that are being migrated.
   *
   * @param grace how long they may take, ms; then they are stopped, rolled back and handed out to others
   * @param reason of the stop: the name of a signal
   */
  async close(grace = GRACE, reason?: unknown): Promise<void> {
    const late = setTimeout(() => this.stopping.abort(reason), grace);
    try {
      await this.consumer?.close();
    } finally {
      clearTimeout(late);
      await this.worker.close();
    }
  }

  private async take({ run, tenant }: TenantJob): Promise<JobEnd> {
    const { signal } = this.stopping;
    const handled = await this.worker.runTenant(run, tenant, signal);
    if (handled === 'settled') {
      this.settled += 1;
      return 'done';
    }
    return { againIn: signal.aborted ? 0 : AGAIN_IN };
  }

  private warn(error: unknown): void {
    const { overrides, dataSource } = this.parts;
    overrides.onNotice?.({ level: 'warning', dataSource, message: `A worker of the fleet: ${messageOf(error)}` });
  }
}

/** Works until the signal is aborted. */
export async function workUntilStopped(parts: FleetParts, options: FleetWorkOptions): Promise<FleetWorkReport> {
  const { signal, grace } = options;
  signal?.throwIfAborted();
  const worker = await QueueWorker.begin(parts, options);
  await new Promise<void>((resolve) => {
    if (signal?.aborted === true) resolve();
    signal?.addEventListener('abort', () => resolve(), { once: true });
  });
  await worker.close(grace, signal?.reason);
  return { tenants: worker.settled };
}

async function queueOf({ queues, dataSource }: FleetParts): Promise<WorkerQueue> {
  const worker = await queues.worker();
  if (worker !== undefined) return worker;
  const queue = await queues.engine();
  if (queue !== undefined) return { queue };
  throw new FleetEngineError(
    `The fleet of data source "${dataSource}" has no queue that a worker could take tenants from.`,
    {
      hint: 'Add provideFleetWorker(…) of nestjs-migrate/pg-boss or nestjs-migrate/bullmq to the `providers` of a module. Without a queue `db fleet upgrade` migrates the tenants itself, and several of them share the work.',
    },
  );
}
