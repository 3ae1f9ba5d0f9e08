import { type DynamicModule, Module, type Provider } from '@nestjs/common';
import { ModuleRef, ModulesContainer } from '@nestjs/core';
import { UpgradeOnBootstrap } from './bootstrap/upgrade-on-bootstrap.js';
import { ConfigureExplorer } from './configure/configure.explorer.js';
import { MigrateOptionsError } from '../errors/service.errors.js';
import { ListenerExplorer } from './listeners/listener.explorer.js';
import { readForRoot, readForRootAsync, readMadeOptions } from './migrate.arguments.js';
import {
  dataSourceProvider,
  describeToken,
  importsOf,
  type NamedDataSource,
  settleNames,
} from './migrate.data-sources.js';
import { fleetParts } from './migrate.tenants.js';
import type {
  MigrateDataSource,
  MigrateModuleAsyncOptions,
  MigrateModuleOptions,
  MigrateOptions,
  MigrateOptionsFactory,
} from '../service/options/options.js';
import {
  getMadeDataSourceToken,
  getMigrationServiceToken,
  MIGRATE_BOOTSTRAP,
  MIGRATE_OPTIONS,
  MIGRATE_PROVIDER_RESOLVER,
  MIGRATION_ENVIRONMENT,
} from './migrate.tokens.js';
import { type MadeDataSource, MigrationEnvironment } from '../service/environment.js';
import { MigrationService } from '../service/migration.service.js';
import type { ProviderResolver } from '../service/provider-resolver.js';

const DEFAULT_COMMAND = 'db';

/**
 * Gives an application its migrations: an injectable `MigrationService`, and the `db` commands of `nest-cmd`.
 *
 * It works on the data sources of TypeOrmModule and needs no configuration of its own.
 *
 * @example
 *     // `@Module({ imports: [TypeOrmModule.forRoot({ type: 'postgres' }), MigrateModule.forRoot()] })`
 *     export class AppModule {}
 */
@Module({})
export class MigrateModule {
  /**
   * Registers the migrations of one or several data sources.
   *
   * @param dataSources names as in `TypeOrmModule.forRoot({ name })`, with options of their own where they differ; or one
   *   object with `dataSources` and the options that all share. Without an argument: the default data source.
   * @throws MigrateOptionsError for what is no argument of it. Whether options have values that they can have is known when
   *   the application starts, or `nest-cmd` does
   * @example
   *     MigrateModule.forRoot(['default', { name: 'analytics', directory: 'migrations-analytics' }]);
   */
  static forRoot(dataSources?: readonly (string | MigrateDataSource)[] | MigrateModuleOptions): DynamicModule {
    const options = readForRoot(dataSources);
    return describeModule(settleNames(options.dataSources), options.command, [
      { provide: MIGRATE_OPTIONS, useValue: options },
    ]);
  }

  /**
   * The same with options from a factory; the names of the data sources are given at once.
   *
   * @throws MigrateOptionsError without one of `useFactory`, `useClass` and `useExisting`
   * @example
   *     MigrateModule.forRootAsync({
   *       dataSources: ['default'],
   *       inject: [ConfigService],
   *       useFactory: (settings: ConfigService) => ({ directory: settings.getOrThrow('MIGRATIONS') }),
   *     });
   */
  static forRootAsync(argument: MigrateModuleAsyncOptions): DynamicModule {
    const options = readForRootAsync(argument);
    const module = describeModule(settleNames(options.dataSources), options.command, asyncOptionsProviders(options));
    return Object.assign(module, { imports: [...(module.imports ?? []), ...(options.imports ?? [])] });
  }
}

/** What is known of a `MigrateModule.forRoot(…)` before Nest makes its providers. */
interface DescribedModule {
  readonly command: string;
  readonly dataSources: readonly NamedDataSource[];
}

const described = new WeakMap<DynamicModule, DescribedModule>();

/**
 * Name of the command group that a `MigrateModule.forRoot(…)` asked for; `db` for any other module.
 *
 * @example
 *     const name = migrateCommandName(MigrateModule.forRoot({ command: 'database' })); // 'database'
 */
export function migrateCommandName(module: DynamicModule): string {
  return described.get(module)?.command ?? DEFAULT_COMMAND;
}

/** The data sources that a `MigrateModule.forRoot(…)` names; none for any other module. */
export function migrateDataSources(module: DynamicModule): readonly NamedDataSource[] {
  return described.get(module)?.dataSources ?? [];
}

