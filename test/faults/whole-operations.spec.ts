import { DataSource } from 'typeorm';
import type { RevisionFunction } from '../../src/index.js';
import { run } from '../../src/runtime/index.js';
import { databases, type TestDatabase } from '../support/databases.js';
import { TestHistory } from './history.js';

describe.each(databases)('an operation of several statements, on %s', (dialect, make) => {
  let database: TestDatabase;
  let dataSource: DataSource;
  beforeEach(async () => {
    database = await make();
    dataSource = await new DataSource(database.options).initialize();
    await dataSource.query('CREATE TABLE t (a varchar(10))');
    await dataSource.query(`INSERT INTO t VALUES ('x')`);
  });
  afterEach(async () => {
    await dataSource.destroy();
    await database.drop();
  });

  const tables = async (): Promise<string[]> => {
    const rows = (await dataSource.query(
      dialect === 'sqlite'
        ? `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY name`
        : `SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' ORDER BY name`,
    )) as { name: string }[];
    return rows.map(({ name }) => name).filter((name) => !name.startsWith('migrate_version'));
  };
  const upgrade = (fn: RevisionFunction) => run(new TestHistory({ a: fn }).request(dataSource));

  /** Fails at its last statement: the name of the second index is taken by then. */
  const half: RevisionFunction = (op) =>
    op.createTable({
      name: 'half',
      columns: [{ name: 'x', type: 'int' }],
      indices: ['ix', 'ix'].map((name) => ({ name, columnNames: ['x'] })),
    });
  const failingRebuild: RevisionFunction = (op) =>
    op.alterColumn('t', 'a', { type: 'integer', using: 'no_such_function(a)' });

  it.each([
    ['a new table', half],
    ['a changed column', failingRebuild],
  ])('leaves nothing of itself behind when the revision catches its error: %s', async (_name, fails) => {
    await upgrade(async (op) => {
      await op.execute('CREATE TABLE before (a int)');
      await expect(fails(op)).rejects.toThrow(/already exists|no_such_function/);
      await op.renameTable('t', 'u');
      await op.execute('CREATE TABLE after (a int)');
    });
    expect(await tables()).toEqual(['after', 'before', 'u']);
    expect(await dataSource.query('SELECT a FROM u')).toEqual([{ a: 'x' }]);
  });

  it.each([
    ['a new table', half],
    ['a changed column', failingRebuild],
  ])('leaves nothing of itself behind outside the transaction: %s', async (_name, fails) => {
    const run = upgrade((op) =>
      op.autocommit(async () => {
        await op.execute('CREATE TABLE before (a int)');
        await fails(op);
      }),
    );
    await expect(run).rejects.toMatchObject({ failure: { keptStatements: 1 } });
    expect(await tables()).toEqual(['before', 't']);
    expect(await dataSource.query('SELECT a FROM t')).toEqual([{ a: 'x' }]);
  });

  it('is done outside the transaction as a whole', async () => {
    await upgrade((op) =>
      op.autocommit(async () => {
        await op.alterColumn('t', 'a', { type: 'text', isNullable: true });
        await op.createTable({
          name: 'whole',
          columns: [{ name: 'x', type: 'int' }],
          indices: [{ name: 'ix', columnNames: ['x'] }],
        });
      }),
    );
    expect(await tables()).toEqual(['t', 'whole']);
    expect(await dataSource.query('SELECT a FROM t')).toEqual([{ a: 'x' }]);
  });
});
