import type { DataSource } from 'typeorm';
import type { Dialect } from '../../dialects/dialect.js';
import { MigrateError } from '../../errors/migrate.error.js';
import { DataSourceInvalidError } from '../../errors/service.errors.js';
import type { BoundDataSource } from '../options/options.js';
import { connectDriver } from './connect.js';
import { codeFailure, initializationFailure, loadedParts } from '../entities/initialization.js';
import { unreachable } from './unreachable.js';
import { SET_VARIABLES, unsetOptions } from './unset-options.js';

/**
 * What TypeORM would do while it connects, and must not for a migration: change the schema behind the revisions' back.
 * The last one is CREATE EXTENSION, which is an operation of a revision here.
 */
const withoutSideEffects = { synchronize: false, migrationsRun: false, dropSchema: false, installExtensions: false };

/** Opens data sources that the application left closed (`nest-cmd`, `manualInitialization`), and closes those again. */
export class ConnectionKeeper {
  private readonly opening = new Map<DataSource, Promise<void>>();
  private readonly warned = new WeakSet<DataSource>();

  /**
   * Opens a data source unless it is open.
   *
   * @throws DataSourceInvalidError when its `database` has no value, and the driver would take another one
   * @throws DatabaseUnreachableError within the data source's `connectTimeout`, or after its `waitForDatabase`.
   */
  open(bound: BoundDataSource, dialect: Dialect): Promise<void> {
    if (bound.dataSource.isInitialized) {
      this.warnOfDatabase(bound, dialect);
      return Promise.resolve();
    }
    const started = this.opening.get(bound.dataSource);
    if (started !== undefined) return started;
    const opening = openDataSource(bound, dialect).catch((error: unknown) => {
      this.opening.delete(bound.dataSource);
      throw error;
    });
    this.opening.set(bound.dataSource, opening);
    return opening;
  }

  /** Warns only, since the application works on that database already: it may be the right one. */
  private warnOfDatabase({ name, dataSource, onNotice }: BoundDataSource, dialect: Dialect): void {
    const unnamed = dialect.unnamedDatabase(dataSource);
    if (unnamed === undefined || onNotice === undefined || this.warned.has(dataSource)) return;
    this.warned.add(dataSource);
    const database = dataSource.driver.database?.trim();
    onNotice({
      level: 'warning',
      dataSource: name,
      message: `\`database\` is ${unnamed.given} in the options of the data source: this is ${database ? `the database ${database}` : unnamed.taken}.`,
    });
  }

  /** Closes a data source that `open` opened. */
  async close(dataSource: DataSource): Promise<void> {
    if (this.opening.delete(dataSource) && dataSource.isInitialized) await dataSource.destroy();
  }

  async closeAll(): Promise<void> {
    const opened = [...this.opening.keys()];
    this.opening.clear();
    await Promise.all(opened.map((dataSource) => (dataSource.isInitialized ? dataSource.destroy() : undefined)));
  }
}

/**
 * Opens a data source that the caller closes, and that nobody else opens meanwhile.
 *
 * @throws as `ConnectionKeeper.open`
 */
export async function openDataSource(bound: BoundDataSource, dialect: Dialect): Promise<void> {
  const { name, dataSource } = bound;
  refuseUnnamedDatabase(bound, dialect);
  const applicationOptions = { ...dataSource.options };
  dataSource.setOptions(withoutSideEffects);
  const { driver } = dataSource;
  const connect = driver.connect.bind(driver);
  // Only connecting is timed: building the metadata of a large application may rightly take longer.
  let isConnected = false;
  driver.connect = async () => {
    await connectDriver(bound, dialect, connect);
    isConnected = true;
  };
  const before = loadedParts(dataSource);
  try {
    await dataSource.initialize();
  } catch (error) {
    if (isConnected) throw await initializationFailure(name, dataSource, before, error);
    if (error instanceof MigrateError) throw error;
    throw codeFailure(name, dataSource, error) ?? unreachable(bound, error, dialect);
  } finally {
    driver.connect = connect;
    dataSource.setOptions(pick(applicationOptions, Object.keys(withoutSideEffects)));
  }
}

/** Refuses options without a database before anything connects: the driver would take one that nobody named. */
function refuseUnnamedDatabase({ name, dataSource }: BoundDataSource, dialect: Dialect): void {
  const unnamed = dialect.unnamedDatabase(dataSource);
  if (unnamed === undefined) return;
  throw new DataSourceInvalidError(
    name,
    `\`database\` is ${unnamed.given} in its options, and the driver would take ${unnamed.taken}.`,
    undefined,
    `${unsetOptions(dataSource) ?? SET_VARIABLES}\n${unnamed.ifMeant}`,
  );
}

function pick(options: object, keys: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(keys.map((key) => [key, Reflect.get(options, key) as unknown]));
}
