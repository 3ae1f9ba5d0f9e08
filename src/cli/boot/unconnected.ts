import type { Module } from '@nestjs/core/injector/module.js';
import { getDataSourceToken } from '@nestjs/typeorm';
import type { DataSource, DataSourceOptions } from 'typeorm';
import { NothingConnectedError } from '../../errors/cli.errors.js';
import { noteConfigurationFailure } from '../../errors/configuration-failures.js';
import { DataSourceFailedError } from '../../errors/service.errors.js';
import { describeValue, isDataSource } from '../../module/migrate.data-sources.js';
import type { PartialApplication } from './partial-application.js';

/** Names in @nestjs/typeorm and @nestjs/config that are not exported: unchanged over their majors. */
export const TYPEORM_OPTIONS = 'TypeOrmModuleOptions';
const CONFIG_MODULE = 'ConfigModule';
const CONFIG_LOADERS = ['CONFIGURATION_LOADER', 'VALIDATED_ENV_LOADER'];

/** What data sources were asked to do while they could not be connected. */
export interface Unconnected {
  /** How many calls of `initialize()` did nothing. */
  readonly skipped: number;
}

/**
 * Runs `work` while data sources of this TypeORM are made, but not connected: `initialize()` does nothing, and a query is
 * refused with the reason.
 */
export async function withoutConnecting<T>(
  typeorm: { DataSource: typeof DataSource },
  work: (unconnected: Unconnected) => Promise<T>,
): Promise<T> {
  const { prototype } = typeorm.DataSource;
  const { initialize, createQueryRunner } = prototype;
  const unconnected = { skipped: 0, isOver: false };
  // Libraries that wrap a data source's methods keep these, so that they must work once the wrapped data source connects.
  prototype.initialize = function unconnectedInitialize(this: DataSource) {
    if (unconnected.isOver) return initialize.call(this);
    unconnected.skipped += 1;
    return Promise.resolve(this);
  };
  prototype.createQueryRunner = function unconnectedQueryRunner(this: DataSource, ...args) {
    if (unconnected.isOver) return createQueryRunner.apply(this, args);
    throw new NothingConnectedError();
  };
  try {
    return await work(unconnected);
  } finally {
    unconnected.isOver = true;
    Object.assign(prototype, { initialize, createQueryRunner });
  }
}

/**
 * Makes TypeOrmModule give up at the first error, where it would try ten times in half a minute: nothing is connected here, so
 * what fails (a driver that is not installed, options that are wrong) will not get better.
 */
export function stopRetries(application: PartialApplication): void {
  for (const { wrapper, module } of application.providers()) {
    if (wrapper.token !== TYPEORM_OPTIONS) continue;
    const factory = wrapper.metatype as ((...args: unknown[]) => unknown) | null;
    if (wrapper.inject === undefined || wrapper.inject === null) {
      stopRetriesOf(wrapper.instance as object, module);
    } else if (factory !== null) {
      wrapper.metatype = async (...args: unknown[]) => ({ ...((await factory(...args)) as object), ...withoutRetry });
    }
  }
}

/** The factory of forRoot closes over its options: they are changed, or where they are frozen the factory is replaced. */
function stopRetriesOf(options: object, module: Module): void {
  if (typeof options !== 'object' || options === null) return;
  if (Object.isExtensible(options)) {
    Object.assign(options, withoutRetry);
    return;
  }
  const typeOrm = module.metatype as unknown as { createDataSourceFactory?(options: object): Promise<DataSource> };
  const token = getDataSourceToken(options as DataSourceOptions);
  const wrapper = module.providers.get(token as Parameters<typeof module.providers.get>[0]);
  if (wrapper === undefined || typeOrm.createDataSourceFactory === undefined) return;
  const make = typeOrm.createDataSourceFactory.bind(typeOrm);
  wrapper.metatype = () => make({ ...options, ...withoutRetry });
}

/** What makes a data source for TypeOrmModule: its own, or a `dataSourceFactory`. */
type DataSourceFactory = (options?: DataSourceOptions) => Promise<DataSource>;

interface TypeOrmCoreModule {
  createDataSourceFactory?(options: DataSourceOptions, factory?: DataSourceFactory): Promise<DataSource>;
}

/**
 * Makes TypeOrmModule refuse what a `dataSourceFactory` returns, where it is no DataSource: it would call its methods, which
 * fails with a misleading error, or pass it on.
 */
export function checkFactories(application: PartialApplication): void {
  const cores = application.providers().filter(({ wrapper }) => wrapper.token === TYPEORM_OPTIONS);
  for (const core of new Set(cores.map(({ module }) => module.metatype as unknown as TypeOrmCoreModule))) {
    const create = core.createDataSourceFactory;
    if (create === undefined) continue;
    core.createDataSourceFactory = function createChecked(options, factory) {
      return create.call(this, options, factory && checked(factory, (options as { name?: string }).name ?? 'default'));
    };
  }
}

function checked(factory: DataSourceFactory, name: string): DataSourceFactory {
  return async (options) => {
    const made: unknown = await factory(options);
    if (isDataSource(made)) return made;
    throw new DataSourceFailedError(name, `its dataSourceFactory returns ${describeValue(made)}, and no DataSource.`, {
      hint: 'Return one: dataSourceFactory: async (options) => new DataSource(options).initialize().',
      cause: undefined,
    });
  };
}

const withoutRetry = { toRetry: (): boolean => false };

/**
 * Remembers what the factories of ConfigModule throw (`load`, `registerAs`, also where TypeOrmModule injects one), so that a
 * hint can name them as the cause: the error itself may come from any helper of the application.
 */
export function noteConfiguration(application: PartialApplication): void {
  for (const { wrapper, module } of application.providers()) {
    if (module.metatype.name !== CONFIG_MODULE || !Array.isArray(wrapper.inject)) continue;
    const factory = wrapper.metatype as unknown as (...args: unknown[]) => unknown;
    wrapper.metatype = (async (...args: unknown[]) => {
      try {
        return await factory(...args);
      } catch (error) {
        noteConfigurationFailure(error);
        throw error;
      }
    }) as never;
  }
}

/** Makes the providers by which ConfigModule fills ConfigService: nothing depends on them, Nest just makes all there are. */
export async function loadConfiguration(application: PartialApplication): Promise<void> {
  for (const { wrapper, module } of application.providers()) {
    if (CONFIG_LOADERS.includes(String(wrapper.token))) await application.make(wrapper, module);
  }
}
