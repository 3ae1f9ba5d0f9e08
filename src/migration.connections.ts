import type { DataSource } from 'typeorm';
import { DatabaseUnreachableError } from './errors/service.errors.js';
import type { BoundDataSource } from './migrate.options.js';
import { codeFailure, initializationFailure, loadedParts } from './migration.initialization.js';

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
   * @throws DatabaseUnreachableError within the data source's `connectTimeout`.
   */
  open(bound: BoundDataSource): Promise<void> {
    if (bound.dataSource.isInitialized) return Promise.resolve();
    const started = this.opening.get(bound.dataSource);
    if (started !== undefined) return started;
    const opening = initialize(bound).catch((error: unknown) => {
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

async function initialize({ name, dataSource, config }: BoundDataSource): Promise<void> {
  const applicationOptions = { ...dataSource.options };
  dataSource.setOptions(withoutSideEffects);
  const { driver } = dataSource;
  const connect = driver.connect.bind(driver);
  // Only connecting is timed: building the metadata of a large application may rightly take longer.
  let isConnected = false;
  driver.connect = async () => {
    await withTimeout(connect(), config.connectTimeout);
    isConnected = true;
  };
  const before = loadedParts(dataSource);
  try {
    await dataSource.initialize();
  } catch (error) {
    if (isConnected) throw await initializationFailure(name, dataSource, before, error);
    throw codeFailure(name, dataSource, error) ?? unreachable({ name, dataSource }, error);
  } finally {
    driver.connect = connect;
    dataSource.setOptions(pick(applicationOptions, Object.keys(withoutSideEffects)));
  }
}

/** What a driver says about a database that does not answer, with the data source's name. */
export function unreachable(
  { name, dataSource }: Pick<BoundDataSource, 'name' | 'dataSource'>,
  error: unknown,
): DatabaseUnreachableError {
  return new DatabaseUnreachableError(name, describeTarget(dataSource), reasonOf(error), error);
}

function pick(options: object, keys: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(keys.map((key) => [key, Reflect.get(options, key) as unknown]));
}

/** Waits for `work` at most this long. @param onLate called when the wait is over, before it ends in an error */
export async function withTimeout<T>(work: Promise<T>, ms: number, onLate?: () => void): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      onLate?.();
      reject(new Error(`no answer within ${ms} ms`));
    }, ms);
  });
  // Whoever loses the race must not end as an unhandled rejection.
  work.catch(() => undefined);
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Where a data source points, without its password. */
export function describeTarget(dataSource: DataSource): string {
  const { type, url, host, port, database } = dataSource.options as {
    type: string;
    url?: string;
    host?: string;
    port?: number;
    database?: unknown;
  };
  const file = typeof database === 'string' ? database : '';
  if (typeof url === 'string' && URL.canParse(url)) {
    const { hostname, port: urlPort, pathname } = new URL(url);
    return `${type} at ${hostname}${urlPort === '' ? '' : `:${urlPort}`}${pathname}`;
  }
  if (host === undefined) return file === '' ? type : `${type}, ${file}`;
  return `${type} at ${host}${port === undefined ? '' : `:${port}`}/${file}`;
}

/** pg reports several refused addresses as one error without a message of its own. */
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.message === '') {
    return error.errors.map((inner) => (inner instanceof Error ? inner.message : String(inner))).join('; ');
  }
  return error instanceof Error ? error.message : String(error);
}
