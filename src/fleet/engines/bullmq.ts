import type { Provider } from '@nestjs/common';
import type { Queue } from 'bullmq';
import { FleetEngineError } from '../../errors/fleet-engine.errors.js';
import { shownValue } from '../../errors/shown.js';
import { BullQueue } from './bull-queue.js';
import type { FleetQueueMaker } from './fleet-queue.js';
import { engineProvider, type FleetEngineOptions, type FleetWorkerOptions, workerProvider } from './provided.js';

export type { FleetEngineOptions, FleetWorkerOptions } from './provided.js';

/**
 * Hands the tenants of a fleet's runs to workers, by BullMQ: an entry of a `providers` array.
 *
 * It is given a `Queue` that the application has made for nothing else, and closes itself; on Redis or, with BullMQ's other backend, on
 * PostgreSQL. The runs are the same as without it: whoever calls `upgrade` decides about waves and failures, and needs a worker that
 * migrates (`provideFleetWorker`, or `nest-cmd db fleet worker`).
 *
 * @throws MigrateOptionsError without `useFactory`, and for options that it does not have
 * @example
 *     const providers = [provideFleetEngine({ inject: ['TENANTS_QUEUE'], useFactory: (queue: Queue) => queue })];
 */
export function provideFleetEngine(options: FleetEngineOptions<Queue>): Provider {
  return engineProvider(options, makerOf);
}

/**
 * Makes a process that runs the application a worker, which migrates the tenants that its BullMQ hands out: an entry of a `providers`
 * array. It is given the same `Queue`, over whose connection it takes jobs. It begins when the application has started, and ends with it:
 * what is being migrated is finished first.
 *
 * `nest-cmd db fleet worker` works on the same queue, where it is the only thing that a process does.
 *
 * @throws MigrateOptionsError without `useFactory`, and for options that it does not have
 * @example
 *     const providers = [provideFleetWorker({ inject: ['TENANTS_QUEUE'], useFactory: (queue: Queue) => queue, concurrency: 8 })];
 */
export function provideFleetWorker(options: FleetWorkerOptions<Queue>): Provider {
  return workerProvider(options, makerOf);
}

const METHODS = ['addBulk', 'getJobs', 'remove', 'waitUntilReady'] as const;

function makerOf(made: unknown): FleetQueueMaker {
  const queue = Object(made) as Partial<Queue>;
  if (METHODS.every((method) => typeof queue[method] === 'function')) return () => new BullQueue(queue as Queue);
  throw new FleetEngineError(`A fleet was given ${shownValue(made)} as its engine, and no Queue of BullMQ 6.`, {
    hint: 'useFactory returns a queue that the application has for it: `(queue: Queue) => queue`.',
  });
}
