import type { DataSource, QueryRunner } from 'typeorm';
import type { Dialect } from '../dialects/index.js';
import { isSupportedDriver, supportedDrivers } from '../dialects/drivers.js';
import { onCallersConnection } from '../dialects/callers-transaction.js';
import { ownQueries } from '../dialects/own-queries.js';
import { given, ofEntry, ofModule, readOptions, settledConfig } from './options/settled-config.js';
import { UnsupportedDriverError } from '../errors/database.errors.js';
import { DataSourceNotFoundError } from '../errors/service.errors.js';
import type {
  BoundDataSource,
  MigrateConfig,
  MigrateDataSource,
  MigrateModuleOptions,
  MigrateOptions,
  MigrationCommand,
} from './options/options.js';
import { connectionInTime } from './connect/connection-in-time.js';
import { choosesAnother, chosenDataSource, refuseChoiceOnCallers } from './connect/chosen-source.js';
import type { MigrateError } from '../errors/migrate.error.js';
import type { MigrationOverrides } from './requests.js';
import type { ProviderResolver } from './provider-resolver.js';
import type { NamedListener } from '../events/run-watch.js';
import { ConnectionKeeper } from './connect/connections.js';
import { absoluteDirectory, RepositoryDirectories } from './directories.js';
import { requireQueryRunner } from './connect/query-runner.js';
import { OutOfTimeError, TimeLimit } from './time-limit.js';
import { readAnew } from './connect/read-anew.js';
import { unreachable } from './connect/unreachable.js';
import { refuseAborted, unlessAborted } from '../runtime/abort.js';
import type { QualifiedName } from '../schema/schema.model.js';

/** A data source, or why it could not be made. Both are absent when the application has none of that name. */
export interface MadeDataSource {
  readonly dataSource?: DataSource;
  /** Why the application could not make it; thrown by commands that need it, which those that read only files do not. */
  readonly failure?: MigrateError;
}

/** An entry of `forRoot`, and its data source unless the application has none or could not make it. */
export interface FoundDataSource extends MadeDataSource {
  readonly entry: MigrateDataSource & { readonly name: string };
}

const defaults = {
  directory: 'migrations',
  versionTable: 'migrate_version',
  transactionPerMigration: false,
  lockTimeout: 2_000,
  lockAttempts: 10,
  statementTimeout: 0,
  revisionTimeout: 0,
  runnerTimeout: 60_000,
  lock: 'auto' as const,
  onDataLoss: 'ask' as const,
  online: 'off' as const,
  connectTimeout: 10_000,
  waitForDatabase: 0,
  includeSchemas: [],
};

/** Commands that need a database at most for `current` in their arguments. */
const fileCommands: ReadonlySet<MigrationCommand> = new Set<MigrationCommand>([
  'init',
  'revision',
  'merge',
  'edit',
  'heads',
  'branches',
  'history',
  'show',
]);

/** What all migration services of an application share: options, data sources and the connections opened for them. */
export class MigrationEnvironment {
  private readonly connections = new ConnectionKeeper();
  private readonly directories = new RepositoryDirectories();
  /** The identity of each folder that the options give, where there are several. */
  private folders: ReadonlyMap<string, string> = new Map();
  private ended = 0;

  readonly options: MigrateOptions & { readonly command: string };
  private readonly found: readonly FoundDataSource[];

  /** @throws MigrateOptionsError for an option that does not exist, and for a value that no option can have */
  constructor(
    options: MigrateModuleOptions & { readonly command: string },
    found: readonly FoundDataSource[],
    readonly providers: ProviderResolver,
    private readonly configure: (config: MigrateConfig) => Promise<MigrateConfig> = async (config) => config,
    private readonly listenersOf: (dataSource: string) => Promise<readonly NamedListener[]> = async () => [],
  ) {
    const { dataSources: _names, ...read } = readOptions(options, ofModule);
    this.options = read;
    this.found = found.map(({ entry, ...made }) => ({ ...made, entry: readOptions(entry, ofEntry) }));
  }

  /** Finds out which data sources share a repository though their options name it in different ways. */
  async locate(): Promise<this> {
    const directories = [...new Set(this.dataSources.map((name) => this.directoryOf(name)))];
    if (directories.length < 2) return this;
    const folders = directories.map(async (one) => [one, await this.directories.identify(one)] as const);
    this.folders = new Map(await Promise.all(folders));
    return this;
  }

