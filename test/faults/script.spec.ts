import { DataSource } from 'typeorm';
import Sqlite from 'better-sqlite3';
import { Client } from 'pg';
import type { Operations } from '../../src/operations/operations.interface.js';
import type { SchemaModel } from '../../src/schema/schema.model.js';
import { run, tablesOfRun, writeScript } from '../../src/runtime/index.js';
import { createPostgresDatabase, createSqliteDatabase, databases, type TestDatabase } from '../support/databases.js';
import { settings, TestHistory } from './history.js';

/** A history that needs every kind of care: rebuilds on SQLite, types on PostgreSQL, rows with awkward values. */
const shop = (dialect: string) =>
  new TestHistory({
    a: {
      upgrade: async (op) => {
        await op.createTable({
          name: 'user',
          columns: [
            { name: 'id', type: 'integer', isPrimary: true },
            { name: 'name', type: 'varchar', length: '40', default: `'it''s'` },
            { name: 'age', type: 'integer', isNullable: true },
          ],
        });
        await op.createTable({
          name: 'post',
          columns: [
            { name: 'id', type: 'integer', isPrimary: true },
            { name: 'authorId', type: 'integer' },
          ],
          foreignKeys: [{ columnNames: ['authorId'], referencedTableName: 'user', referencedColumnNames: ['id'] }],
        });
        await op.bulkInsert('user', [
          { id: 1, name: `O'Brien; -- ? $1`, age: 30 },
          { id: 2, name: 'line\nbreak \\ back', age: null },
        ]);
        await op.bulkInsert('post', [{ id: 1, authorId: 1 }]);
      },
      downgrade: async (op) => {
        await op.dropTable('post');
        await op.dropTable('user');
      },
    },
    b: {
      upgrade: async (op) => {
        await op.alterColumn('user', 'age', { type: 'bigint', existing: { type: 'integer' } });
        await op.createIndex('user', { name: 'user_name', columnNames: ['name'], isUnique: true });
        const placeholder = dialect === 'postgres' ? '$1' : '?';
        await op.execute(`UPDATE "user" SET name = name || ${placeholder} WHERE id = 1`, [' ?']);
        await op.queryRunner.query(`UPDATE "user" SET age = ${placeholder} WHERE id = 2`, [7]);
        await op.manager.createQueryBuilder().insert().into('post').values({ id: 2, authorId: 2 }).execute();
      },
      downgrade: async (op) => {
        await op.dropIndex('user', 'user_name');
        await op.alterColumn('user', 'age', { type: 'integer', existing: { type: 'bigint' } });
      },
    },
    c: {
      upgrade: async (op) => {
        await op.addColumn('post', { name: 'title', type: 'text', isNullable: true });
        await op.dropColumn('user', 'age');
        await op.createCheckConstraint('post', { name: 'post_id', expression: '"id" > 0' });
      },
      downgrade: async (op) => {
        await op.dropCheckConstraint('post', 'post_id');
        await op.addColumn('user', { name: 'age', type: 'bigint', isNullable: true });
        await op.dropColumn('post', 'title');
      },
    },
  });

/** Runs a script as psql and the sqlite3 shell do. */
async function runText(database: TestDatabase, sql: string): Promise<void> {
  if (database.dialect === 'sqlite') {
    const file = new Sqlite(database.url);
    file.exec(sql);
    file.close();
    return;
  }
  const client = new Client({ connectionString: database.url });
  await client.connect();
  await client.query(sql).finally(() => client.end());
}

/** Catalog and rows of a database, the tables of the runner apart. */
async function contentsOf(database: TestDatabase): Promise<{ schema: SchemaModel; rows: unknown }> {
  const dataSource = await new DataSource(database.options).initialize();
  const runner = dataSource.createQueryRunner();
  const { dialect } = shop(database.dialect).request(dataSource);
  const { versionTable } = settings;
  const found = await dialect.reflect(runner, { schemas: [], exclude: tablesOfRun(versionTable).slice(1) });
  // A rebuild makes a table the last of the catalog, and a script of SQLite has one where a run changes the table in place.
  const tables = [...found.tables].sort((one, other) => (one.name < other.name ? -1 : 1));
  const schema = { ...found, tables };
  const rows: Record<string, unknown> = {};
  for (const { name } of schema.tables)
    rows[name] = await runner.query(`SELECT * FROM ${dialect.quote(name)} ORDER BY 1`);
  await runner.release();
  await dataSource.destroy();
  return { schema, rows };
}

