export { MigrateModule, migrateCommandName } from './migrate.module.js';
export { MigrationService } from './migration.service.js';
export {
  getMigrationServiceToken,
  InjectMigrationService,
  MIGRATE_PROVIDER_RESOLVER,
  type ProviderResolver,
} from './migrate.tokens.js';
export {
  ConfigureMigrations,
  provideConfigureHook,
  type Configured,
  type ConfigureHookOptions,
  type HookFactory,
  type MigrateConfigurer,
} from './configure/configure.decorator.js';
export type * from './migrate.options.js';
export type * from './migration.requests.js';
export type {
  RenderedItem,
  RenderedObjects,
  RenderedType,
  RenderItem,
  RenderPlace,
} from './autogenerate/render-items.js';
export type * from './migration.results.js';
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
export { describeOperation } from './operations/describe.js';
export type { VersionApplied } from './runtime/index.js';
export type * from './events/events.js';
export { ListenToMigrations, type ListenerOptions } from './events/listener.decorator.js';
export * from './errors/index.js';
