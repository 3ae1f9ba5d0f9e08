import { randomBytes } from 'node:crypto';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { UnsupportedDriverError } from '../../errors/database.errors.js';
import { TestDatabaseError } from '../../errors/testing.errors.js';
import { Backoff, tryAgain } from '../common/backoff.js';
import {
  type DatabaseCopy,
  type DatabaseTemplates,
  isTemplate,
  KEPT_TEMPLATES,
  type TemplateMaker,
  type TemplatePlace,
} from '../templates.js';

type PostgresOptions = Extract<DataSourceOptions, { type: 'postgres' }>;
type Query = (sql: string, parameters?: readonly unknown[]) => Promise<readonly Record<string, unknown>[]>;

/** SQLSTATE: the template does not exist, or no longer. */
const NO_DATABASE = '3D000';
/** SQLSTATE: somebody is still connected. */
const IN_USE = '55006';
/** SQLSTATE: the role may not create databases. */
const NOT_ALLOWED = '42501';

export const templates: TemplateMaker = {
  drivers: ['postgres'],
  of(options, place) {
    if (options.type !== 'postgres') throw new UnsupportedDriverError(options.type, this.drivers);
    return new PostgresTemplates(options, place);
  },
};

/** Options for a connection that only creates databases. */
const bare = {
  entities: [],
  subscribers: [],
  migrations: [],
  synchronize: false,
  migrationsRun: false,
  dropSchema: false,
  installExtensions: false,
  logging: false,
  cache: false,
} satisfies Partial<PostgresOptions>;

/**
 * Templates as databases of the server, copied by `CREATE DATABASE … TEMPLATE`.
 *
 * One process creates a template while the others wait for its advisory lock. It is created under another name and renamed
 * when it is complete, so that a process that dies leaves nothing behind that could be mistaken for a template.
 */
class PostgresTemplates implements DatabaseTemplates {
  constructor(
    private readonly options: PostgresOptions,
    private readonly place: TemplatePlace,
  ) {
    if (options.replication !== undefined) {
      throw new TestDatabaseError('A test database is made on one server, and the data source has `replication`.', {
        hint: 'Give the options of its master: { type: "postgres", url }.',
      });
    }
  }

  copy(key: string, fill: (options: DataSourceOptions) => Promise<void>): Promise<DatabaseCopy> {
    const template = `${this.place.family}_${key}`;
    return this.onServer(async (query) => {
      for (let attempt = 1; ; attempt += 1) {
        await this.settle(query, template, fill);
        const name = `${template}_${randomBytes(4).toString('hex')}`;
        try {
          await whenFree(() => query(`CREATE DATABASE "${name}" TEMPLATE "${template}"`));
        } catch (error) {
          // Another process may have created newer templates since, and dropped this one.
          if (codeOf(error) === NO_DATABASE && attempt < 3) continue;
          throw error;
        }
        return this.copyNamed(name);
      }
    });
  }

  drop({ templates }: { readonly templates: boolean }): Promise<void> {
    return this.onServer(async (query) => {
      for (const name of await this.names(query)) {
        if (templates || !isTemplate(name, this.place.family)) await dropDatabase(query, name);
      }
    });
  }

  private copyNamed(name: string): DatabaseCopy {
    const options = this.optionsOf(name);
    return {
      options,
      url: urlOf(options),
      drop: () => this.onServer((query) => dropDatabase(query, name)),
    };
  }

  private async settle(query: Query, template: string, fill: (options: DataSourceOptions) => Promise<void>) {
    if (await exists(query, template)) return;
    // Polled: a wait inside pg_advisory_lock would block what waits for all transactions to end.
    const backoff = new Backoff({ first: 100, longest: 100 });
    while (!(await tryLock(query, template))) await backoff.pause();
    try {
      if (!(await exists(query, template))) await this.make(query, template, fill);
    } finally {
      await query('SELECT pg_advisory_unlock(hashtextextended($1, 0))', [template]);
    }
  }

  private async make(query: Query, template: string, fill: (options: DataSourceOptions) => Promise<void>) {
    const unfinished = `${template}_new`;
    await dropDatabase(query, unfinished);
    await whenFree(() => query(`CREATE DATABASE "${unfinished}"`));
    try {
      await fill(this.optionsOf(unfinished));
      await query(`ALTER DATABASE "${unfinished}" WITH ALLOW_CONNECTIONS false`);
      await whenFree(() => query(`ALTER DATABASE "${unfinished}" RENAME TO "${template}"`));
    } catch (error) {
      await dropDatabase(query, unfinished);
      throw error;
    }
    const templates = (await this.names(query)).filter((name) => isTemplate(name, this.place.family));
    for (const old of templates.slice(KEPT_TEMPLATES)) await dropDatabase(query, old);
  }

  /** All databases of the family, the newest first. */
  private async names(query: Query): Promise<readonly string[]> {
    const sql = 'SELECT datname AS name FROM pg_database WHERE starts_with(datname, $1) ORDER BY oid DESC';
    return (await query(sql, [`${this.place.family}_`])).map(({ name }) => String(name));
  }

  /** Runs work on a connection to the database of the options, which itself is not changed. */
  private async onServer<T>(work: (query: Query) => Promise<T>): Promise<T> {
    const server = new DataSource({ ...this.options, ...bare });
    await server.initialize();
    const runner = server.createQueryRunner();
    try {
      return await work(async (sql, parameters) => (await runner.query(sql, parameters as unknown[])) ?? []);
    } catch (error) {
      if (codeOf(error) !== NOT_ALLOWED) throw error;
      throw new TestDatabaseError('The role of the data source may not create databases.', {
        hint: 'Test databases are copies of a template: ALTER ROLE … CREATEDB on the test server.',
        cause: error,
      });
    } finally {
      await runner.release();
      await server.destroy();
    }
  }

  private optionsOf(database: string): PostgresOptions {
    const { url } = this.options;
    if (url === undefined) return { ...this.options, database };
    const moved = new URL(url);
    moved.pathname = `/${database}`;
    return { ...this.options, url: moved.href, database };
  }
}

function urlOf({ url, username, password, host = 'localhost', port = 5432, database = '' }: PostgresOptions): string {
  if (url !== undefined) return url;
  const made = new URL(`postgres://${host}:${port}/${database}`);
  made.username = username ?? '';
  made.password = typeof password === 'string' ? password : '';
  return made.href;
}

async function exists(query: Query, name: string): Promise<boolean> {
  return (await query('SELECT 1 FROM pg_database WHERE datname = $1', [name])).length > 0;
}

async function tryLock(query: Query, template: string): Promise<boolean> {
  const [row] = await query('SELECT pg_try_advisory_lock(hashtextextended($1, 0)) AS locked', [template]);
  return row?.['locked'] === true;
}

async function dropDatabase(query: Query, name: string): Promise<void> {
  await query(`DROP DATABASE IF EXISTS "${name}" WITH (FORCE)`);
}

/** Retries while the database is in use: the server may not have noticed yet that a connection was closed. */
async function whenFree(work: () => Promise<unknown>): Promise<void> {
  await tryAgain(work, (error) => codeOf(error) === IN_USE, { tries: 50, first: 130, longest: 130 });
}

function codeOf(error: unknown): unknown {
  return (error as { code?: unknown }).code;
}