  /** The listeners of runs on a data source: the hooks of its config, then the application's listeners. */
  async listeners({ name, config }: BoundDataSource): Promise<readonly NamedListener[]> {
    return [{ name: "MigrateModule's options", listener: config }, ...(await this.listenersOf(name))];
  }

  /** Names of the data sources whose repository is that of `name`, in the order of `forRoot`. */
  sharingRepositoryWith(name = 'default'): readonly string[] {
    const folder = this.folderOf(name);
    return this.dataSources.filter((other) => this.folderOf(other) === folder);
  }

  /** Names of the data sources that have other repositories than `name`. */
  outsideRepositoryOf(name = 'default'): readonly string[] {
    const own = this.sharingRepositoryWith(name);
    return this.dataSources.filter((other) => !own.includes(other));
  }

  /** Names of the data sources. */
  get dataSources(): readonly string[] {
    return this.found.map(({ entry }) => entry.name);
  }

  /** Names of the data sources that have tenants. */
  get fleets(): readonly string[] {
    return this.dataSources.filter((name) => this.entry(name).tenants !== undefined);
  }

  /** How many runs have ended in this process: after each, what was known of a database is old. */
  get runsEnded(): number {
    return this.ended;
  }

  noteRunEnded(): void {
    this.ended += 1;
  }

  /** The data sources of each repository, in the order of `forRoot`. */
  get repositories(): readonly (readonly string[])[] {
    const first = this.dataSources.filter((name) => this.sharingRepositoryWith(name)[0] === name);
    return first.map((name) => this.sharingRepositoryWith(name));
  }

  /** Whether pending revisions of a data source are run when the application starts. */
  upgradesOnBootstrap(name: string): boolean {
    return this.entry(name).upgradeOnBootstrap ?? this.options.upgradeOnBootstrap ?? false;
  }

  /** Absolute path that the options give for the repository of a data source. */
  directoryOf(name = 'default'): string {
    return absoluteDirectory(this.entry(name).directory ?? this.options.directory ?? defaults.directory);
  }

  /**
   * A data source with its config for a command, as the options and then the configure hooks make it.
   *
   * @throws DataSourceNotFoundError when the application registered no such data source, DataSourceFailedError when it
   * could
   *   not make it; a command that looks only at files goes on without. MigrateOptionsError for a value that no option can
   *   have. RepositoryInBuildError when the command would write into a folder that the next build deletes
   */
  async bind(name: string, command: MigrationCommand, overrides: MigrationOverrides): Promise<BoundDataSource> {
    const { name: _name, dataSource: _source, upgradeOnBootstrap: _own, tenants: _fleet, ...own } = this.entry(name);
    const found = this.found.find(({ entry }) => entry.name === name);
    const { queryRunner } = overrides;
    if (queryRunner !== undefined) requireQueryRunner(queryRunner, name, this.registered);
    const required = (): DataSource => {
      if (queryRunner !== undefined) return queryRunner.connection;
      if (found?.dataSource !== undefined) return found.dataSource;
      throw found?.failure ?? new DataSourceNotFoundError(name, []);
    };
    if (!fileCommands.has(command)) refuseDriver(required());
    const { command: _group, upgradeOnBootstrap: _shared, logger: _logger, ...shared } = this.options;
    const chosen: MigrateConfig = {
      ...defaults,
      ...shared,
      ...own,
      ...given({ connectTimeout: overrides.connectTimeout, waitForDatabase: overrides.waitForDatabase }),
      directory: overrides.directory ?? (await this.directories.find(this.directoryOf(name))),
      xArgs: { ...shared.xArgs, ...overrides.xArgs },
      command,
      dataSource: name,
    };
    const configured = settledConfig(await this.configure(chosen), chosen);
    const config = await this.directories.settle(configured, overrides.directory);
    let chosenSource: DataSource | undefined;
    const source = (): DataSource => {
      if (chosenSource !== undefined || !choosesAnother(required(), config)) return chosenSource ?? required();
      if (queryRunner !== undefined) refuseChoiceOnCallers(name);
      chosenSource = chosenDataSource(name, required(), config);
      return chosenSource;
    };
    const { onNotice, onQuery, signal, grace } = overrides;
    return {
      name,
      group: this.options.command,
      ...(onNotice && { onNotice }),
      ...(queryRunner && { queryRunner }),
      ...(signal && { signal }),
      ...(grace !== undefined && { grace }),
      config,
      release: async () => {
        if (chosenSource !== undefined) await this.connections.close(chosenSource);
      },
      ...(onQuery && { onQuery: (sql: string) => onQuery({ dataSource: name, sql }) }),
      get dataSource() {
        return source();
      },
    };
  }

