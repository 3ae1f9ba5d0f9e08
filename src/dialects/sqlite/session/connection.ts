import type { DataSource, QueryRunner } from 'typeorm';
import { ownManager } from '../../common/own-manager.js';
import { ownQueries, type QueryListener } from '../../own-queries.js';
import { readPragma } from './busy.js';
import { quote, quoteString } from '../text.js';

/**
 * The bytes that a run may change before SQLite writes them into the file ahead of the commit. Without a WAL nobody can
 * read from then on.
 */
const HELD_BACK_BYTES = 64 * 1024 * 1024;

/** A row of `PRAGMA database_list`: a database of a connection. */
interface AttachedDatabase {
  readonly name: string;
  /** Absolute path; empty for one in memory. */
  readonly file: string;
}

/** The members of TypeORM's drivers for SQLite that their common interface lacks. */
export interface SqliteDriver {
  readonly options: { readonly type: string };
  databaseConnection: unknown;
  queryRunner: QueryRunner | undefined;
  createDatabaseConnection(): Promise<unknown>;
  createQueryRunner(mode: 'master'): QueryRunner;
  disconnect(): Promise<void>;
}

/** The connection that a run works on. */
export interface RunConnection {
  /** The query runner that revisions get. */
  readonly runner: QueryRunner;
  /** The application's one connection, for its state and its settings. */
  readonly application: QueryRunner;
  /** Whether `runner` uses the application's connection, because there can be no second one. */
  readonly isShared: boolean;
  /** Called when the run's transaction has begun. */
  hold(): Promise<void>;
  /** Called when it has ended. */
  letGo(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens a connection for a run. TypeORM has one connection for the whole application: what the application wrote there
 * during a run would become part of it, and be rolled back with it.
 *
 * It is opened by the data source's own driver, so key, `prepareDatabase`, timeout and WAL are those of its options. The
 * application's connection is used when no second one can reach the database: in memory, and with
 * `locking_mode = EXCLUSIVE`.
 */
export async function openConnection(dataSource: DataSource, onQuery?: QueryListener): Promise<RunConnection> {
  const shared = dataSource.createQueryRunner();
  const application = ownQueries(shared, onQuery);
  const databases = (await application.query('PRAGMA database_list')) as AttachedDatabase[];
  if (await hasOneConnection(dataSource, application, databases)) return new SharedConnection(shared, application);
  const driver = await connect(dataSource, databases);
  const runner = driver.createQueryRunner('master');
  const own = ownQueries(runner, onQuery);
  const connection = new OwnConnection(driver, runner, own, application);
  try {
    Object.assign(runner, { manager: ownManager(dataSource, runner) });
    await attach(own, databases);
  } catch (error) {
    await connection.close();
    throw error;
  }
  return connection;
}

/** The application's only connection, or the one that the caller gave. */
export class SharedConnection implements RunConnection {
  readonly isShared = true;

  /** @param isCallers whether it belongs to the caller, who releases it */
  constructor(
    readonly runner: QueryRunner,
    readonly application: QueryRunner,
    private readonly isCallers = false,
  ) {}

  async hold(): Promise<void> {}

  async letGo(): Promise<void> {}

  async close(): Promise<void> {
    if (!this.isCallers) await this.runner.release();
  }
}

class OwnConnection implements RunConnection {
  readonly isShared = false;
  private timeout: number | undefined;

  constructor(
    private readonly driver: SqliteDriver,
    readonly runner: QueryRunner,
    private readonly own: QueryRunner,
    readonly application: QueryRunner,
  ) {}

  async hold(): Promise<void> {
    await this.holdBack();
    if (this.driver.options.type === 'better-sqlite3') await this.refuseToWait();
  }

  async letGo(): Promise<void> {
    const { timeout } = this;
    this.timeout = undefined;
    if (timeout === undefined) return;
    // The application may have set another one meanwhile.
    if ((await readPragma(this.application, 'busy_timeout')) !== 0) return;
    await this.application.query(`PRAGMA busy_timeout = ${timeout}`);
  }

  close(): Promise<void> {
    return this.driver.disconnect();
  }

  /** Sets how much stays in memory, so that the application can still read; only now is the size of a page known. */
  private async holdBack(): Promise<void> {
    const pages = Math.floor(HELD_BACK_BYTES / (await readPragma(this.own, 'page_size')));
    await this.own.query(`PRAGMA cache_spill = ${pages}`);
  }

  /**
   * Makes SQLite refuse writes of the application at once. better-sqlite3 would wait for the lock in the thread that the
   * run needs to finish: no wait could succeed, and it would block the whole process.
   */
  private async refuseToWait(): Promise<void> {
    this.timeout ??= await readPragma(this.application, 'busy_timeout');
    await this.application.query('PRAGMA busy_timeout = 0');
  }
}

async function hasOneConnection(
  { options }: DataSource,
  runner: QueryRunner,
  databases: readonly AttachedDatabase[],
): Promise<boolean> {
  // sql.js reports a file, which is in memory too.
  if (options.type === 'sqljs' || mainFile(databases) === '') return true;
  const [row] = (await runner.query('PRAGMA locking_mode')) as { locking_mode: string }[];
  return row?.locking_mode === 'exclusive';
}

/** The data source's driver, with another connection to the same file. */
async function connect({ driver }: DataSource, databases: readonly AttachedDatabase[]): Promise<SqliteDriver> {
  const own = Object.create(driver) as SqliteDriver;
  own.queryRunner = undefined;
  own.databaseConnection = await openFile(own, mainFile(databases));
  return own;
}

/** Another connection to another file, plain: without a WAL, and without what the application prepares on its own. */
export async function openBeside(
  { driver }: DataSource,
  database: string,
): Promise<{ readonly driver: SqliteDriver; readonly runner: QueryRunner }> {
  const options = { ...(driver as unknown as SqliteDriver).options, enableWAL: false, prepareDatabase: undefined };
  const own = Object.create(driver, { options: { value: options } }) as SqliteDriver;
  own.queryRunner = undefined;
  own.databaseConnection = await openFile(own, database);
  return { driver: own, runner: ownQueries(own.createQueryRunner('master')) };
}

/** The file of the main database of a connection; undefined in memory, where no other process can be. */
export async function fileOf({ options }: DataSource, runner: QueryRunner): Promise<string | undefined> {
  if (options.type === 'sqljs') return undefined;
  return mainFile((await runner.query('PRAGMA database_list')) as AttachedDatabase[]) || undefined;
}

/** Opens a file by its full path: the process may have changed its directory since the application opened it. */
function openFile(driver: SqliteDriver, database: string): Promise<unknown> {
  const options = { ...driver.options, database };
  const opening = Object.create(driver, { options: { value: options } }) as SqliteDriver;
  return opening.createDatabaseConnection();
}

async function attach(runner: QueryRunner, databases: readonly AttachedDatabase[]): Promise<void> {
  for (const { name, file } of databases) {
    if (name === 'main' || name === 'temp' || file === '') continue;
    await runner.query(`ATTACH ${quoteString(file)} AS ${quote(name)}`);
  }
}

function mainFile(databases: readonly AttachedDatabase[]): string {
  return databases.find(({ name }) => name === 'main')?.file ?? '';
}
