import { mkdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type Database from 'better-sqlite3';
import { DataSource, EntitySchema } from 'typeorm';
import type { BetterSqlite3DataSourceOptions } from 'typeorm/driver/better-sqlite3/BetterSqlite3DataSourceOptions.js';
import { createSqliteDatabase, type TestDatabase } from '../../../../test/support/databases.js';
import { sessionOptions } from '../../../../test/support/sqlite-database.js';
import type { DialectSession } from '../../dialect.js';
import { openSession } from './session.js';

const Entry = new EntitySchema<{ id: number; text: string }>({
  name: 'entry',
  database: 'archive.sqlite',
  columns: { id: { type: 'integer', primary: true, generated: 'increment' }, text: { type: 'varchar' } },
});

let database: TestDatabase;
let dataSource: DataSource;
let session: DialectSession;

beforeEach(async () => (database = await createSqliteDatabase()));
afterEach(async () => {
  await session.close();
  if (dataSource.isInitialized) await dataSource.destroy();
  await database.drop();
});

async function open(options: Partial<BetterSqlite3DataSourceOptions> = {}): Promise<void> {
  const { url } = database;
  dataSource = await new DataSource({ type: 'better-sqlite3', database: url, ...options }).initialize();
  session = await openSession(dataSource, sessionOptions);
}

const value = async (runner: Pick<DataSource, 'query'>, sql: string): Promise<unknown> =>
  Object.values((await runner.query<object[]>(sql))[0]!)[0];

it('the connection of a run is prepared as that of the application, with its options', async () => {
  const prepareDatabase = (prepared: Database.Database): void => {
    prepared.function('half', (n) => Number(n) / 2);
    prepared.pragma('recursive_triggers = ON');
  };
  await open({ prepareDatabase, timeout: 1234, enableWAL: true, statementCacheSize: 0 });
  expect(await value(session.runner, 'SELECT half(8)')).toBe(4);
  const settings = await Promise.all(
    ['recursive_triggers', 'busy_timeout', 'journal_mode', 'foreign_keys'].map((name) =>
      value(session.runner, `PRAGMA ${name}`),
    ),
  );
  expect(settings).toEqual([1, 1234, 'wal', 1]);
});

it('the connection of a run has the same databases attached, by entities and by hand', async () => {
  await open({ entities: [Entry] });
  await session.close();
  const other = join(dirname(database.url), "Bob's.sqlite");
  await dataSource.query(`ATTACH '${other.replaceAll("'", "''")}' AS "by ""hand"""`);
  session = await openSession(dataSource, sessionOptions);
  const [, archive] = await dataSource.query<{ name: string }[]>('PRAGMA database_list');
  await session.begin();
  await session.execute({ sql: `CREATE TABLE "${archive!.name}".entry (id integer PRIMARY KEY, text varchar)` });
  await session.runner.manager.save(Entry, { text: 'kept' });
  await session.execute({ sql: `CREATE TABLE "by ""hand""".t AS SELECT 1 AS a` });
  await session.commit();
  expect(await dataSource.getRepository(Entry).find()).toEqual([{ id: 1, text: 'kept' }]);
  expect(await value(dataSource, `SELECT a FROM "by ""hand""".t`)).toBe(1);
});

it('the connection of a run opens the file of the application even if the process has changed its directory', async () => {
  const before = process.cwd();
  process.chdir(dirname(database.url));
  try {
    await open({ database: basename(database.url) });
    await session.close();
    mkdirSync('elsewhere');
    process.chdir('elsewhere');
    session = await openSession(dataSource, sessionOptions);
    await session.begin();
    await session.execute({ sql: 'CREATE TABLE t AS SELECT 1 AS a' });
    await session.commit();
    expect(await value(dataSource, 'SELECT a FROM t')).toBe(1);
  } finally {
    process.chdir(before);
  }
});

it('the connection of a run stays open when that of the application is closed', async () => {
  await open();
  await session.begin();
  await dataSource.destroy();
  await session.execute({ sql: 'CREATE TABLE t AS SELECT 1 AS a' });
  await session.commit();
  await session.close();
  await open();
  expect(await value(dataSource, 'SELECT a FROM t')).toBe(1);
});

it('the connection of a run is that of the application for a database in memory', async () => {
  await open({ database: ':memory:' });
  await session.execute({ sql: 'CREATE TABLE t AS SELECT 1 AS a' });
  expect(await value(dataSource, 'SELECT a FROM t')).toBe(1);
  await session.close();
  expect(await value(dataSource, 'SELECT a FROM t')).toBe(1);
});

it("the connection of a run leaves the application's settings as they are, except its busy_timeout during a run", async () => {
  await open({ timeout: 1234 });
  const names = ['foreign_keys', 'legacy_alter_table', 'busy_timeout', 'cache_spill'];
  const settings = (): Promise<unknown[]> => Promise.all(names.map((name) => value(dataSource, `PRAGMA ${name}`)));
  const before = await settings();
  await session.begin();
  expect(await settings()).toEqual(before.with(2, 0));
  await session.commit();
  expect(await settings()).toEqual(before);
  await session.begin();
  await dataSource.query('PRAGMA busy_timeout = 50');
  await session.close();
  expect(await settings()).toEqual(before.with(2, 50));
});

it('a commit fails with the reason that the application has a transaction open', async () => {
  await open();
  await session.close();
  session = await openSession(dataSource, { ...sessionOptions, lockTimeout: 100 });
  await dataSource.query('CREATE TABLE t AS SELECT 1 AS a');
  await session.begin();
  await session.execute({ sql: 'DELETE FROM t' });
  await dataSource.transaction(async (manager) => {
    await manager.query('SELECT * FROM t');
    await expect(session.commit()).rejects.toMatchObject({
      code: 'RUNNER_BUSY',
      message: expect.stringContaining('The application has a transaction open'),
    });
    await session.rollback();
    expect(await value(manager, 'SELECT a FROM t')).toBe(1);
  });
});