describe.each(databases)('a script for %s', (dialectName, make) => {
  const history = shop(dialectName);
  /** Never connected: nobody listens there. */
  const unreachable = new DataSource(
    dialectName === 'postgres'
      ? { type: 'postgres', url: 'postgres://nobody@127.0.0.1:1/nowhere' }
      : { type: 'better-sqlite3', database: '/nowhere/at/all.sqlite' },
  );
  const write = async (...args: [TestHistory, Parameters<TestHistory['script']>[1]?]): Promise<string> =>
    (await writeScript(args[0].script(unreachable, args[1]))).sql ?? '';

  let text: TestDatabase;
  let live: TestDatabase;

  beforeEach(async () => {
    text = await make();
    live = await make();
  });

  afterEach(async () => {
    await text.drop();
    await live.drop();
  });

  async function online(plan: (rows: readonly string[]) => ReturnType<TestHistory['upgrade']>): Promise<void> {
    const dataSource = await new DataSource(live.options).initialize();
    await run(history.request(dataSource, { plan }));
    await dataSource.destroy();
  }

  it('leaves the catalog and the rows of an online run', async () => {
    await runText(text, await write(history));
    await online((rows) => history.upgrade(rows));
    expect(await contentsOf(text)).toEqual(await contentsOf(live));
  });

  it('in two parts leaves what an online run leaves, up and down', async () => {
    await runText(text, await write(history, { plan: history.upgrade([], 'a') }));
    await runText(text, await write(history, { startRows: ['a'] }));
    expect((await contentsOf(text)).rows).toMatchObject({ migrate_version: [{ version_num: 'c' }] });
    await runText(text, await write(history, { startRows: ['c'], plan: history.downgrade(['c'], 'a') }));
    await online((rows) => history.upgrade(rows));
    await online((rows) => history.downgrade(rows, 'a'));
    expect(await contentsOf(text)).toEqual(await contentsOf(live));
    await runText(text, await write(history, { startRows: ['a'], plan: history.downgrade(['a']) }));
    expect((await contentsOf(text)).schema.tables.map(({ name }) => name)).toEqual(['migrate_version']);
  });

  it('has a transaction for each revision when that is asked', async () => {
    const sql = await write(history, { settings: { ...settings, transactionPerMigration: true } });
    expect(sql.match(/^BEGIN.*;$/gm)).toHaveLength(3);
    expect(sql.match(/^COMMIT;$/gm)).toHaveLength(3);
    await runText(text, sql);
    expect((await contentsOf(text)).rows).toMatchObject({ migrate_version: [{ version_num: 'c' }] });
  });

  it('reports its steps and where they lead', async () => {
    const result = await writeScript(history.script(unreachable, { startRows: ['a'] }));
    expect(result).toMatchObject({
      dataSource: 'default',
      steps: [{ revision: 'b', ms: 0 }, { revision: 'c' }],
      current: ['c'],
      notices: [],
    });
  });

  it.each([
    ['the query runner', (op: Operations) => op.queryRunner.query('SELECT * FROM "user"')],
    ['the manager', (op: Operations) => op.manager.createQueryBuilder().select('id').from('user', 'u').getRawMany()],
    ['a look at the catalog', (op: Operations) => op.queryRunner.hasTable('user')],
  ])('refuses a read through %s, and names its file and line', async (_, read) => {
    const reading = new TestHistory(
      {
        a: async (op) => {
          await read(op);
        },
      },
      __filename,
    );
    await expect(write(reading)).rejects.toMatchObject({
      code: 'OFFLINE_READ',
      revision: 'a',
      file: __filename,
      line: expect.any(Number),
      message: expect.stringContaining('Revision a reads from the database'),
    });
    const catching = new TestHistory({ a: (op) => void read(op).catch(() => undefined) });
    await expect(write(catching)).rejects.toMatchObject({ code: 'OFFLINE_READ' });
  });

  it('says which revision throws', async () => {
    const throwing = new TestHistory({ a: () => Promise.reject(new Error('not today')) });
    await expect(write(throwing)).rejects.toMatchObject({
      code: 'MIGRATION_FAILED',
      message: 'upgrade of a failed at /app/migrations/versions/history.ts: not today',
    });
  });

  it('gives a revision its context: offline, with the arguments of the run', async () => {
    let context: Operations['context'] | undefined;
    const curious = new TestHistory({ a: (op) => void (context = op.context) });
    await write(curious, { settings: { ...settings, xArgs: { tenant: 'x' }, tag: 'nightly' } });
    expect(context).toEqual({
      dataSource: 'default',
      dialect: dialectName,
      xArgs: { tenant: 'x' },
      tag: 'nightly',
      offline: true,
    });
  });
});

