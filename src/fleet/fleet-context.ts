import type { BoundDataSource } from '../service/options/options.js';
import type { FleetSettings } from '../service/options/tenants-kinds.js';
import type { CommandContext } from '../service/run/command-context.js';

/** What a call on a fleet works with; its revisions are those that were there when it began. */
export interface FleetContext extends CommandContext {
  /** Of `tenants` in `forRoot`, with what the call has given over it. */
  readonly settings: FleetSettings;
  /** The data source of the entry, which the tenants' are made after, and in whose database the record is. */
  readonly bound: BoundDataSource;
}
