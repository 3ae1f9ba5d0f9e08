import type { FleetEngine } from '../tenant-work.js';

/** One tenant of a run: all that a job of a queue holds. Options, secrets and revisions are not in it: the worker has its own. */
export interface TenantJob {
  readonly run: string;
  readonly tenant: string;
}

/** What becomes of a job: it is done with, or handed out again after a time in ms. */
export type JobEnd = 'done' | { readonly againIn: number };

/** What a worker does with a job. What it throws is trouble with a database: the queue hands the job out again. */
export type JobWork = (job: TenantJob) => Promise<JobEnd>;

/** How a queue is worked on. */
export interface ConsumeOptions {
  /** How many jobs at once. */
  readonly concurrency: number;
  /** Called with what goes wrong between the worker and the queue; it goes on. */
  readonly onTrouble: (error: unknown) => void;
}

/** Somebody who takes jobs from a queue. */
export interface JobConsumer {
  /** Takes no other job, and resolves when those that it has are done. */
  close(): Promise<void>;
}

/**
 * A queue of the application that hands tenants out.
 *
 * Queues of all kinds hand a job out a second time while the first worker still has it, where that one is out of reach. So a job is only
 * a hint: who migrates a tenant is decided by the record and the tenant's lock.
 */
export interface FleetQueue extends FleetEngine {
  /** Begins to take jobs. */
  consume(work: JobWork, options: ConsumeOptions): Promise<JobConsumer>;
}

/** Makes the queue of a fleet from an engine of the application. @param dataSource whose tenants the fleet has */
export type FleetQueueMaker = (dataSource: string) => FleetQueue;

/** The data of a job; undefined for jobs that somebody else has put into the queue. */
export function tenantJobOf(data: unknown): TenantJob | undefined {
  const { run, tenant } = Object(data) as Partial<Record<keyof TenantJob, unknown>>;
  return typeof run === 'string' && typeof tenant === 'string' ? { run, tenant } : undefined;
}
