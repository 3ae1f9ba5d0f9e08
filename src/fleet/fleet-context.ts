import type { MigrationEnvironment } from '../service/environment.js';
import type { BoundDataSource } from '../service/options/options.js';
import type { FleetSettings } from '../service/options/tenants-kinds.js';
import type { Repository } from '../repository/index.js';
import type { FleetOverrides } from './requests.js';

/** What a call on a fleet works with. */
export interface FleetContext {
  readonly environment: MigrationEnvironment;
  readonly overrides: FleetOverrides;
  /** Of `tenants` in `forRoot`, with what the call has given over it. */
  readonly settings: FleetSettings;
  /** The data source of the entry, which the tenants' are made after, and in whose database the record is. */
  readonly bound: BoundDataSource;
  /** The revisions, as they were when the call began. */
  readonly repository: Repository;
}
