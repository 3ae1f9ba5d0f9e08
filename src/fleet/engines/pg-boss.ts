import type { Provider } from '@nestjs/common';
import type { PgBoss } from 'pg-boss';
import { FleetEngineError } from '../../errors/fleet-engine.errors.js';
import { shownValue } from '../../errors/shown.js';
import type { FleetQueueMaker } from './fleet-queue.js';
import { BossQueue } from './boss-queue.js';
import { engineProvider, type FleetEngineOptions, type FleetWorkerOptions, workerProvider } from './provided.js';

export type { FleetEngineOptions, FleetWorkerOptions } from './provided.js';

/**
 * Hands the tenants of a fleet's runs to workers, by pg-boss: an entry of a `providers` array.
 *
 * It is given an instance that the application has started and stops itself; pg-boss needs Node 22.12 or later. The runs are the same as
 * without it: whoever calls `upgrade` decides about waves and failures, and needs a worker that migrates
 * (`provideFleetWorker`, or `nest-cmd db fleet worker`).
 *
 * @throws MigrateOptionsError without `useFactory`, and for options that it does not have
 * @example
 *     const providers = [provideFleetEngine({ inject: [PgBoss], useFactory: (boss: PgBoss) => boss })];
 */
export function provideFleetEngine(options: FleetEngineOptions<PgBoss>): Provider {
  return engineProvider(options, makerOf);
}

/**
 * Makes a process that runs the application a worker, which migrates the tenants that its pg-boss hands out: an entry of a `providers`
 * array. It begins when the application has started, and ends with it: what is being migrated is finished first.
 *
 * `nest-cmd db fleet worker` works on the same queue, where it is the only thing that a process does.
 *
 * @throws MigrateOptionsError without `useFactory`, and for options that it does not have
 * @example
 *     const providers = [provideFleetWorker({ inject: [PgBoss], useFactory: (boss: PgBoss) => boss, concurrency: 8 })];
 */
export function provideFleetWorker(options: FleetWorkerOptions<PgBoss>): Provider {
  return workerProvider(options, makerOf);
}

const METHODS = ['createQueue', 'insert', 'fetch', 'complete', 'fail', 'touch', 'findJobs', 'deleteJob'] as const;

function makerOf(made: unknown): FleetQueueMaker {
  const boss = Object(made) as Partial<PgBoss>;
  if (METHODS.every((method) => typeof boss[method] === 'function'))
    return (name) => new BossQueue(boss as PgBoss, name);
  throw new FleetEngineError(
    `A fleet was given ${shownValue(made)} as its engine, and no PgBoss of pg-boss 12.21 or later.`,
    {
      hint: 'useFactory returns the instance that the application has started: `(boss: PgBoss) => boss`.',
    },
  );
}
