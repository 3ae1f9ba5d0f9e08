import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { DataSourceOptions } from 'typeorm';
import { createSqliteDatabase, type TestDatabase } from '../support/databases.js';
import { table } from './change.js';
import { dump } from './dump.js';
import { Workbench } from './workbench.js';

const family = (length: number, title: string) => [
  table('p', { [title]: { type: 'varchar', length, unique: true } }),
  table('t', {}, { relations: { p: { type: 'many-to-one', target: 'p', onDelete: 'CASCADE' } } as never }),
];

/** A file that only sql.js opens, which keeps the database in memory and writes the file when it is told to. */
async function createSqljsDatabase(options: object): Promise<TestDatabase> {
  const { url, ...database } = await createSqliteDatabase();
  const location = join(url, '..', 'memory.sqlite');
  return { ...database, url: location, options: { type: 'sqljs', location, ...options } as DataSourceOptions };
}

describe.each([
  ['autoSave', { autoSave: true }],
  ['no autoSave', {}],
])('sql.js with %s', (_name, options) => {
  it('has all that a run did in its file, with rows and children, there and back', async () => {
    const database = await createSqljsDatabase(options);
    await Workbench.on(database, async (bench) => {
      const before = await bench.stage(family(20, 'title'), async ({ migrations, dataSource }) => {
        await migrations.init();
        await migrations.migrate({ message: 'before' });
        await migrations.upgrade();
        await dataSource.query(`INSERT INTO p (title) VALUES ('x')`);
        await dataSource.query('INSERT INTO t ("pId") VALUES (1)');
        await (dataSource.driver as unknown as { save(): Promise<void> }).save();
        return dump(dataSource);
      });
      expect(existsSync(database.url)).toBe(true);
      await bench.stage(family(30, 'name'), async ({ migrations }) => {
        await migrations.migrate({ message: 'after', renames: ['p.title:p.name'] });
        await migrations.upgrade();
      });
      // Each stage reads the file anew: what was not written is not there.
      await bench.stage(family(30, 'name'), async ({ migrations, dataSource }) => {
        expect(await migrations.check()).toEqual([]);
        expect(await dataSource.query('SELECT p.name, t.id FROM p JOIN t ON t."pId" = p.id')).toEqual([
          { name: 'x', id: 1 },
        ]);
        await migrations.downgrade();
      });
      await bench.stage(family(20, 'title'), async ({ dataSource }) => {
        await dataSource.initialize();
        expect(await dump(dataSource)).toEqual(before);
        expect(await dataSource.query('SELECT title FROM p')).toEqual([{ title: 'x' }]);
        await dataSource.destroy();
      });
    });
    await database.drop();
  });
});
