import { type Column, table } from '../changes/change.js';
import { Workbench } from '../changes/workbench.js';

const cases: readonly (readonly [string, Column, Column, string])[] = [
  ['text', { type: 'varchar', default: "it's" }, { type: 'varchar', nullable: true }, "it's"],
  ['another type', { type: 'int', default: 5 }, { type: 'bigint', nullable: true }, '5'],
  ['another default', { type: 'varchar', default: 'a' }, { type: 'varchar', nullable: true, default: 'b' }, 'a'],
];

const onPostgres: typeof cases = [
  [
    'an enum',
    { type: 'enum', enum: ['a', 'b', 'c'], default: 'a' },
    { type: 'enum', enum: ['b', 'c'], nullable: true, default: 'b' },
    'a',
  ],
  ['a list', { type: 'int', array: true, default: [1, 2] }, { type: 'int', array: true, nullable: true }, '1,2'],
];

/** What an application may write once NULL is allowed. */
describe.each([
  ['postgres', [...cases, ...onPostgres]],
  ['sqlite', cases],
] as const)('a column that takes NULL for a while, on %s', (dialect, changes) => {
  it.each(changes)('%s: the way down gives such rows the default', async (_what, before, after, filled) => {
    await Workbench.use(dialect, async (bench) => {
      await bench.stage([table('t', { c: before })], async ({ migrations }) => {
        await migrations.init();
        await migrations.migrate();
        await migrations.upgrade();
      });
      await bench.stage([table('t', { c: after })], async ({ migrations, dataSource }) => {
        await migrations.migrate();
        await migrations.upgrade();
        await dataSource.query('INSERT INTO t (c) VALUES (NULL)');
        await migrations.downgrade();
        await expect(dataSource.query('INSERT INTO t (c) VALUES (NULL)')).rejects.toThrow(/null/i);
        const [row] = await dataSource.query('SELECT c FROM t');
        expect(String(row.c)).toBe(filled);
      });
    });
  });
});
