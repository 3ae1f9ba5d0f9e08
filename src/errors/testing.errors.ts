import { MigrateError } from './migrate.error.js';

/** A test database could not be made. */
export class TestDatabaseError extends MigrateError {
  readonly code = 'TEST_DATABASE';
}
