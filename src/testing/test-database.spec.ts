import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { tableNames } from '../../test/support/application.js';
import {
  createMysqlDatabase,
  createPostgresDatabase,
  createSqliteDatabase,
  hasMysql,
  type TestDatabase,
} from '../../test/support/databases.js';
import { createTestDatabase, dropTestDatabases, type TestDatabaseRequest } from './test-database.js';

const root = mkdtempSync(join(tmpdir(), 'test-database-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const createBooks = `await op.createTable({ name: 'book', columns: [{ name: 'title', type: 'text' }] });`;

async function inDatabase<T>(options: DataSourceOptions, work: (dataSource: DataSource) => Promise<T>): Promise<T> {
  const dataSource = await new DataSource(options).initialize();
  try {
    return await work(dataSource);
  } finally {
    await dataSource.destroy();
  }
}

const rowsOf = (options: DataSourceOptions, sql: string): Promise<Record<string, unknown>[]> =>
  inDatabase(options, (dataSource) => dataSource.query(sql));

type Place = Pick<TestDatabase, 'url' | 'options' | 'drop'>;
const places: readonly (readonly [dialect: string, make: () => Promise<Place>])[] = [
  ['postgres', createPostgresDatabase],
  ['sqlite', createSqliteDatabase],
  ...(hasMysql ? [['mysql', createMysqlDatabase] as const] : []),
];

describe.each(places)('test databases on %s', (dialect, make) => {
  let server: Place;
  let directory: string;
  let request: TestDatabaseRequest;

  beforeEach(async () => {
    server = await make();
    const folder = mkdtempSync(join(root, 'repository-'));
    directory = join(folder, 'migrations');
    mkdirSync(join(directory, 'versions'), { recursive: true });
    write('a1', null, createBooks);
    request = { dataSource: server.options, migrate: { directory }, cacheDirectory: join(folder, 'cache') };
  });

  afterEach(async () => {
    await dropTestDatabases(request, { templates: true });
    await server.drop();
  });

  function write(
    id: string,
    downRevision: string | null,
    upgrade: string,
    exported = 'async function upgrade(op)',
  ): void {
    const lines = [
      `export const revision = '${id}';`,
      `export const downRevision = ${JSON.stringify(downRevision)};`,
      `export ${exported} { ${upgrade} }`,
      `export async function downgrade() {}`,
    ];
    writeFileSync(join(directory, 'versions', `${id}.ts`), lines.join('\n'));
  }

  /** What there is of the family that a name belongs to: templates, copies, what is unfinished. */
  async function family(of: string): Promise<readonly string[]> {
    const [prefix = ''] = /migrate_test_[0-9a-f]{8}_/.exec(of) ?? [];
    const { cacheDirectory = '' } = request;
    const sql = {
      postgres: 'SELECT datname AS name FROM pg_database',
      mysql: 'SELECT schema_name AS name FROM information_schema.schemata',
    }[dialect];
    const names =
      sql !== undefined
        ? (await rowsOf(server.options, sql)).map(({ name }) => String(name))
        : readdirSync(cacheDirectory).map((name) => name.replace(/\.sqlite$/, ''));
    return names.filter((name) => name.startsWith(prefix)).sort();
  }

  const isTemplate = (name: string): boolean => /^migrate_test_[0-9a-f]{8}_[0-9a-f]{12}$/.test(name);

  it('are at head, each for itself, and gone when they are dropped', async () => {
    const [first, second] = [await createTestDatabase(request), await createTestDatabase(request)];
    await rowsOf(first.options, `INSERT INTO book VALUES ('Middlemarch')`);
    expect(await rowsOf(second.options, 'SELECT * FROM book')).toEqual([]);
    expect(await rowsOf(second.options, 'SELECT version_num FROM migrate_version')).toEqual([{ version_num: 'a1' }]);
    expect(await inDatabase(server.options, tableNames)).toEqual([]);

    expect(await family(first.url)).toHaveLength(3);
    await Promise.all([first.drop(), second.drop()]);
    expect((await family(first.url)).map(isTemplate)).toEqual([true]);
  });

  it('run the revisions once, although five are wanted at once and one later', async () => {
    write('b2', 'a1', `(await op.get('count'))();`);
    let runs = 0;
    const get: TestDatabaseRequest['get'] = async () => (() => (runs += 1)) as never;
    const wanted = Array.from({ length: 5 }, () => createTestDatabase({ ...request, get }));
    const urls = (await Promise.all(wanted)).map(({ url }) => url);
    urls.push((await createTestDatabase({ ...request, get })).url);
    expect(new Set(urls).size).toBe(6);
    expect(runs).toBe(1);
  });

  it('are made again when a revision is added or changed; five templates are kept', async () => {
    const { url } = await createTestDatabase(request);
    for (let change = 1; change <= 6; change += 1) {
      write('b2', 'a1', `await op.execute("INSERT INTO book VALUES ('${change}')");`);
      const { options } = await createTestDatabase(request);
      expect(await rowsOf(options, 'SELECT * FROM book')).toEqual([{ title: String(change) }]);
    }
    expect((await family(url)).filter(isTemplate)).toHaveLength(5);
  });

  it('leave nothing of a revision that fails, and nothing of a run that was killed', async () => {
    const { url, drop } = await createTestDatabase(request);
    await drop();
    const before = await family(url);
    write('b2', 'a1', `await op.execute('INSERT INTO nowhere VALUES (1)');`);
    await expect(createTestDatabase(request)).rejects.toMatchObject({ code: 'MIGRATION_FAILED' });
    expect(await family(url)).toEqual(before);

    rmSync(join(directory, 'versions', 'b2.ts'));
    await dropTestDatabases(request, { templates: true });
    const [template = ''] = before;
    if (dialect === 'postgres') await rowsOf(server.options, `CREATE DATABASE "${template}_new"`);
    else if (dialect === 'mysql') await rowsOf(server.options, `CREATE DATABASE ${template}`);
    else writeFileSync(join(request.cacheDirectory ?? '', `${template}_new_1.sqlite`), 'half');
    const { options } = await createTestDatabase(request);
    expect(await inDatabase(options, tableNames)).toContain('book');
    await dropTestDatabases(request);
    expect(await family(url)).toEqual([template]);
  });

  it('refuse what a revision asks of an application that is not there', async () => {
    write('b2', 'a1', `await op.get('MAILER');`);
    await expect(createTestDatabase(request)).rejects.toMatchObject({
      message: expect.stringContaining('asks for the provider MAILER'),
    });
  });

  it('run the section of one of several data sources, up to a target', async () => {
    write('b2', 'a1', '', `const upgrade = { analytics: async (op) => { ${createBooks} } }; export const ignored =`);
    write('c3', 'b2', `await op.dropTable('book');`);
    const migrate = { directory, dataSources: ['default', 'analytics'] };
    const shared = { ...request, migrate, name: 'analytics' };
    const [atHead, atStart] = [await createTestDatabase(shared), await createTestDatabase({ ...shared, target: 'a1' })];
    expect(await inDatabase(atHead.options, tableNames)).toContain('book');
    expect(await inDatabase(atStart.options, tableNames)).not.toContain('book');
    await dropTestDatabases(shared, { templates: true });
  });
});

describe('createTestDatabase', () => {
  it('says which role may not make databases', async () => {
    const server = await createPostgresDatabase();
    await rowsOf(server.options, `CREATE ROLE test_no_createdb LOGIN PASSWORD 'x'`);
    try {
      const url = Object.assign(new URL(server.url), { username: 'test_no_createdb', password: 'x' }).href;
      await expect(
        createTestDatabase({ dataSource: { type: 'postgres', url }, migrate: { directory: emptyRepository() } }),
      ).rejects.toMatchObject({ code: 'TEST_DATABASE', hint: expect.stringContaining('CREATEDB') });
    } finally {
      await rowsOf(server.options, 'DROP ROLE test_no_createdb');
      await server.drop();
    }
  });

  it('leads to the database by host and port as well as by URL', async () => {
    const server = await createPostgresDatabase();
    const { hostname: host, port, username, password, pathname } = new URL(server.url);
    const place = { host, port: Number(port), username, password, database: pathname.slice(1) };
    const request = { dataSource: { type: 'postgres' as const, ...place }, migrate: { directory: emptyRepository() } };
    const { options, url, drop } = await createTestDatabase(request);
    for (const way of [options, { type: 'postgres' as const, url }]) {
      const [row] = await rowsOf(way, 'SELECT current_database() AS name');
      expect(row).toEqual({ name: options.database });
    }
    await drop();
    await dropTestDatabases(request, { templates: true });
    await server.drop();
  });

  it.each([
    ['a driver whose databases cannot be copied', { type: 'sqljs' }, 'UNSUPPORTED_DRIVER'],
    ['a data source of several servers', { type: 'postgres', replication: {} }, 'TEST_DATABASE'],
  ])('refuses %s', async (_name, options, code) => {
    const dataSource = options as DataSourceOptions;
    await expect(createTestDatabase({ dataSource, migrate: { directory: emptyRepository() } })).rejects.toMatchObject({
      code,
    });
  });

  function emptyRepository(): string {
    const directory = join(root, 'empty');
    if (!existsSync(directory)) mkdirSync(join(directory, 'versions'), { recursive: true });
    return directory;
  }
});
