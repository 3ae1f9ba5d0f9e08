export * from './migrate.error.js';
export * from './service.errors.js';
export * from './operations.errors.js';
export * from './runtime.errors.js';
export * from './abort.errors.js';
export * from './lost.errors.js';
export type { RunAftermath } from './aftermath.js';
export * from './script.errors.js';
export * from './callers.errors.js';
export * from './joint-run.errors.js';
export * from './journal.errors.js';
export * from './database.errors.js';
export * from './waiting.errors.js';
export * from './schema.errors.js';
export * from './autogenerate.errors.js';
export * from './repository.errors.js';
export * from './repository-files.errors.js';
export * from './events.errors.js';
export * from './cli.errors.js';
export * from './testing.errors.js';
export * from './data-loss.errors.js';
export { RowsInTheWayError } from './rows.errors.js';
export * from './lint.errors.js';
export * from './adopt.errors.js';
export * from './fleet.errors.js';
export { FleetEngineError } from './fleet-engine.errors.js';
export {
  EmptySelectionError,
  FleetBusyError,
  FleetRecordError,
  FleetRunNotFoundError,
  type NamedFleetRun,
  TenantDirectoryError,
  TenantNotFoundError,
  TenantPositionUnknownError,
} from './fleet-calls.errors.js';
