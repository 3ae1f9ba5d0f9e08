import { type Entity, table } from './change.js';
import { Workbench } from './workbench.js';

/** A check and an index with the name of their table in them. */
const entities = (name: string, column: string, type: 'int' | 'varchar'): Entity[] => [
  table(
    name,
    { [column]: { type } },
    {
      checks: [{ name: 'positive', expression: `"${name}"."${column}" > '0'` }],
      indices: [{ name: 'some', columns: [column], where: `"${name}"."${column}" > '1'` }],
    },
  ),
];

describe.each([
  ['a column changes its type', entities('t', 'a', 'varchar'), []],
  ['a table and a column are renamed', entities('u', 'b', 'int'), ['t:u', 't.a:u.b']],
  ['a table is renamed and a column changes its type', entities('u', 'a', 'varchar'), ['t:u']],
])('%s that a check and an index of a SQLite table name', (_title, after, renames) => {
  it('keeps the check in force, there and back', async () => {
    await Workbench.use('sqlite', async (bench) => {
      await bench.stage(entities('t', 'a', 'int'), async ({ migrations, dataSource }) => {
        await migrations.init();
        await migrations.migrate({ message: 'before' });
        await migrations.upgrade();
        await dataSource.query('INSERT INTO t (a) VALUES (5)');
      });
      await bench.stage(after, async ({ migrations, dataSource }) => {
        await migrations.migrate({ message: 'after', renames });
        await migrations.upgrade();
        expect(await migrations.check()).toEqual([]);
        const { tableName, columns } = dataSource.entityMetadatas[0]!;
        const insert = `INSERT INTO "${tableName}" ("${columns[1]!.databaseName}") VALUES (-1)`;
        await expect(dataSource.query(insert)).rejects.toThrow('positive');
        await migrations.downgrade();
        expect(await dataSource.query('SELECT * FROM t')).toEqual([{ id: 1, a: 5 }]);
        await expect(dataSource.query('INSERT INTO t (a) VALUES (-1)')).rejects.toThrow('positive');
        await migrations.upgrade();
        expect(await migrations.check()).toEqual([]);
      });
    });
  });
});
