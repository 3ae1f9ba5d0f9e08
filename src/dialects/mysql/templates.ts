import { DataSource, type DataSourceOptions } from 'typeorm';
import { UnsupportedDriverError } from '../../errors/database.errors.js';
import { TestDatabaseError } from '../../errors/testing.errors.js';
import { ServerTemplates, type TemplateServer, type TemplateServerKind } from '../common/server-templates.js';
import type { TemplateMaker } from '../templates.js';
import { copyDatabase, type Query } from './copy-database.js';
import { errorNumber, errors } from './session/error-codes.js';
import { quote } from './text.js';

type MysqlOptions = Extract<DataSourceOptions, { type: 'mysql' | 'mariadb' }>;

export const templates: TemplateMaker = {
  drivers: ['mysql', 'mariadb'],
  of(options, place) {
    if (options.type !== 'mysql' && options.type !== 'mariadb') {
      throw new UnsupportedDriverError(options.type, this.drivers);
    }
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
  logging: false,
  cache: false,
} satisfies Partial<MysqlOptions>;

/** The table that a template has when it is complete: databases cannot be renamed. */
const MARK = 'nestjs_migrate_template';

function kindOf(options: MysqlOptions): TemplateServerKind {
  return {
    protocol: options.type,
    port: 3306,
    unfinished: (template) => template,
    onServer: (work) => onServer(options, (query) => work(serverOf(query))),
  };
}

async function onServer<T>(options: MysqlOptions, work: (query: Query) => Promise<T>): Promise<T> {
  const server = new DataSource({ ...options, ...bare });
  await server.initialize();
  const runner = server.createQueryRunner();
  try {
    return await work((sql, parameters) => runner.query(sql, parameters && [...parameters]));
  } catch (error) {
    if (errorNumber(error) !== errors.databaseDenied) throw error;
    throw new TestDatabaseError('The user of the data source may not create databases.', {
      hint: 'Test databases are copies of a template: GRANT ALL ON `migrate\\_test\\_%`.* TO … on the test server.',
      cause: error,
    });
  } finally {
    await runner.release();
    await server.destroy();
  }
}

function serverOf(query: Query): TemplateServer {
  const isComplete = async (template: string): Promise<boolean> =>
    (await query('SELECT 1 FROM information_schema.tables WHERE table_schema = ? AND table_name = ?', [template, MARK]))
      .length > 0;
  return {
    async names(prefix) {
      const rows = await query(
        `SELECT s.schema_name AS name, t.table_name IS NOT NULL AS marked FROM information_schema.schemata s
           LEFT JOIN information_schema.tables t ON t.table_schema = s.schema_name AND t.table_name = ?
         WHERE LEFT(s.schema_name, ?) = ?`,
        [MARK, prefix.length, prefix],
      );
      const found: { readonly name: string; readonly at: string }[] = [];
      for (const row of rows) {
        const name = String(row['name']);
        const [mark] =
          Number(row['marked']) === 0 ? [] : await query(`SELECT CAST(at AS CHAR) AS at FROM ${quote(name)}.${MARK}`);
        found.push({ name, at: String(mark?.['at'] ?? '') });
      }
      return found.sort((one, other) => (one.at < other.at ? 1 : -1)).map(({ name }) => name);
    },
    isComplete,
    create: async (name) => void (await query(`CREATE DATABASE ${quote(name)}`)),
    complete: async (template) =>
      void (await query(
        `CREATE TABLE ${quote(template)}.${MARK} (at datetime(6) PRIMARY KEY) ENGINE = InnoDB AS SELECT SYSDATE(6) AS at`,
      )),
    copy: (template, name) => copyDatabase(query, template, name, MARK),
    isGone: (error) => errorNumber(error) === errors.unknownDatabase,
    drop: (name) => drop(query, name),
    async tryLock(template) {
      const [row] = await query('SELECT GET_LOCK(?, 0) AS locked', [template]);
      return Number(row?.['locked']) === 1;
    },
    unlock: async (template) => void (await query('SELECT RELEASE_LOCK(?)', [template])),
  };
}

/** Ends the connections to a database, which may keep its tables in use, and drops it. */
async function drop(query: Query, name: string): Promise<void> {
  const connected = await query(
    'SELECT id AS id FROM information_schema.processlist WHERE db = ? AND id <> CONNECTION_ID()',
    [name],
  );
  for (const row of connected) {
    await query(`KILL ${Number(row['id'])}`).catch((error: unknown) => {
      if (errorNumber(error) !== errors.noThread) throw error;
    });
  }
  await query(`DROP DATABASE IF EXISTS ${quote(name)}`);
}
