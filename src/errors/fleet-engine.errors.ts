import { MigrateError } from './migrate.error.js';

/** The queue that hands out the tenants of a fleet cannot be used as it is. Nothing was run. */
export class FleetEngineError extends MigrateError {
  readonly code = 'FLEET_ENGINE';
}
