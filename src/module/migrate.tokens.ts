import { Inject } from '@nestjs/common';
import { MigrationFleet } from '../fleet/migration-fleet.js';
import { MigrationService } from '../service/migration.service.js';

/** The options of `forRoot`, or what the factory of `forRootAsync` made. */
export const MIGRATE_OPTIONS = 'MIGRATE_OPTIONS';

/** What all migration services of an application share. */
export const MIGRATION_ENVIRONMENT = 'MIGRATION_ENVIRONMENT';

/** What became of a data source: a `MadeDataSource`. Nest's messages name it as it reads. */
export function getMadeDataSourceToken(dataSource: string): string {
  return `data source "${dataSource}" of MigrateModule`;
}

/** The directory of an entry's tenants. Nest's messages name it as it reads. */
export function getTenantDirectoryToken(dataSource: string): string {
  return `tenants of data source "${dataSource}" of MigrateModule`;
}

/** What hands out the tenants of a fleet to workers, where an application has that: a `FleetEngine`. */
export function getFleetEngineToken(dataSource: string): string {
  return `fleet engine of data source "${dataSource}"`;
}

/** What begins and ends the workers that an application provides for its fleets. */
export const FLEET_WORKERS = 'FLEET_WORKERS';

/** What runs pending revisions when the application starts. */
export const MIGRATE_BOOTSTRAP = 'MIGRATE_BOOTSTRAP';

/**
 * Optional: how `op.get(token)` finds a provider of the application. `nest-cmd` supplies one that makes the provider on
 * demand; in a running application the module's own is used.
 *
 * @example
 *     const provider = { provide: MIGRATE_PROVIDER_RESOLVER, useValue: async () => undefined };
 */
export const MIGRATE_PROVIDER_RESOLVER = 'MIGRATE_PROVIDER_RESOLVER';

/**
 * The injection token of a migration service.
 *
 * Without a name: the service of the default data source's repository, with all the data sources that share it. With
 * a name: the service of that data source.
 *
 * @example
 *     const token = getMigrationServiceToken('analytics'); // for app.get(…), or `inject` of a factory
 */
export function getMigrationServiceToken(dataSource?: string): string | typeof MigrationService {
  return dataSource === undefined ? MigrationService : `${dataSource}MigrationService`;
}

/**
 * Injects the migration service of one data source.
 *
 * @example
 *     // `@Injectable()`
 *     export class Reports {
 *       constructor(@InjectMigrationService('analytics') private readonly migrations: MigrationService) {}
 *     }
 */
export function InjectMigrationService(dataSource?: string): ReturnType<typeof Inject> {
  return Inject(getMigrationServiceToken(dataSource));
}

/**
 * The injection token of a fleet.
 *
 * Without a name: the fleet of the first data source that has tenants. With a name: the fleet of that data source.
 *
 * @example
 *     const token = getMigrationFleetToken('customers'); // for app.get(…), or `inject` of a factory
 */
export function getMigrationFleetToken(dataSource?: string): string | typeof MigrationFleet {
  return dataSource === undefined ? MigrationFleet : `${dataSource}MigrationFleet`;
}

/**
 * Injects the fleet of one data source.
 *
 * @example
 *     // `@Injectable()`
 *     export class Rollouts {
 *       constructor(@InjectMigrationFleet('customers') private readonly fleet: MigrationFleet) {}
 *     }
 */
export function InjectMigrationFleet(dataSource?: string): ReturnType<typeof Inject> {
  return Inject(getMigrationFleetToken(dataSource));
}