function describeModule(
  dataSources: readonly NamedDataSource[],
  command: string | undefined,
  optionsProviders: Provider[],
): DynamicModule {
  const names = dataSources.map(({ name }) => name);
  const services = [
    serviceProvider(getMigrationServiceToken(), (environment) => environment.sharingRepositoryWith(names[0])),
    ...names.map((name) => serviceProvider(getMigrationServiceToken(name), () => [name])),
  ];
  const fleets = fleetParts(dataSources);
  const module: DynamicModule = {
    module: MigrateModule,
    global: true,
    imports: [...importsOf(dataSources), ...fleets.imports],
    providers: [
      ...optionsProviders,
      ...dataSources.map(dataSourceProvider),
      environmentProvider(dataSources, command),
      bootstrapProvider,
      ...services,
      ...fleets.providers,
    ],
    exports: [MIGRATION_ENVIRONMENT, ...services.map((service) => service.provide), ...fleets.exports],
  };
  described.set(module, { command: command ?? DEFAULT_COMMAND, dataSources });
  return module;
}

function environmentProvider(dataSources: readonly NamedDataSource[], command: string | undefined): Provider {
  return {
    provide: MIGRATION_ENVIRONMENT,
    useFactory: (
      options: MigrateOptions,
      moduleRef: ModuleRef,
      modules: ModulesContainer,
      resolver: ProviderResolver | undefined,
      ...made: MadeDataSource[]
    ) => {
      const providers = resolver ?? (async (token) => moduleRef.get(token, { strict: false }));
      const hooks = new ConfigureExplorer(modules, providers);
      const listeners = new ListenerExplorer(modules, providers);
      const environment = new MigrationEnvironment(
        { command: command ?? DEFAULT_COMMAND, ...options },
        dataSources.map((entry, index) => ({ entry, ...made[index] })),
        providers,
        (config) => hooks.configure(config),
        (dataSource) => listeners.listenersOf(dataSource),
      );
      return environment.locate();
    },
    inject: [
      MIGRATE_OPTIONS,
      ModuleRef,
      ModulesContainer,
      { token: MIGRATE_PROVIDER_RESOLVER, optional: true },
      ...dataSources.map(({ name }) => getMadeDataSourceToken(name)),
    ],
  };
}

const bootstrapProvider: Provider = {
  provide: MIGRATE_BOOTSTRAP,
  useFactory: (environment: MigrationEnvironment, modules: ModulesContainer) =>
    UpgradeOnBootstrap.firstOf(modules, environment),
  inject: [MIGRATION_ENVIRONMENT, ModulesContainer],
};

function serviceProvider(
  token: ReturnType<typeof getMigrationServiceToken>,
  names: (environment: MigrationEnvironment) => readonly string[],
): { provide: typeof token; useFactory: (environment: MigrationEnvironment) => MigrationService; inject: string[] } {
  return {
    provide: token,
    useFactory: (environment) => new MigrationService(environment, names(environment)),
    inject: [MIGRATION_ENVIRONMENT],
  };
}

function asyncOptionsProviders(options: MigrateModuleAsyncOptions): Provider[] {
  const { useFactory } = options;
  if (useFactory !== undefined) {
    return [
      {
        provide: MIGRATE_OPTIONS,
        useFactory: async (...injected: never[]) => readMadeOptions('useFactory', await useFactory(...injected)),
        inject: [...(options.inject ?? [])] as never,
      },
    ];
  }
  const factory = options.useExisting ?? options.useClass;
  if (factory === undefined) {
    throw new MigrateOptionsError('MigrateModule.forRootAsync() needs one of useFactory, useClass and useExisting.');
  }
  const provider: Provider = {
    provide: MIGRATE_OPTIONS,
    useFactory: async (made: Partial<MigrateOptionsFactory> | undefined) => {
      if (typeof made?.createMigrateOptions === 'function') {
        return readMadeOptions('createMigrateOptions()', await made.createMigrateOptions());
      }
      throw new MigrateOptionsError(`${describeToken(factory)} has no method createMigrateOptions().`, {
        hint: 'useClass and useExisting of MigrateModule.forRootAsync() take a MigrateOptionsFactory.',
      });
    },
    inject: [factory],
  };
  return options.useClass === undefined ? [provider] : [provider, options.useClass];
}
