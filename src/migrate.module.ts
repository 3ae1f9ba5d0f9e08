import { type DynamicModule, Module, type Provider } from '@nestjs/common';
import { ModuleRef, ModulesContainer } from '@nestjs/core';
import { getDataSourceToken } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { UpgradeOnBootstrap } from './bootstrap/upgrade-on-bootstrap.js';
import { ConfigureExplorer } from './configure/configure.explorer.js';
import { MigrateOptionsError } from './errors/service.errors.js';
import { ListenerExplorer } from './events/listener.explorer.js';
import type {
  MigrateDataSource,
  MigrateModuleAsyncOptions,
  MigrateModuleOptions,
  MigrateOptions,
  MigrateOptionsFactory,
} from './migrate.options.js';
import {
  getMigrationServiceToken,
  MIGRATE_BOOTSTRAP,
  MIGRATE_OPTIONS,
  MIGRATE_PROVIDER_RESOLVER,
  MIGRATION_ENVIRONMENT,
  type ProviderResolver,
} from './migrate.tokens.js';
import { MigrationEnvironment } from './migration.environment.js';
import { MigrationService } from './migration.service.js';

const DEFAULT_COMMAND = 'db';

/**
 * Gives an application its migrations: an injectable `MigrationService`, and the `db` commands of `nest-cmd`.
 *
 * It works on the data sources of TypeOrmModule and needs no configuration of its own.
 *
 * @example
 *     @Module({ imports: [TypeOrmModule.forRoot({ … }), MigrateModule.forRoot()] })
 *     export class AppModule {}
 */
@Module({})
export class MigrateModule {
  /**
   * Registers the migrations of one or several data sources.
   *
   * @param dataSources names as in `TypeOrmModule.forRoot({ name })`, with options of their own where they differ; or one
   *   object with `dataSources` and the options that all share. Without an argument: the default data source.
   */
  static forRoot(dataSources?: readonly (string | MigrateDataSource)[] | MigrateModuleOptions): DynamicModule {
    const options: MigrateModuleOptions = isList(dataSources) ? { dataSources } : (dataSources ?? {});
    return describeModule(settleNames(options.dataSources), options.command, [
      { provide: MIGRATE_OPTIONS, useValue: options },
    ]);
  }

  /** The same with options from a factory; the names of the data sources are given at once. */
  static forRootAsync(options: MigrateModuleAsyncOptions): DynamicModule {
    const module = describeModule(settleNames(options.dataSources), options.command, asyncOptionsProviders(options));
    return Object.assign(module, { imports: options.imports ?? [] });
  }
}

const commandNames = new WeakMap<DynamicModule, string>();

/** Name of the command group that a `MigrateModule.forRoot(…)` asked for; `db` for any other module. */
export function migrateCommandName(module: DynamicModule): string {
  return commandNames.get(module) ?? DEFAULT_COMMAND;
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
  const module: DynamicModule = {
    module: MigrateModule,
    global: true,
    providers: [...optionsProviders, environmentProvider(dataSources, command), bootstrapProvider, ...services],
    exports: [MIGRATION_ENVIRONMENT, ...services.map((service) => service.provide)],
  };
  commandNames.set(module, command ?? DEFAULT_COMMAND);
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
      ...found: (DataSource | undefined)[]
    ) => {
      const providers = resolver ?? (async (token) => moduleRef.get(token, { strict: false }));
      const hooks = new ConfigureExplorer(modules, providers);
      const listeners = new ListenerExplorer(modules, providers);
      return new MigrationEnvironment(
        { command: command ?? DEFAULT_COMMAND, ...options },
        dataSources.map((entry, index) => ({ entry, dataSource: entry.dataSource ?? found[index] })),
        providers,
        (config) => hooks.configure(config),
        (dataSource) => listeners.listenersOf(dataSource),
      );
    },
    inject: [
      MIGRATE_OPTIONS,
      ModuleRef,
      ModulesContainer,
      { token: MIGRATE_PROVIDER_RESOLVER, optional: true },
      ...dataSources.map(({ name }) => ({ token: getDataSourceToken(name), optional: true })),
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
  if (options.useFactory !== undefined) {
    return [
      {
        provide: MIGRATE_OPTIONS,
        useFactory: options.useFactory as never,
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
    useFactory: (made: MigrateOptionsFactory) => made.createMigrateOptions(),
    inject: [factory],
  };
  return options.useClass === undefined ? [provider] : [provider, options.useClass];
}

type NamedDataSource = MigrateDataSource & { readonly name: string };

/** The entries of `forRoot` with their names filled in. */
export function settleNames(
  dataSources: readonly (string | MigrateDataSource)[] = ['default'],
): readonly NamedDataSource[] {
  const named = dataSources.map((entry) =>
    typeof entry === 'string' ? { name: entry } : { ...entry, name: entry.name ?? 'default' },
  );
  const twice = named.find(({ name }, index) => named.findIndex((other) => other.name === name) !== index);
  if (twice !== undefined) throw new MigrateOptionsError(`MigrateModule names the data source "${twice.name}" twice.`);
  if (named.length === 0) {
    throw new MigrateOptionsError('MigrateModule needs at least one data source.', {
      hint: "Leave the argument out for the data source `default`, or name them: MigrateModule.forRoot(['default', 'analytics']).",
    });
  }
  return named;
}

function isList(value: unknown): value is readonly (string | MigrateDataSource)[] {
  return Array.isArray(value);
}
