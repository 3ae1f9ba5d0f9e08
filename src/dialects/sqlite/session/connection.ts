import type { DataSource, QueryRunner } from 'typeorm';
import { ownQueries, type QueryListener } from '../../own-queries.js';
import { readPragma } from './busy.js';
import { quote, quoteString } from '../text.js';

/**
 * How much a run may change before SQLite writes it into the file ahead of the commit, in bytes. Without a WAL nobody can
 * read from then on.
 */
const HELD_BACK_BYTES = 64 * 1024 * 1024;

/** A database of a connection, as `PRAGMA database_list` tells it. */
interface AttachedDatabase {
  readonly name: string;
  /** Absolute path; empty for one in memory. */
  readonly file: string;
}

/** What TypeORM's drivers for SQLite have beside their common interface. */
interface SqliteDriver {
  readonly options: { readonly type: string };
  databaseConnection: unknown;
  queryRunner: QueryRunner | undefined;
  createDatabaseConnection(): Promise<unknown>;
  createQueryRunner(mode: 'master'): QueryRunner;
  disconnect(): Promise<void>;
}

/** The connection that a run works on. */
export interface RunConnection {
  /** As revisions get it. */
  readonly runner: QueryRunner;
  /** The application's one connection, for what is asked and set on it. */
  readonly application: QueryRunner;
  /** There can be no second connection: `runner` is the application's. */
  readonly isShared: boolean;
  /** To be called when the run's transaction has begun. */
  hold(): Promise<void>;
  /** To be called when it has ended. */
  letGo(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens a connection for a run. TypeORM has one for all of an application: on that, what the application writes
 * meanwhile would become part of the run and be lost with it.
 *
 * It is opened by the data source's own driver, so key, `prepareDatabase`, timeout and WAL are those of its options. The
 * application's is used where no second one reaches the database: in memory, and with `locking_mode = EXCLUSIVE`.
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
    Object.assign(runner, { manager: dataSource.createEntityManager(runner) });
    await attach(own, databases);
  } catch (error) {
    await connection.close();
    throw error;
  }
  return connection;
}

/** The one connection that there is, or that the run was given. */
export class SharedConnection implements RunConnection {
  readonly isShared = true;

  /** @param isCallers whether it stays the caller's, who releases it */
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

  /** Lets the application read on while the run changes much: only now does the connection know the size of a page. */
  private async holdBack(): Promise<void> {
    const pages = Math.floor(HELD_BACK_BYTES / (await readPragma(this.own, 'page_size')));
    await this.own.query(`PRAGMA cache_spill = ${pages}`);
  }

  /**
   * better-sqlite3 waits for a lock in the thread that the run needs to come to its end: no wait could succeed, and all of
   * the process would stand still for it. So a write of the application is refused at once.
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
  // sql.js names a file, which is in its memory.
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

/** By its full path: the process may have changed its directory since the application opened it. */
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
