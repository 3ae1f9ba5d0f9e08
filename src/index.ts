export { MigrateModule, migrateCommandName } from './module/migrate.module.js';
export { MigrationService } from './service/migration.service.js';
export { MigrationFleet } from './fleet/migration-fleet.js';
export type { FleetWorker, TenantHandled } from './fleet/worker/fleet-worker.js';
export {
  getMigrationFleetToken,
  getMigrationServiceToken,
  InjectMigrationFleet,
  InjectMigrationService,
  MIGRATE_PROVIDER_RESOLVER,
} from './module/migrate.tokens.js';
export {
  ConfigureMigrations,
  provideConfigureHook,
  type Configured,
  type ConfigureHookOptions,
  type HookFactory,
  type MigrateConfigurer,
} from './module/configure/configure.decorator.js';
export type { ProviderResolver } from './service/provider-resolver.js';
export type * from './service/options/options.js';
export type * from './service/requests.js';
export type {
  RenderedItem,
  RenderedObjects,
  RenderedType,
  RenderItem,
  RenderPlace,
} from './autogenerate/render/render-items.js';
export type * from './results.js';
export type * from './fleet/requests.js';
export type * from './fleet/results.js';
export type * from './schema/schema.model.js';
export type {
  ColumnChange,
  ExtensionPlace,
  Operation,
  OperationKind,
  OperationOf,
  SequenceChange,
  TableOperation,
} from './operations/operation.js';
export type * from './operations/operations.interface.js';
export { describeOperation } from './operations/describe/describe.js';
export type { DialectName } from './schema/parts.js';
export type { LockMode } from './dialects/lock.js';
export type { LintRules } from './lint/lint-rules.js';
export type { DataLossMode } from './service/options/data-loss-mode.js';
export type { OnlineMode } from './service/options/online-mode.js';
export type { VersionApplied } from './runtime/index.js';
export type * from './events/events.js';
export { ListenToMigrations, type ListenerOptions } from './module/listeners/listener.decorator.js';
export * from './errors/index.js';
export * from './dialects/errors.js';
