import { join } from 'node:path';
import { type DataSourceOptions, EntitySchema } from 'typeorm';
import { createSqliteDatabase } from '../support/databases.js';
import type { Column, Columns } from './change.js';
import { dump } from './dump.js';
import { Workbench } from './workbench.js';

const KEY: Column = { type: 'varchar', primary: true };
const NUMBER: Column = { type: 'int', nullable: true };

/** sql.js brings a SQLite that is newer than that of better-sqlite3, and refuses ALTERs of such columns. */
describe('columns that are called as the row id is, on SQLite 3.54', () => {
  it.each(['rowid', 'oid', '_rowid_'])('are added and dropped: %s', async (name) => {
    await change({ id: KEY }, { id: KEY, [name]: NUMBER }, [
      ['x', null],
      ['y', null],
    ]);
  });

  it.each([
    ['rowid', 'number'],
    ['number', 'oid'],
    ['_rowid_', 'rowid'],
  ])('are renamed: %s to %s', async (from, to) => {
    const rows = [
      ['x', 7],
      ['y', null],
    ];
    const renames = [`t.${from}:t.${to}`];
    await change({ id: KEY, [from]: NUMBER }, { id: KEY, [to]: NUMBER }, rows, renames);
    await change({ [from]: KEY, n: NUMBER }, { [to]: KEY, n: NUMBER }, rows, renames);
    const filled = [
      ['x', '7'],
      ['y', '5'],
    ];
    await change({ id: KEY, [from]: NUMBER }, { id: KEY, [to]: { type: 'varchar', default: '5' } }, filled, renames);
  });

  it('exchange their names', async () => {
    const rows = [
      ['x', 7],
      ['y', null],
    ];
    await change({ a: KEY, rowid: NUMBER }, { rowid: KEY, a: NUMBER }, rows, ['t.a:t.rowid', 't.rowid:t.a']);
  });

  it('stay when another column is dropped', async () => {
    await change({ oid: KEY, a: { ...NUMBER, unique: true } }, { oid: KEY }, [['x'], ['y']]);
  });
});

/** Other columns of a table with two rows, there and back. */
async function change(
  before: Columns,
  after: Columns,
  rows: readonly unknown[][],
  renames: readonly string[] = [],
): Promise<void> {
  const { url, ...database } = await createSqliteDatabase();
  const location = join(url, '..', 'memory.sqlite');
  const options = { type: 'sqljs', location, autoSave: true } as DataSourceOptions;
  await Workbench.on({ ...database, url: location, options }, async (bench) => {
    const first = await bench.stage([entity(before)], async ({ migrations, dataSource }) => {
      await migrations.init();
      await migrations.migrate({ message: 'before' });
      await migrations.upgrade();
      const columns = Object.entries(before);
      const values = columns.map(([, { primary }]) => (primary ? `'x'` : '7'));
      const others = columns.map(([, { primary }]) => (primary ? `'y'` : 'NULL'));
      await dataSource.query(`INSERT INTO t (${named(before)}) VALUES (${values.join()}), (${others.join()})`);
      return dump(dataSource);
    });
    await bench.stage([entity(after)], async ({ migrations, dataSource }) => {
      await migrations.migrate({ message: 'after', renames });
      await migrations.upgrade();
      expect(await migrations.check()).toEqual([]);
      const found = await dataSource.query(`SELECT ${named(after)} FROM t ORDER BY 1`);
      expect(found.map(Object.values)).toEqual(rows);
      await migrations.downgrade();
      expect(await dump(dataSource)).toEqual(first);
    });
  });
  await database.drop();
}

function entity(columns: Columns): EntitySchema {
  return new EntitySchema({ name: 't', columns });
}

function named(columns: Columns): string {
  return Object.keys(columns)
    .map((name) => `"${name}"`)
    .join();
}
