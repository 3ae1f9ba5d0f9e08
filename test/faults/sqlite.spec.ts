import { DataSource } from 'typeorm';
import { run, type RunRequest } from '../../src/runtime/index.js';
import { createSqliteDatabase, type TestDatabase } from '../support/databases.js';
import { settings, TestHistory, type TestRevision } from './history.js';

describe('a run on SQLite', () => {
  let database: TestDatabase;
  let dataSource: DataSource;

  beforeEach(async () => {
    database = await createSqliteDatabase();
    dataSource = await new DataSource(database.options).initialize();
    await dataSource.query('PRAGMA foreign_keys = ON');
  });

  afterEach(async () => {
    await dataSource.destroy();
    await database.drop();
  });

  const upgrade = (revisions: Record<string, NonNullable<TestRevision['upgrade']>>, overrides?: Partial<RunRequest>) =>
    run(new TestHistory(revisions).request(dataSource, overrides));

  const tables: NonNullable<TestRevision['upgrade']> = async (op) => {
    await op.execute('CREATE TABLE parent (id integer PRIMARY KEY)');
    await op.execute('CREATE TABLE child (parent_id integer REFERENCES parent (id))');
  };

  it('commits nothing when the run leaves rows without a parent, and enforces foreign keys again', async () => {
    const failed = upgrade({ a: tables, b: (op) => op.execute('INSERT INTO child VALUES (7)') });
    await expect(failed).rejects.toMatchObject({
      code: 'MIGRATION_FAILED',
      failure: { revision: 'b', rolledBack: ['a'], current: [] },
      message: expect.stringContaining('child'),
    });
    expect(await dataSource.query(`SELECT name FROM sqlite_master WHERE name IN ('parent', 'child')`)).toEqual([]);
    expect(await dataSource.query('PRAGMA foreign_keys')).toEqual([{ foreign_keys: 1 }]);
  });

  it.each([
    ['op.execute', `op.execute`],
    ['the query runner', `op.queryRunner.query`],
  ])('counts what is kept where the disk is full in op.autocommit, by %s', async (_what, how) => {
    const filling: NonNullable<TestRevision['upgrade']> = (op) =>
      op.autocommit(async () => {
        const send = (sql: string): Promise<unknown> =>
          how === 'op.execute' ? op.execute(sql) : op.queryRunner.query(sql);
        await send('CREATE TABLE big (data blob)');
        const [{ page_count: pages }] = (await op.queryRunner.query('PRAGMA page_count')) as [{ page_count: number }];
        await send(`PRAGMA max_page_count = ${pages + 20}`);
        for (let at = 0; at < 100; at += 1) await send(`INSERT INTO big VALUES (randomblob(${1_000 + at}))`);
      });
    const error = await upgrade({ a: filling }).catch((thrown: unknown) => thrown);
    const [{ kept }] = (await dataSource.query('SELECT count(*) + 1 AS kept FROM big')) as [{ kept: number }];
    expect(error).toMatchObject({ failure: { keptStatements: kept, reason: expect.stringContaining('full') } });
    const rows = await dataSource.query('SELECT statements_done FROM migrate_version_history');
    expect(rows).toEqual([{ statements_done: kept }]);
  });

  it('lets the application use the connection again after a failure', async () => {
    await expect(upgrade({ a: () => Promise.reject(new Error('no')) })).rejects.toThrow('no');
    await dataSource.transaction((manager) => manager.query('CREATE TABLE own (id integer)'));
    expect(await dataSource.query('SELECT * FROM own')).toEqual([]);
  });

  it('shares a file with another runner that goes through the plan one transaction at a time', async () => {
    const other = await new DataSource(database.options).initialize();
    const ids = ['a', 'b', 'c', 'd', 'e'];
    const history = new TestHistory(
      Object.fromEntries(ids.map((id) => [id, (op) => op.execute(`CREATE TABLE t_${id} (id integer)`)] as const)),
    );
    const each = { settings: { ...settings, transactionPerMigration: true } };
    const [first, second] = await Promise.all([
      run(history.request(dataSource, each)),
      run(history.request(other, each)),
    ]);
    expect([first.current, second.current]).toEqual([['e'], ['e']]);
    expect([...first.steps, ...second.steps].map((step) => step.revision).sort()).toEqual(ids);
    await other.destroy();
  });

  it.each([
    [1, { code: 'VERSION_TABLE', hint: expect.stringContaining('Free space') as string }],
    [6, { code: 'MIGRATION_FAILED', failure: { kept: ['a'] } }],
  ])('ends in order when the disk is full at %i pages, and the next run goes on', async (pages, wanted) => {
    const path = (database.options as { database: string }).database.replace(/$/, `-${pages}`);
    const make = (limit: number): Promise<DataSource> =>
      new DataSource({
        type: 'better-sqlite3',
        database: path,
        prepareDatabase: (file: { pragma(sql: string): unknown }) => file.pragma(`max_page_count = ${limit}`),
      } as never).initialize();
    const history = new TestHistory({
      a: (op) => op.execute('CREATE TABLE a (id integer)'),
      b: (op) => op.autocommit(() => op.execute('CREATE TABLE b (id integer)')),
    });
    const full = await make(pages);
    await expect(run(history.request(full))).rejects.toMatchObject(wanted);
    await full.destroy();
    const more = await make(1_000);
    expect((await run(history.request(more))).current).toEqual(['b']);
    await more.destroy();
  });
});