describe('the text of a script', () => {
  let postgres: TestDatabase;
  let sqlite: TestDatabase;

  beforeAll(async () => {
    postgres = await createPostgresDatabase();
    sqlite = await createSqliteDatabase();
  });

  afterAll(async () => {
    await postgres.drop();
    await sqlite.drop();
  });

  const write = async (history: TestHistory, overrides?: Parameters<TestHistory['script']>[1], on = postgres) =>
    (await writeScript(history.script(new DataSource(on.options), overrides))).sql;

  it('is laid out as Alembic lays it out', async () => {
    const history = new TestHistory({
      a: (op) => op.execute('CREATE TABLE one (id int)'),
      b: (op) => op.execute('CREATE TABLE two (id int);\n-- and more\nCREATE TABLE more (id int);'),
    });
    expect(await write(history)).toBe(
      [
        'BEGIN;',
        'CREATE TABLE "migrate_version" (\n  "version_num" varchar(32) NOT NULL,\n  CONSTRAINT "migrate_version_pkc" PRIMARY KEY ("version_num")\n);',
        '-- Running upgrade  -> a',
        'CREATE TABLE one (id int);',
        `INSERT INTO "migrate_version" (version_num) VALUES ('a');`,
        '-- Running upgrade a -> b',
        'CREATE TABLE two (id int);\n-- and more\nCREATE TABLE more (id int);',
        `UPDATE "migrate_version" SET version_num = 'b' WHERE version_num = 'a';`,
        'COMMIT;',
        '',
      ].join('\n\n'),
    );
    expect(await write(history, { startRows: ['b'], plan: history.downgrade(['b']) })).toBe(
      [
        'BEGIN;',
        '-- Running downgrade b -> a',
        `UPDATE "migrate_version" SET version_num = 'a' WHERE version_num = 'b';`,
        '-- Running downgrade a -> ',
        `DELETE FROM "migrate_version" WHERE version_num = 'a';`,
        'COMMIT;',
        '',
      ].join('\n\n'),
    );
    expect(await write(new TestHistory({}))).toBe('BEGIN;\n\nCOMMIT;\n\n');
  });

  it('stamps without running anything', async () => {
    const history = new TestHistory({ a: () => Promise.reject(new Error('must not run')) });
    const plan = [
      { kind: 'stamp', from: [], to: ['a'], rowChanges: [{ kind: 'insert', id: 'a' }], rows: ['a'] },
    ] as const;
    expect(await write(history, { plan })).toContain(
      `-- Running stamp_revision  -> a\n\nINSERT INTO "migrate_version" (version_num) VALUES ('a');`,
    );
  });

  it('leaves the transaction for what must run outside it, and after a new enum value', async () => {
    const history = new TestHistory({
      a: (op) => op.createIndex('post', { name: 'i', columnNames: ['t'], isConcurrent: true }),
      b: (op) => op.autocommit(() => op.execute('VACUUM')),
      c: (op) => op.addEnumValue('mood', 'happy'),
      d: (op) => op.execute(`INSERT INTO person VALUES ('happy')`),
    });
    const items = (await write(history))
      ?.split('\n\n')
      .filter((item) => /^(BEGIN|COMMIT|CREATE INDEX|VACUUM|ALTER TYPE|INSERT INTO person)/.test(item));
    expect(items?.map((item) => item.split(' ')[0]?.replace(';', ''))).toEqual([
      'BEGIN',
      'COMMIT',
      'CREATE',
      // The version row of the revision that left is committed with it.
      'BEGIN',
      'COMMIT',
      'BEGIN',
      'COMMIT',
      'VACUUM',
      'BEGIN',
      'COMMIT',
      'BEGIN',
      'ALTER',
      'COMMIT',
      'BEGIN',
      'INSERT',
      'COMMIT',
    ]);
  });

  it('makes the checks that wait before it alters the table that it wrote to, and no sooner', async () => {
    const self = 'REFERENCES post DEFERRABLE INITIALLY DEFERRED';
    const history = new TestHistory({
      a: (op) => op.execute(`CREATE TABLE post (id int PRIMARY KEY, up int ${self})`),
      b: async (op) => {
        await op.execute('-- a loop\nINSERT INTO post VALUES (1, 1)');
        await op.alterColumn('post', 'up', { isNullable: false });
        await op.createCheckConstraint('post', { name: 'positive', expression: 'id > 0' });
        await op.bulkInsert('post', [{ id: 2, up: 3 }]);
        await op.bulkInsert('post', [{ id: 3, up: 2 }]);
      },
    });
    const sql = (await write(history)) ?? '';
    expect(sql.match(/SET CONSTRAINTS ALL IMMEDIATE/g)).toHaveLength(1);
    await runText(postgres, sql);
  });

  it('looks up on its server what depends on a column that it changes', async () => {
    const other = await createPostgresDatabase();
    const history = new TestHistory({
      a: async (op) => {
        await op.createEnum('mood', ['sad', 'glad']);
        await op.createTable({ name: 'cat', columns: [{ name: 'mood', type: 'enum', enumName: 'mood' }] });
        await op.execute(`CREATE INDEX sad ON cat (mood) WHERE mood = 'sad'; CREATE VIEW v AS SELECT mood FROM cat`);
      },
      b: (op) => op.alterEnum('mood', ['glad', 'sad']),
      c: (op) => op.alterEnum('mood', ['so-so', 'glad', 'sad']),
    });
    const sql = (await write(history)) ?? '';
    expect(sql.match(/CREATE OR REPLACE PROCEDURE/g)).toHaveLength(2);
    await runText(other, sql);
    const client = new Client({ connectionString: other.url });
    await client.connect();
    const { rows } = await client.query(
      `SELECT enum_range(NULL::mood)::text AS mood, pg_get_indexdef('sad'::regclass) AS index, to_regclass('v')::text AS view`,
    );
    await client.end();
    expect(rows).toEqual([
      { mood: '{so-so,glad,sad}', index: expect.stringContaining(`WHERE (mood = 'sad'::mood)`), view: 'v' },
    ]);
    await other.drop();
  });

  it('refuses to guess a table that raw SQL made or changed', async () => {
    const raw = (sql: string) =>
      new TestHistory({
        a: (op) =>
          op.createTable({
            name: 'post',
            columns: [
              { name: 'id', type: 'integer' },
              { name: 'x', type: 'integer' },
            ],
          }),
        b: (op) => op.execute(sql),
        c: (op) => op.alterColumn('post', 'x', { type: 'bigint' }),
      });
    await expect(write(raw('ALTER TABLE post ADD COLUMN y integer'), {}, sqlite)).rejects.toMatchObject({
      code: 'MIGRATION_FAILED',
      failure: { revision: 'c' },
      cause: { code: 'SCRIPT_TABLE', message: expect.stringContaining('raw SQL changes it') },
    });
    await expect(write(raw('ALTER TABLE other ADD COLUMN y integer'), {}, sqlite)).resolves.toContain('CREATE TABLE');
    const unknown = new TestHistory({ a: (op) => op.alterColumn('post', 'x', { type: 'bigint' }) });
    await expect(write(unknown, {}, sqlite)).rejects.toMatchObject({ cause: { code: 'SCRIPT_TABLE' } });
  });

  it('replays earlier revisions only when it must know a table, and says which one it cannot replay', async () => {
    const history = (last: (op: Operations) => Promise<void>) =>
      new TestHistory({
        a: async (op) => {
          const [row] = (await op.manager.query('SELECT 1 AS one')) as [{ one: number }];
          await op.execute(`INSERT INTO t VALUES (${row.one})`);
        },
        b: last,
      });
    const start = { startRows: ['a'] };
    await expect(
      write(
        history((op) => op.execute('SELECT 1')),
        start,
        sqlite,
      ),
    ).resolves.toContain('SELECT 1;');
    const rebuilding = history((op) => op.alterColumn('t', 'x', { type: 'bigint' }));
    await expect(write(rebuilding, start, sqlite)).rejects.toMatchObject({
      cause: { code: 'SCRIPT_HISTORY', revision: 'a' },
    });
  });
});
