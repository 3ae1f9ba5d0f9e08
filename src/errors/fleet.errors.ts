import { MigrateError } from './migrate.error.js';

/** The schema, database or file of a tenant does not exist. A run of a fleet makes none. */
export class TenantMissingError extends MigrateError {
  readonly code = 'TENANT_MISSING';
}
