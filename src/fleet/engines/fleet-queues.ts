import type { FleetQueue } from './fleet-queue.js';

/** A queue that a worker takes jobs from. */
export interface WorkerQueue {
  readonly queue: FleetQueue;
  readonly concurrency?: number;
}

/** The queues that an application provides for a fleet. */
export interface FleetQueues {
  /** What hands tenants out; undefined where whoever runs a fleet migrates them itself. @throws FleetEngineError */
  engine(): Promise<FleetQueue | undefined>;
  /** What a worker takes jobs from, where this process is to be one. @throws FleetEngineError */
  worker(): Promise<WorkerQueue | undefined>;
}
