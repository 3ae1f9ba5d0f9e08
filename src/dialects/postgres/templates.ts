import { DataSource, type DataSourceOptions } from 'typeorm';
import { UnsupportedDriverError } from '../../errors/database.errors.js';
import { TestDatabaseError } from '../../errors/testing.errors.js';
import { tryAgain } from '../common/backoff.js';
import { ServerTemplates, type TemplateServer, type TemplateServerKind } from '../common/server-templates.js';
import type { TemplateMaker } from '../templates.js';

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
    return new ServerTemplates(kindOf(options), options, place);
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

/** It is created under another name and renamed when it is complete. */
function kindOf(options: PostgresOptions): TemplateServerKind {
  return {
    protocol: 'postgres',
    port: 5432,
    unfinished: (template) => `${template}_new`,
    onServer: (work) => onServer(options, (query) => work(serverOf(query))),
  };
}

async function onServer<T>(options: PostgresOptions, work: (query: Query) => Promise<T>): Promise<T> {
  const server = new DataSource({ ...options, ...bare });
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

/** Copies are made by `CREATE DATABASE … TEMPLATE`. */
function serverOf(query: Query): TemplateServer {
  return {
    async names(prefix) {
      const sql = 'SELECT datname AS name FROM pg_database WHERE starts_with(datname, $1) ORDER BY oid DESC';
      return (await query(sql, [prefix])).map(({ name }) => String(name));
    },
    isComplete: async (template) =>
      (await query('SELECT 1 FROM pg_database WHERE datname = $1', [template])).length > 0,
    create: (name) => whenFree(() => query(`CREATE DATABASE "${name}"`)),
    async complete(unfinished, template) {
      await query(`ALTER DATABASE "${unfinished}" WITH ALLOW_CONNECTIONS false`);
      await whenFree(() => query(`ALTER DATABASE "${unfinished}" RENAME TO "${template}"`));
    },
    copy: (template, name) => whenFree(() => query(`CREATE DATABASE "${name}" TEMPLATE "${template}"`)),
    isGone: (error) => codeOf(error) === NO_DATABASE,
    drop: async (name) => void (await query(`DROP DATABASE IF EXISTS "${name}" WITH (FORCE)`)),
    async tryLock(template) {
      const [row] = await query('SELECT pg_try_advisory_lock(hashtextextended($1, 0)) AS locked', [template]);
      return row?.['locked'] === true;
    },
    unlock: async (template) => void (await query('SELECT pg_advisory_unlock(hashtextextended($1, 0))', [template])),
  };
}

/** Retries while the database is in use: the server may not have noticed yet that a connection was closed. */
async function whenFree(work: () => Promise<unknown>): Promise<void> {
  await tryAgain(work, (error) => codeOf(error) === IN_USE, { tries: 50, first: 130, longest: 130 });
}

function codeOf(error: unknown): unknown {
  return (error as { code?: unknown }).code;
}
