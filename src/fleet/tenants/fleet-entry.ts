import type { MigrationEnvironment } from '../../service/environment.js';
import type { MigrationOverrides } from '../../service/requests.js';
import type { TenantsOptions } from '../../service/options/tenants.js';

/** An entry of `forRoot` that has tenants, as their positions and runs need it. */
export interface FleetEntry extends Required<Pick<TenantsOptions, 'concurrency' | 'tenantTimeout'>> {
  readonly environment: MigrationEnvironment;
  /** Its name, that of a data source. */
  readonly name: string;
  /** What a call adds, as for calls of the service. */
  readonly overrides?: MigrationOverrides;
}