  /**
   * The dialect of a data source. It is loaded when a command needs it: those that read only files start faster without.
   */
  async dialect({ dataSource }: BoundDataSource): Promise<Dialect> {
    const { dialectOf } = await import('../dialects/index.js');
    return dialectOf(dataSource);
  }

  /** Opens the data source if nobody has, and gives its dialect. */
  async connect(bound: BoundDataSource): Promise<Dialect> {
    const dialect = await this.dialect(bound);
    await this.connections.open(bound, dialect);
    return dialect;
  }

  /**
   * Lends a query runner of the data source for reading, or the caller's: a failure leaves its transaction usable.
   *
   * A connection that stays silent, or whose answer nobody waits for any more, is given up: it does not wait in the application's pool.
   *
   * @throws DatabaseUnreachableError also for a database that was there when the application started; RunAbortedError
   * @param timeout longest wait for the answer, ms; 0 for no limit
   */
  async withRunner<T>(
    bound: BoundDataSource,
    work: (runner: QueryRunner, dialect: Dialect) => Promise<T>,
    timeout = 0,
  ): Promise<T> {
    const dialect = await this.dialect(bound);
    const { queryRunner, signal } = bound;
    refuseAborted(signal);
    if (queryRunner !== undefined) {
      const view = ownQueries(queryRunner, bound.onQuery);
      const read = (): Promise<T> => work(view, dialect);
      return new TimeLimit(timeout).around(() => onCallersConnection({ view, runner: queryRunner }, dialect, read));
    }
    let runner: QueryRunner | undefined;
    let isOver = false;
    const open = (): QueryRunner => {
      // A connection that was given up is none that has ended with a restart of the server.
      if (isOver) throw new OutOfTimeError(timeout);
      return (runner = ownQueries(bound.dataSource.createQueryRunner(), bound.onQuery));
    };
    const giveUp = async (): Promise<void> => {
      isOver = true;
      if (runner !== undefined) await dialect.abortConnection(runner);
    };
    const answer = async (): Promise<T> => {
      await this.connect(bound);
      const connect = (runner: QueryRunner): Promise<void> => connectionInTime(bound, runner);
      return readAnew(open, connect, dialect, (runner) => work(runner, dialect)).catch((error: unknown) => {
        throw dialect.isUnreachable(error) ? unreachable(bound, error, dialect) : error;
      });
    };
    return unlessAborted(signal, () => new TimeLimit(timeout).around(answer, () => void giveUp()), giveUp);
  }

  /** Closes what `connect` opened; the application's own connections stay. */
  close(): Promise<void> {
    return this.connections.closeAll();
  }

  private get registered(): readonly { readonly name: string; readonly dataSource?: DataSource }[] {
    return this.found.map(({ entry, dataSource }) => ({ name: entry.name, ...(dataSource && { dataSource }) }));
  }

  private folderOf(name: string): string {
    const directory = this.directoryOf(name);
    return this.folders.get(directory) ?? directory;
  }

  private entry(name: string): FoundDataSource['entry'] {
    const found = this.found.find(({ entry }) => entry.name === name);
    if (found === undefined) throw new DataSourceNotFoundError(name, this.dataSources);
    return found.entry;
  }
}

/** Refuses an unsupported driver before anything else of the data source or the repository is read. */
function refuseDriver({ options: { type } }: DataSource): void {
  if (!isSupportedDriver(type)) throw new UnsupportedDriverError(type, supportedDrivers);
}

/** The version table of a data source as its config names it; else it is in the schema that the data source names. */
export function versionTableOf({ config, dataSource }: BoundDataSource): QualifiedName {
  const { options, driver } = dataSource;
  // The driver of a database without schemas ignores the option, and so must this.
  const ownSchema = 'schema' in options && driver.schema !== undefined ? options.schema : undefined;
  const { versionTable, versionTableSchema = ownSchema } = config;
  return versionTableSchema === undefined ? { name: versionTable } : { schema: versionTableSchema, name: versionTable };
}
