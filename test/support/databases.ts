import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createConnection } from 'mysql2/promise';
import { Client } from 'pg';
import type { DataSourceOptions } from 'typeorm';
import { scratchDirectory } from './scratch.js';

/** Every kind of database that there is a dialect for, and what makes one of it for a test. */
const makers = { postgres: createPostgresDatabase, sqlite: createSqliteDatabase };

export type DialectName = CommonDialect | 'mysql';

/** The databases that all tests run on. */
type CommonDialect = keyof typeof makers;

/** A database of its own for one test, on a real server or in a real file. */
export interface TestDatabase {
  readonly dialect: DialectName;
  /** What a DataSource needs to reach it. */
  readonly options: DataSourceOptions;
  /** `postgres://…` or the path of the file. */
  readonly url: string;
  drop(): Promise<void>;
}

export type DatabaseMaker = () => Promise<TestDatabase>;

/** The databases that every test which is not about one of them loops over: `describe.each(databases)('%s', (_, make) => …)`. */
export const databases = Object.entries(makers) as [CommonDialect, DatabaseMaker][];

/** What makes a database of each kind. */
export const databaseMakers: Readonly<Record<DialectName, DatabaseMaker>> = {
  ...makers,
  mysql: () => createMysqlDatabase(),
};

/** The same with MySQL, where the tests have a server: for tests to which it adds something. */
export const databasesWithMysql: [DialectName, DatabaseMaker][] =
  process.env['TEST_MYSQL_URL'] === undefined ? databases : [...databases, ['mysql', databaseMakers.mysql]];

/** The major version of the server that the tests run on. */
export const postgresVersion = Number(process.env['TEST_POSTGRES_VERSION']);

/** Names of the extensions that can be installed on it. */
export const postgresExtensions: readonly string[] = (process.env['TEST_POSTGRES_EXTENSIONS'] ?? '').split(',');

/** Copying files takes a server half of the time of writing them to its log, as it does by default where it has the choice. */
const asFiles = postgresVersion >= 15 ? ' STRATEGY file_copy' : '';

export async function createPostgresDatabase(): Promise<TestDatabase> {
  const server = process.env['TEST_POSTGRES_URL'];
  if (server === undefined) throw new Error('TEST_POSTGRES_URL is not set: is the global setup of Jest running?');
  const name = `test_${randomBytes(6).toString('hex')}`;
  await onServer(server, `CREATE DATABASE "${name}"${asFiles}`);
  const url = `${server}/${name}`;
  return {
    dialect: 'postgres',
    url,
    options: { type: 'postgres', url },
    drop: () => onServer(server, `DROP DATABASE IF EXISTS "${name}" WITH (FORCE)`),
  };
}

export async function createSqliteDatabase(): Promise<TestDatabase> {
  const directory = mkdtempSync(join(scratchDirectory(), 'nestjs-migrate-sqlite-'));
  const url = join(directory, 'test.sqlite');
  return {
    dialect: 'sqlite',
    url,
    options: { type: 'better-sqlite3', database: url },
    drop: async () => rmSync(directory, { recursive: true, force: true }),
  };
}

/** Whether the tests have a MariaDB or MySQL server; they are left out without one. */
export const hasMysql = process.env['TEST_MYSQL_URL'] !== undefined;

/** Whether the user of the tests may create others there; tests that need some are left out where not. */
export const mayCreateMysqlUsers = process.env['TEST_MYSQL_USERS'] === 'true';

/** A name for a database, as a user needs it who may do everything in databases of such names alone. */
export function mysqlTestName(): string {
  return `nestjs_migrate_${randomBytes(6).toString('hex')}`;
}

/** @param type what the application takes the server for; either works for both. */
export async function createMysqlDatabase(
  type: 'mysql' | 'mariadb' = 'mariadb',
  server = process.env['TEST_MYSQL_URL'],
): Promise<TestDatabase> {
  if (server === undefined) throw new Error('TEST_MYSQL_URL is not set: there is no server for this test.');
  const name = mysqlTestName();
  await onMysql(server, `CREATE DATABASE \`${name}\``);
  const url = `${server}/${name}`;
  return {
    dialect: 'mysql',
    url,
    options: { type, url },
    drop: () => onMysql(server, `DROP DATABASE IF EXISTS \`${name}\``),
  };
}

async function onMysql(server: string, sql: string): Promise<void> {
  const admin = await createConnection(server);
  try {
    await admin.query(sql);
  } finally {
    await admin.end();
  }
}

async function onServer(server: string, sql: string): Promise<void> {
  const admin = new Client({ connectionString: `${server}/postgres` });
  await admin.connect();
  try {
    await admin.query(sql);
  } finally {
    await admin.end();
  }
}
