import type { InjectionToken, LoggerService, ModuleMetadata, OptionalFactoryDependency, Type } from '@nestjs/common';
import type { DataSource, DataSourceOptions, QueryRunner } from 'typeorm';
import type { CompareOptions } from '../../autogenerate/compare/compare-options.js';
import type { OptionIndexes } from '../../autogenerate/wanted/option-indexes.js';
import type { RenderItem } from '../../autogenerate/render/render-items.js';
import type { MigrationListener } from '../../events/events.js';
import type { Notice } from '../requests.js';
import type { Operation } from '../../operations/operation.js';
import type { RepositorySettings } from '../../repository/index.js';

/** What may differ from one data source to the next. */
export interface DataSourceOptionsOverride {
  /**
   * The migration repository: absolute, or relative to the application's root. Data sources that name the same
   * directory share one history.
   *
   * @default 'migrations'
   */
  readonly directory?: string;
  /** @default 'migrate_version' */
  readonly versionTable?: string;
  /** Schema of the version table. @default the data source's own schema */
  readonly versionTableSchema?: string;
  /** A transaction for each revision instead of one around the whole run. @default false */
  readonly transactionPerMigration?: boolean;
  /** Longest wait for a table lock in one attempt, in ms; attempts are repeated with backoff. @default 5000 */
  readonly lockTimeout?: number;
  /** Longest run of one statement, in ms; 0 for no limit. @default 0 */
  readonly statementTimeout?: number;
  /**
   * Longest time for `upgrade` or `downgrade` of one revision, in ms; 0 for no limit. The revision fails then, and a
   * statement that PostgreSQL still runs ends as by `statementTimeout`. @default 0
   */
  readonly revisionTimeout?: number;
  /** Longest wait for another runner on the same database, in ms. @default 600000 */
  readonly runnerTimeout?: number;
  /**
   * Longest wait for a connection when this package has to open it itself (`nest-cmd`), in ms; 0 for no limit. What a
   * `password` function takes does not count. @default 10000
   */
  readonly connectTimeout?: number;
  /**
   * How long to try again when a database is away that this package has to connect to, in ms: it may be starting. What
   * will not get better by itself, as a wrong password, fails at once. @default 0
   */
  readonly waitForDatabase?: number;
  /**
   * Schemas to compare beside the data source's own and those that entities name; of others only what the revisions made is
   * compared. @default []
   */
  readonly includeSchemas?: readonly string[];
  /**
   * Indexes that entities cannot say in full, by their table: on expressions, with sort order, INCLUDE or operator classes. An
   * index of the same name takes the place of an entity's. @default {}
   *
   * @example
   *     indexes: { person: [{ name: 'IX_person_lower', columnNames: [], expression: 'lower("name")' }] }
   */
  readonly indexes?: OptionIndexes;
}

/** A data source by its name in `TypeOrmModule.forRoot({ name })`, with what is particular to it. */
export interface MigrateDataSource extends DataSourceOptionsOverride {
  /** @default 'default' */
  readonly name?: string;
  /**
   * Where TypeOrmModule is not used: a data source, or how to get it from a provider of the application. It may be closed: it
   * is opened when needed.
   */
  readonly dataSource?: DataSource | InjectedDataSource;
  /** Overrides the shared option for this data source. */
  readonly upgradeOnBootstrap?: boolean;
}

/**
 * A data source that a provider of the application makes, as in Nest's recipe for TypeORM without TypeOrmModule.
 *
 * @example
 *     MigrateModule.forRoot([{ dataSource: { imports: [DatabaseModule], inject: ['DATA_SOURCE'] } }]);
 */
export interface InjectedDataSource extends Pick<ModuleMetadata, 'imports'> {
  /** Tokens of providers. Without `useFactory` there is one, that of the data source. */
  readonly inject?: readonly (InjectionToken | OptionalFactoryDependency)[];
  /** Gives the data source, from what was injected. @default the first of them */
  readonly useFactory?: (...injected: never[]) => DataSource | Promise<DataSource>;
}

/** What autogenerate found for one data source, before it is written. */
export interface RevisionDirective {
  readonly dataSource: string;
  readonly message: string;
  readonly upgrade: readonly Operation[];
  readonly downgrade: readonly Operation[];
}

/** What lines about runs are written to: a logger of Nest, or one in its shape. */
export type MigrateLogger = Pick<LoggerService, 'log' | 'warn'>;

/** What a configure hook may choose for one command instead of what the data source has: a tenant's. */
export interface ChosenDataSource {
  /** The schema that the command works in, where the database has schemas. @default the data source's own */
  readonly schema?: string;
  /** What else of the data source's options differs. @default nothing */
  readonly dataSourceOptions?: Partial<DataSourceOptions>;
}

