import type { DataSource } from 'typeorm';
import type { Dialect } from './dialects/dialect.js';
import { MigrateError } from './errors/migrate.error.js';
import type { BoundDataSource } from './migrate.options.js';
import { connectDriver } from './migration.connect.js';
import { codeFailure, initializationFailure, loadedParts } from './migration.initialization.js';
import { unreachable } from './migration.unreachable.js';

/**
 * What TypeORM would do while it connects, and must not for a migration: change the schema behind the revisions' back.
 * The last one stands for CREATE EXTENSION, which is an operation of a revision here.
 */
const withoutSideEffects = { synchronize: false, migrationsRun: false, dropSchema: false, installExtensions: false };

/** Opens data sources that the application left closed (`nest-cmd`, `manualInitialization`), and closes those again. */
export class ConnectionKeeper {
  private readonly opening = new Map<DataSource, Promise<void>>();

  /**
   * Opens a data source unless it is open.
   *
   * @throws DatabaseUnreachableError within the data source's `connectTimeout`, or after its `waitForDatabase`.
   */
  open(bound: BoundDataSource, dialect: Dialect): Promise<void> {
    if (bound.dataSource.isInitialized) return Promise.resolve();
    const started = this.opening.get(bound.dataSource);
    if (started !== undefined) return started;
    const opening = initialize(bound, dialect).catch((error: unknown) => {
      this.opening.delete(bound.dataSource);
      throw error;
    });
    this.opening.set(bound.dataSource, opening);
    return opening;
  }

  async closeAll(): Promise<void> {
    const opened = [...this.opening.keys()];
    this.opening.clear();
    await Promise.all(opened.map((dataSource) => (dataSource.isInitialized ? dataSource.destroy() : undefined)));
  }
}

async function initialize(bound: BoundDataSource, dialect: Dialect): Promise<void> {
  const { name, dataSource } = bound;
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

function pick(options: object, keys: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(keys.map((key) => [key, Reflect.get(options, key) as unknown]));
}
