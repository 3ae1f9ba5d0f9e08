import type { LoggerService, ModuleMetadata, Type } from '@nestjs/common';
import type { DataSource, DataSourceOptions, QueryRunner } from 'typeorm';
import type { CompareOptions } from '../../autogenerate/compare/compare-options.js';
import type { RenderItem } from '../../autogenerate/render/render-items.js';
import type { MigrationListener } from '../../events/events.js';
import type { Notice } from '../requests.js';
import type { DataSourceOptionsOverride, MigrateDataSource } from './data-source-options.js';
import type { Operation } from '../../operations/operation.js';
import type { LintRules } from '../../lint/lint-rules.js';
import type { RepositorySettings } from '../../repository/index.js';

export type * from './data-source-options.js';
export type * from './tenants.js';

/**
 * What autogenerate found for one data source, before it is written.
 *
 * @example
 *     const withoutDrops = ({ upgrade, ...directive }: RevisionDirective): RevisionDirective => ({
 *       ...directive,
 *       upgrade: upgrade.filter(({ kind }) => kind !== 'dropTable'),
 *     });
 */
export interface RevisionDirective {
  /** The data source that it is for. @example dataSource: 'default' */
  readonly dataSource: string;
  /** The message of the revision. @example message: 'add phone' */
  readonly message: string;
  /** The operations of its `upgrade`, in order. @example upgrade: [{ kind: 'dropTable', table: { name: 'note' } }] */
  readonly upgrade: readonly Operation[];
  /** The operations of its `downgrade`, in order. @example downgrade: [] */
  readonly downgrade: readonly Operation[];
}

/**
 * What lines about runs are written to: a logger of Nest, or one in its shape.
 *
 * @example
 *     const logger: MigrateLogger = { log: (message) => console.log(message), warn: (message) => console.warn(message) };
 */
export type MigrateLogger = Pick<LoggerService, 'log' | 'warn'>;

/**
 * What a configure hook may choose for one command instead of what the data source has: a tenant's.
 *
 * @example
 *     provideConfigureHook((config) => {
 *       config.dataSourceOptions = { database: `tenant_${config.xArgs['tenant']}` };
 *     });
 */
export interface ChosenDataSource {
  /** The schema that the command works in, where the database has schemas. @default the data source's own @example schema: 'tenant_acme' */
  readonly schema?: string;
  /** What else of the data source's options differs. @default nothing @example dataSourceOptions: { database: 'acme' } */
  readonly dataSourceOptions?: Partial<DataSourceOptions>;
}

/**
 * Options shared by all data sources; an option that cannot be so is a MigrateOptionsError when the application starts.
 *
 * @example
 *     MigrateModule.forRoot({ directory: 'migrations', lockTimeout: 2_000, upgradeOnBootstrap: true });
 */
export interface MigrateOptions
  extends DataSourceOptionsOverride, Partial<RepositorySettings>, CompareOptions, MigrationListener {
  /** Name of the command group, and of its environment variables. @default 'db' @example command: 'database' */
  readonly command?: string;
  /**
   * Commit a run over several databases in two phases, so that a crash leaves none of them behind: with PREPARE TRANSACTION
   * on PostgreSQL. One of the databases may be SQLite, which cannot prepare; its commit then decides.
   *
   * @default false
   * @example twoPhase: true
   */
  readonly twoPhase?: boolean;
  /**
   * Run pending revisions when the application starts, before any `onModuleInit`; a failure fails the start. Replicas that
   * start together take turns. Command lines (`nest-cmd`, nest-commander) never do it.
   *
   * @default false
   * @example upgradeOnBootstrap: true
   */
  readonly upgradeOnBootstrap?: boolean;
  /**
   * Where steps, waits and notices go as `log`, and warnings as `warn`: Nest's own logger (`true`), or another one, which
   * `nest-cmd` passes them to instead of printing. With false nothing is logged at the start of the application either.
   *
   * @default nothing is logged but by `upgradeOnBootstrap`; `nest-cmd` prints
   * @example logger: new Logger('migrations')
   */
  readonly logger?: boolean | MigrateLogger;
  /**
   * Which rules `lint` applies, and at which levels.
   *
   * @default all, each at its own level
   * @example lint: { allow: ['small-primary-key'] }
   */
  readonly lint?: LintRules;
  /** Values of `-x key=value` that every run gets. @default {} @example xArgs: { seed: 'yes' } */
  readonly xArgs?: Readonly<Record<string, string>>;
  /**
   * May edit, drop or multiply what autogenerate found; what it returns is written. Returning `[]` writes nothing.
   * Returning nothing keeps the list. A result that cannot be written is a DirectivesError.
   *
   * @default none
   * @example processRevisionDirectives: (directives) => directives.filter(({ dataSource }) => dataSource !== 'legacy')
   */
  readonly processRevisionDirectives?: (
    directives: readonly RevisionDirective[],
  ) => readonly RevisionDirective[] | void | Promise<readonly RevisionDirective[] | void>;
  /**
   * May give the source that a revision has for an operation, a table, a column, a type, a default, a constraint or an
   * index. False or nothing leaves it as it is.
   *
   * @example
   *     renderItem: (item) => item.type === 'default' && item.object === 'now()' && '`CURRENT_TIMESTAMP`'
   */
  readonly renderItem?: RenderItem;
}

