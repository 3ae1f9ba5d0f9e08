import type { FactoryProvider, Provider } from '@nestjs/common';
import { MigrateOptionsError } from '../../errors/service.errors.js';
import { shownValue } from '../../errors/shown.js';
import { COUNT, FUNCTION, isObject, NAME, type OptionKind } from '../../service/options/option-kinds.js';
import { requireKinds, requireKnown } from '../../service/options/read-option.js';
import type { FleetQueueMaker } from './fleet-queue.js';

/**
 * The engine of a fleet, an instance that the application has started, and whose fleet it is.
 *
 * @example
 *     const options: FleetEngineOptions<PgBoss> = { inject: [PgBoss], useFactory: (boss: PgBoss) => boss, dataSource: 'customers' };
 */
export interface FleetEngineOptions<Engine = unknown> extends Pick<FactoryProvider, 'inject'> {
  /** Gives the instance; it may be async. @example useFactory: (boss: PgBoss) => boss */
  readonly useFactory: (...injected: never[]) => Engine | Promise<Engine>;
  /** Whose tenants are meant. @default the first data source that has tenants @example dataSource: 'customers' */
  readonly dataSource?: string;
}

/**
 * The same for a worker.
 *
 * @example
 *     const options: FleetWorkerOptions<PgBoss> = { inject: [PgBoss], useFactory: (boss: PgBoss) => boss, concurrency: 8 };
 */
export interface FleetWorkerOptions<Engine = unknown> extends FleetEngineOptions<Engine> {
  /** How many tenants it migrates at once. @default that of `tenants` in `forRoot` @example concurrency: 8 */
  readonly concurrency?: number;
}

/** What is known of a provided queue before it is made. */
export interface ProvidedQueue {
  readonly role: 'engine' | 'worker';
  readonly dataSource?: string;
  readonly concurrency?: number;
}

/** By the token of the provider: a factory has no class to mark. */
const provided = new Map<unknown, ProvidedQueue>();

/** What a provider hands tenants out with; undefined for any other provider. */
export function providedQueue(token: unknown): ProvidedQueue | undefined {
  return provided.get(token);
}

const ENGINE: Readonly<Record<string, OptionKind>> = { useFactory: FUNCTION, dataSource: NAME };
const WORKER: Readonly<Record<string, OptionKind>> = { ...ENGINE, concurrency: COUNT };

/** A provider of what makes a fleet's queue. @throws MigrateOptionsError @param makerOf throws for what is no instance of the engine */
export function engineProvider<Engine>(
  options: FleetEngineOptions<Engine>,
  makerOf: (made: unknown) => FleetQueueMaker,
): Provider {
  return provider('engine', 'provideFleetEngine()', ENGINE, options, makerOf);
}

/** The same for a worker. */
export function workerProvider<Engine>(
  options: FleetWorkerOptions<Engine>,
  makerOf: (made: unknown) => FleetQueueMaker,
): Provider {
  return provider('worker', 'provideFleetWorker()', WORKER, options, makerOf);
}

function provider<Engine>(
  role: ProvidedQueue['role'],
  where: string,
  kinds: Readonly<Record<string, OptionKind>>,
  options: FleetWorkerOptions<Engine>,
  makerOf: (made: unknown) => FleetQueueMaker,
): Provider {
  if (!isObject(options) || typeof options['useFactory'] !== 'function') {
    throw new MigrateOptionsError(`${where} must be given { useFactory }, not ${shownValue(options)}.`, {
      hint: 'useFactory returns the instance of the engine that the application has started.',
    });
  }
  const { inject = [], useFactory, dataSource, concurrency } = options;
  requireKnown(where, ['inject', ...Object.keys(kinds)], options);
  requireKinds(where, kinds, options);
  const provide = Symbol(where);
  provided.set(provide, {
    role,
    ...(dataSource !== undefined && { dataSource }),
    ...(concurrency !== undefined && { concurrency }),
  });
  return {
    provide,
    useFactory: async (...injected: never[]) => makerOf(await useFactory(...injected)),
    inject: [...inject],
  };
}
