import { MigrateOptionsError } from '../../errors/service.errors.js';
import type { MigrationEnvironment } from '../../service/environment.js';
import type { MigrationOverrides } from '../../service/requests.js';
import type { BoundDataSource } from '../../service/options/options.js';
import type { TenantsOptions } from '../../service/options/tenants.js';

/** An entry of `forRoot` that has tenants, as their positions and runs need it. */
export interface FleetEntry extends Required<Pick<TenantsOptions, 'concurrency' | 'tenantTimeout'>> {
  readonly environment: MigrationEnvironment;
  /** Its name, that of a data source. */
  readonly name: string;
  /** After how many tenants a session is ended. @default 1000 */
  readonly tenantsEach?: number;
  /** What a call adds, as for calls of the service. */
  readonly overrides?: MigrationOverrides;
}

/** @throws MigrateOptionsError where all tenants would share one version table */
export function refuseSharedTable({ name, config: { versionTableSchema } }: BoundDataSource): void {
  if (versionTableSchema === undefined) return;
  throw new MigrateOptionsError(
    `The entry "${name}" has tenants and the option versionTableSchema: "${versionTableSchema}", so that all tenants would share one version table.`,
    { hint: 'Leave versionTableSchema out: the version table of each tenant is in its own schema.' },
  );
}