/** Options shared by all data sources. */
export interface MigrateOptions
  extends DataSourceOptionsOverride, Partial<RepositorySettings>, CompareOptions, MigrationListener {
  /** Name of the command group. @default 'db' */
  readonly command?: string;
  /**
   * Commit a run over several databases in two phases, so that a crash leaves none of them behind: with PREPARE TRANSACTION
   * on PostgreSQL. One of the databases may be SQLite, which cannot prepare; its commit then decides. @default false
   */
  readonly twoPhase?: boolean;
  /**
   * Run pending revisions when the application starts, before any `onModuleInit`; a failure fails the start. Replicas that
   * start together take turns. Command lines (`nest-cmd`, nest-commander) never do it. @default false
   */
  readonly upgradeOnBootstrap?: boolean;
  /**
   * Where steps, waits and notices go as `log`, and warnings as `warn`: Nest's own logger (`true`), or another one, which
   * `nest-cmd` tells of them instead of printing. False says nothing at the start of the application either.
   *
   * @default nothing is logged but by `upgradeOnBootstrap`; `nest-cmd` prints
   */
  readonly logger?: boolean | MigrateLogger;
  /** Values of `-x key=value` that every run gets. @default {} */
  readonly xArgs?: Readonly<Record<string, string>>;
  /**
   * May edit, drop or multiply what autogenerate found; what it returns is written. Returning `[]` writes nothing.
   * Returning nothing keeps the list.
   */
  readonly processRevisionDirectives?: (
    directives: readonly RevisionDirective[],
  ) => readonly RevisionDirective[] | void | Promise<readonly RevisionDirective[] | void>;
  /**
   * May give the text that stands in a revision for an operation, a table, a column, a type, a default, a constraint or an
   * index. False or nothing leaves it as it is.
   *
   * @example
   *     renderItem: (item) => item.type === 'default' && item.object === 'now()' && '`CURRENT_TIMESTAMP`'
   */
  readonly renderItem?: RenderItem;
}

/** The argument of `MigrateModule.forRoot` in its long form. */
export interface MigrateModuleOptions extends MigrateOptions {
  /** @default ['default'] */
  readonly dataSources?: readonly (string | MigrateDataSource)[];
}

/** A class that makes the options: `forRootAsync({ useClass })`. */
export interface MigrateOptionsFactory {
  createMigrateOptions(): MigrateOptions | Promise<MigrateOptions>;
}

/** The argument of `MigrateModule.forRootAsync`: names are given here, options may come from a factory. */
export interface MigrateModuleAsyncOptions extends Pick<ModuleMetadata, 'imports'> {
  /** @default ['default'] */
  readonly dataSources?: readonly (string | MigrateDataSource)[];
  /** Name of the command group; given here because the command line needs it before any factory runs. @default 'db' */
  readonly command?: string;
  readonly inject?: readonly unknown[];
  readonly useFactory?: (...args: never[]) => MigrateOptions | Promise<MigrateOptions>;
  readonly useClass?: Type<MigrateOptionsFactory>;
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
  | 'check'
  | 'status';

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };
type Settled = Omit<DataSourceOptionsOverride, 'versionTableSchema' | 'indexes'>;

/**
 * The options of one data source for one command, with all defaults filled in: what a configure hook is given and may
 * change. `directory` is absolute, and `xArgs` hold what was given with `-x`.
 */
export type MigrateConfig = {
  readonly command: MigrationCommand;
  readonly dataSource: string;
} & Mutable<Required<Settled> & Required<Pick<MigrateOptions, 'xArgs'>>> &
  Mutable<ChosenDataSource> &
  Mutable<Omit<MigrateOptions, 'command' | 'xArgs' | 'upgradeOnBootstrap' | 'logger' | keyof Settled>>;

/** A data source and its config: what the services work on. */
export interface BoundDataSource {
  readonly name: string;
  /** @throws DataSourceNotFoundError when it is asked for and the application registered none */
  readonly dataSource: DataSource;
  readonly config: Readonly<MigrateConfig>;
  /** The caller's connection, which the call works on. */
  readonly queryRunner?: QueryRunner;
  /** Closes what a configure hook chose in its place, when the command has ended. */
  release(): Promise<void>;
  /** Name of the command group, for messages that name a variable of the environment. */
  readonly group: string;
  /** Told what people may want to know while they wait. */
  readonly onNotice?: (notice: Notice) => void;
  /** Told of each statement that is no revision's. */
  readonly onQuery?: (sql: string) => void;
}
