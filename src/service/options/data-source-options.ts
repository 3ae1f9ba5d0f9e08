import type { InjectionToken, ModuleMetadata, OptionalFactoryDependency } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import type { DataLossMode } from './data-loss-mode.js';
import type { OnlineMode } from './online-mode.js';
import type { TenantsOptions } from './tenants.js';
import type { LockMode } from '../../dialects/lock.js';
import type { OptionIndexes } from '../../autogenerate/wanted/option-indexes.js';

/**
 * What may differ from one data source to the next.
 *
 * @example
 *     MigrateModule.forRoot([{ name: 'default' }, { name: 'analytics', directory: 'migrations-analytics' }]);
 */
export interface DataSourceOptionsOverride {
  /**
   * The migration repository: absolute, or relative to the application's root. Data sources that name the same
   * directory share one history.
   *
   * @default 'migrations'
   * @example directory: 'database/migrations'
   */
  readonly directory?: string;
  /** Table with the revisions that the database is at. @default 'migrate_version' @example versionTable: 'schema_version' */
  readonly versionTable?: string;
  /** Schema of the version table, on MySQL a database of the server. @default the data source's own @example versionTableSchema: 'internal' */
  readonly versionTableSchema?: string;
  /** A transaction for each revision instead of one around the run. @default false @example transactionPerMigration: true */
  readonly transactionPerMigration?: boolean;
  /**
   * PostgreSQL: longest wait for a table lock in one attempt, in ms, and so the longest time that queries of the application wait
   * behind a statement that waits. The run's transaction is then rolled back, and begun again after a pause that is as long at
   * least. MySQL and MariaDB: the same for a table and for a row, in whole seconds; the statement is tried again. SQLite: longest wait of a
   * commit for those who still read.
   *
   * @default 2000
   * @example lockTimeout: 500
   */
  readonly lockTimeout?: number;
  /**
   * PostgreSQL, MySQL and MariaDB: how often a lock is tried before the run fails. Ten attempts take about a minute with the default `lockTimeout`.
   *
   * @default 10
   * @example lockAttempts: 30
   */
  readonly lockAttempts?: number;
  /** PostgreSQL, MySQL and MariaDB: longest run of one statement, in ms; 0 for no limit. @default 0 @example statementTimeout: 60_000 */
  readonly statementTimeout?: number;
  /**
   * Longest time for `upgrade` or `downgrade` of one revision, in ms; 0 for no limit. The revision fails then, and a
   * statement that the server still runs ends as by `statementTimeout`.
   *
   * @default 0
   * @example revisionTimeout: 300_000
   */
  readonly revisionTimeout?: number;
  /** Longest wait for another run on the same database, in ms. @default 60000 @example runnerTimeout: 600_000 */
  readonly runnerTimeout?: number;
  /**
   * PostgreSQL: how runs on the database exclude each other. `'session'`: by an advisory lock of the connection. `'lease'`: by a
   * row that its owner renews, in the table `<versionTable>_lock`; behind a pooler that shares sessions, as PgBouncer does,
   * only this holds. `'auto'`: by a lease where a pooler is found, else by the lock. `'none'`: not at all, for those who never start
   * two runs at once. MySQL and MariaDB: `'auto'` and `'session'` are a lock of the server by name; `'lease'` is refused.
   *
   * @default 'auto'
   * @example lock: 'lease'
   */
  readonly lock?: LockMode;
  /**
   * What `upgrade` and `downgrade` do before they take away rows of a table or values of a column that is there, or do what
   * is not known before it runs. `'ask'`: `nest-cmd` asks
   * once on a terminal, with the number of rows; without a terminal, and in calls of the service without `confirmDataLoss`, it goes
   * on. `'refuse'`: a DataLossError, before anything runs. `'allow'`: it goes on.
   *
   * @default 'ask'
   * @example onDataLoss: 'refuse'
   */
  readonly onDataLoss?: DataLossMode;
  /**
   * What `migrate` does about changes that would keep users of a table waiting: `off` writes them plainly, `suggest` too, with the
   * online form in comments, and `write` writes the online form.
   *
   * @default 'off'
   * @example online: 'write'
   */
  readonly online?: OnlineMode;
  /**
   * Longest wait for a connection, in ms; 0 for no limit: for one that this package opens itself (`nest-cmd`), where what a `password`
   * function takes does not count, and for one of the application's pool.
   *
   * @default 10000
   * @example connectTimeout: 3_000
   */
  readonly connectTimeout?: number;
  /**
   * How long to try again when a database is away that this package has to connect to, in ms: it may be starting. What
   * will not get better by itself, as a wrong password, fails at once.
   *
   * @default 0
   * @example waitForDatabase: 60_000
   */
  readonly waitForDatabase?: number;
  /**
   * Schemas to compare besides the data source's own and those that entities name; of others only what the revisions made is
   * compared.
   *
   * @default []
   * @example includeSchemas: ['reporting']
   */
  readonly includeSchemas?: readonly string[];
  /**
   * Indexes that entities cannot say in full, by their table: on expressions, with sort order, INCLUDE or operator classes. An
   * index of the same name takes the place of an entity's.
   *
   * @default {}
   * @example
   *     indexes: { person: [{ name: 'IX_person_lower', columnNames: [], expression: 'lower("name")' }] }
   */
  readonly indexes?: OptionIndexes;
}

/**
 * A data source by its name in `TypeOrmModule.forRoot({ name })`, with options of its own.
 *
 * @example
 *     MigrateModule.forRoot({ dataSources: ['default', { name: 'analytics', lockTimeout: 500 }] });
 */
export interface MigrateDataSource extends DataSourceOptionsOverride {
  /** Its name. @default 'default' @example name: 'analytics' */
  readonly name?: string;
  /**
   * Where TypeOrmModule is not used: a data source, or how to get it from a provider of the application. It may be closed: it
   * is opened when needed.
   *
   * @default that of TypeOrmModule with this name
   * @example dataSource: { inject: ['DATA_SOURCE'] }
   */
  readonly dataSource?: DataSource | InjectedDataSource;
  /** Overrides the shared option for this data source. @default the shared one @example upgradeOnBootstrap: true */
  readonly upgradeOnBootstrap?: boolean;
  /**
   * Makes a fleet of it: its revisions are run for each of these tenants, by `MigrationFleet` and the `fleet` commands. All other calls
   * work on its own database or schema, which `migrate` compares with: a template.
   *
   * @default none
   * @example tenants: { useExisting: Customers, waves: ['1', '10%', '100%'], maxFailures: '1%' }
   */
  readonly tenants?: TenantsOptions;
}

/**
 * A data source that a provider of the application makes, as in Nest's recipe for TypeORM without TypeOrmModule.
 *
 * @example
 *     MigrateModule.forRoot([{ dataSource: { imports: [DatabaseModule], inject: ['DATA_SOURCE'] } }]);
 */
export interface InjectedDataSource extends Pick<ModuleMetadata, 'imports'> {
  /** Tokens of providers; without `useFactory` one, that of the data source. @example inject: ['DATA_SOURCE'] */
  readonly inject?: readonly (InjectionToken | OptionalFactoryDependency)[];
  /** Gives the data source, from what was injected. @default the first of them @example useFactory: (pool: DataSource) => pool */
  readonly useFactory?: (...injected: never[]) => DataSource | Promise<DataSource>;
}