/**
 * The argument of `MigrateModule.forRoot` in its long form.
 *
 * @example
 *     MigrateModule.forRoot({ dataSources: ['default', 'analytics'], directory: 'migrations' });
 */
export interface MigrateModuleOptions extends MigrateOptions {
  /** The data sources, in the order of runs. @default ['default'] @example dataSources: ['default', 'analytics'] */
  readonly dataSources?: readonly (string | MigrateDataSource)[];
}

/**
 * A class that makes the options: `forRootAsync({ useClass })`.
 *
 * @example
 *     // `@Injectable()`
 *     export class MigrateSettings implements MigrateOptionsFactory {
 *       constructor(private readonly settings: ConfigService) {}
 *       createMigrateOptions(): MigrateOptions {
 *         return { directory: this.settings.getOrThrow('MIGRATIONS') };
 *       }
 *     }
 */
export interface MigrateOptionsFactory {
  /** Makes the options; it may be async. @example createMigrateOptions: () => ({ lockTimeout: 2_000 }) */
  createMigrateOptions(): MigrateOptions | Promise<MigrateOptions>;
}

/**
 * The argument of `MigrateModule.forRootAsync`: names are given here, options may come from a factory.
 *
 * @example
 *     MigrateModule.forRootAsync({
 *       inject: [ConfigService],
 *       useFactory: (settings: ConfigService) => ({ directory: settings.getOrThrow('MIGRATIONS') }),
 *     });
 */
export interface MigrateModuleAsyncOptions extends Pick<ModuleMetadata, 'imports'> {
  /** The data sources, in the order of runs. @default ['default'] @example dataSources: ['analytics'] */
  readonly dataSources?: readonly (string | MigrateDataSource)[];
  /**
   * Name of the command group; given here because the command line needs it before any factory runs.
   *
   * @default 'db'
   * @example command: 'database'
   */
  readonly command?: string;
  /** Tokens of what `useFactory` gets. @default [] @example inject: ['SETTINGS'] */
  readonly inject?: readonly unknown[];
  /** Makes the options; it may be async. @example useFactory: (settings: MigrateOptions) => settings */
  readonly useFactory?: (...args: never[]) => MigrateOptions | Promise<MigrateOptions>;
  /** A class that makes the options, of which an instance is made. @example useClass: MigrateSettings */
  readonly useClass?: Type<MigrateOptionsFactory>;
  /** A provider that exists, which makes the options. @example useExisting: 'MIGRATE_SETTINGS' */
  readonly useExisting?: Type<MigrateOptionsFactory> | string | symbol;
}

/** The commands that read configuration: the methods of `MigrationService`. */
export type MigrationCommand =
  | 'init'
  | 'revision'
  | 'migrate'
  | 'merge'
  | 'edit'
  | 'upgrade'
  | 'downgrade'
  | 'stamp'
  | 'adopt'
  | 'ensureVersion'
  | 'apply'
  | 'operations'
  | 'current'
  | 'heads'
  | 'branches'
  | 'history'
  | 'show'
  | 'log'
  | 'verify'
  | 'check'
  | 'plan'
  | 'lint'
  | 'status';

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };
type Settled = Omit<DataSourceOptionsOverride, 'versionTableSchema' | 'indexes'>;

/**
 * The options of one data source for one command, with all defaults filled in: what a configure hook is given and may
 * change. `directory` is absolute, and `xArgs` hold what was given with `-x`.
 *
 * @example
 *     provideConfigureHook((config: MigrateConfig) => {
 *       if (config.command === 'upgrade') config.lockTimeout = 500;
 *     });
 */
export type MigrateConfig = {
  /** The command that asks; a hook cannot change it. */
  readonly command: MigrationCommand;
  /** The data source that it is about; a hook cannot change it. */
  readonly dataSource: string;
} & Mutable<Required<Settled> & Required<Pick<MigrateOptions, 'xArgs'>>> &
  Mutable<ChosenDataSource> &
  Mutable<Omit<MigrateOptions, 'command' | 'xArgs' | 'upgradeOnBootstrap' | 'logger' | keyof Settled>>;

/** A data source and its config: what the services work on. */
export interface BoundDataSource {
  /** Its name, as in `TypeOrmModule.forRoot({ name })`. */
  readonly name: string;
  /** The data source itself; a DataSourceNotFoundError is thrown here where the application registered none. */
  readonly dataSource: DataSource;
  /** Its options for this command. */
  readonly config: Readonly<MigrateConfig>;
  /** The caller's connection, which the call works on. */
  readonly queryRunner?: QueryRunner;
  /** Aborted when what the call does is to stop. */
  readonly signal?: AbortSignal;
  /** How long a statement outside a transaction may go on then, in ms. */
  readonly grace?: number;
  /** Closes what a configure hook chose in its place, when the command has ended. */
  release(): Promise<void>;
  /** Name of the command group, for messages that name a variable of the environment. */
  readonly group: string;
  /** Called with what people may want to know while they wait. */
  readonly onNotice?: (notice: Notice) => void;
  /** Called with each statement that is no revision's. */
  readonly onQuery?: (sql: string) => void;
}
