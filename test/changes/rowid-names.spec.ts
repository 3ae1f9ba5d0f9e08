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
  it.each(['rowid', 'oid', '_rowid_'])('adds and drops %s', async (name) => {
    await change({ id: KEY }, { id: KEY, [name]: NUMBER });
  });

  it('drops a column beside one', async () => {
    await change({ oid: KEY, a: { ...NUMBER, unique: true } }, { oid: KEY });
  });
});

/** Another table with a row, there and back. */
async function change(before: Columns, after: Columns): Promise<void> {
  const { url, ...database } = await createSqliteDatabase();
  const location = join(url, '..', 'memory.sqlite');
  const options = { type: 'sqljs', location, autoSave: true } as DataSourceOptions;
  await Workbench.on({ ...database, url: location, options }, async (bench) => {
    const first = await bench.stage(
      [new EntitySchema({ name: 't', columns: before })],
      async ({ migrations, dataSource }) => {
        await migrations.init();
        await migrations.migrate({ message: 'before' });
        await migrations.upgrade();
        const [key = ''] = Object.keys(before);
        await dataSource.query(`INSERT INTO t ("${key}") VALUES ('x')`);
        return dump(dataSource);
      },
    );
    await bench.stage([new EntitySchema({ name: 't', columns: after })], async ({ migrations, dataSource }) => {
      await migrations.migrate({ message: 'after' });
      await migrations.upgrade();
      expect(await migrations.check()).toEqual([]);
      const [key = ''] = Object.keys(after);
      expect(await dataSource.query(`SELECT "${key}" AS key FROM t`)).toEqual([{ key: 'x' }]);
      await migrations.downgrade();
      expect(await dump(dataSource)).toEqual(first);
    });
  });
  await database.drop();
}
