import type { FactoryProvider, ModuleMetadata, Provider } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { MigrateOptionsError } from '../errors/service.errors.js';
import { MigrationFleet } from '../fleet/migration-fleet.js';
import type { FleetParts } from '../fleet/open-fleet.js';
import type { FleetEngine } from '../fleet/tenant-work.js';
import type { MigrationEnvironment } from '../service/environment.js';
import { fleetSettingsOf } from '../service/options/tenants-kinds.js';
import type { TenantDirectory, TenantsOptions } from '../service/options/tenants.js';
import { FleetQueuesExplorer } from './fleet/fleet-queues.explorer.js';
import { FleetWorkers } from './fleet/fleet-workers.js';
import { describeToken, describeValue, type NamedDataSource } from './migrate.data-sources.js';
import {
  FLEET_WORKERS,
  getFleetEngineToken,
  getMigrationFleetToken,
  getTenantDirectoryToken,
  MIGRATION_ENVIRONMENT,
} from './migrate.tokens.js';

/** A data source with tenants. */
type FleetDataSource = NamedDataSource & { readonly tenants: TenantsOptions };

/** What a module has because of the tenants of its data sources. */
interface FleetModuleParts {
  readonly imports: NonNullable<ModuleMetadata['imports']>;
  readonly providers: Provider[];
  readonly exports: ReturnType<typeof getMigrationFleetToken>[];
}

/** The directories of tenants, and a fleet for each: the one without a name is that of the first data source with tenants. */
export function fleetParts(dataSources: readonly NamedDataSource[]): FleetModuleParts {
  const fleets = dataSources.filter((entry): entry is FleetDataSource => entry.tenants !== undefined);
  const providers = [
    ...fleets.slice(0, 1).map((entry) => fleetProvider(entry, true, getMigrationFleetToken())),
    ...fleets.map((entry, index) => fleetProvider(entry, index === 0, getMigrationFleetToken(entry.name))),
  ];
  return {
    imports: fleets.flatMap(({ tenants }) => tenants.imports ?? []),
    providers: [
      ...fleets.flatMap(directoryProviders),
      ...providers,
      ...(fleets.length > 0 ? [workersProvider(fleets)] : []),
    ],
    exports: providers.map(({ provide }) => provide),
  };
}

function fleetProvider(
  entry: FleetDataSource,
  isFirst: boolean,
  provide: ReturnType<typeof getMigrationFleetToken>,
): { provide: typeof provide } & FactoryProvider<MigrationFleet> {
  return {
    provide,
    useFactory: (environment: MigrationEnvironment, modules: ModulesContainer) =>
      new MigrationFleet(partsOf(entry, isFirst, environment, modules)),
    inject: [MIGRATION_ENVIRONMENT, ModulesContainer],
  };
}

function workersProvider(fleets: readonly FleetDataSource[]): FactoryProvider<FleetWorkers> {
  return {
    provide: FLEET_WORKERS,
    useFactory: (environment: MigrationEnvironment, modules: ModulesContainer) =>
      new FleetWorkers(
        fleets.map((entry, index) => partsOf(entry, index === 0, environment, modules)),
        modules,
        environment.options.logger,
      ),
    inject: [MIGRATION_ENVIRONMENT, ModulesContainer],
  };
}

/** The parts of a fleet. What they ask for is made when it is needed: a command does not start the application. */
function partsOf(
  { name, tenants }: FleetDataSource,
  isFirst: boolean,
  environment: MigrationEnvironment,
  modules: ModulesContainer,
): FleetParts {
  const queues = new FleetQueuesExplorer(modules, environment.providers, name, isFirst);
  const engine = getFleetEngineToken(name);
  return {
    environment,
    dataSource: name,
    settings: fleetSettingsOf(tenants),
    directory: () => environment.providers<TenantDirectory>(getTenantDirectoryToken(name)),
    engine: async () =>
      [...modules.values()].some(({ providers }) => providers.has(engine))
        ? environment.providers<FleetEngine>(engine)
        : queues.engine(),
    queues,
    overrides: {},
  };
}

function directoryProviders({ name, tenants }: FleetDataSource): Provider[] {
  const provide = getTenantDirectoryToken(name);
  const { useFactory, useClass, useExisting, inject = [] } = tenants;
  if (useFactory !== undefined) {
    return [
      {
        provide,
        useFactory: async (...injected: unknown[]) =>
          requireDirectory(name, 'useFactory', await useFactory(...(injected as never[]))),
        inject: [...inject],
      },
    ];
  }
  const token = useClass ?? useExisting;
  const provider: Provider = {
    provide,
    useFactory: (made: unknown) => requireDirectory(name, describeToken(token), made),
    inject: [token as NonNullable<typeof token>],
  };
  return useClass === undefined ? [provider] : [provider, useClass];
}

function requireDirectory(name: string, source: string, made: unknown): TenantDirectory {
  if (typeof Object(made).tenants === 'function') return made as TenantDirectory;
  throw new MigrateOptionsError(
    `The tenants of data source "${name}": ${source} gives no TenantDirectory, but ${describeValue(made)}.`,
    { hint: 'A TenantDirectory has a method `tenants` that gives a list of tenants.' },
  );
}
