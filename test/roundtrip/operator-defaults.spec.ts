import { type Column, table } from '../changes/change.js';
import { Workbench } from '../changes/workbench.js';

const cases = [
  ['postgres', 'timestamp', "now() at time zone 'utc'"],
  ['postgres', 'boolean', 'true AND NOT false'],
  ['postgres', 'boolean', '1 IS NULL'],
  ['postgres', 'boolean', '1 IN (1, 2)'],
  ['postgres', 'boolean', '1 = ANY (ARRAY[1])'],
  ['postgres', 'text', `'a' COLLATE "C"`],
  ['sqlite', 'boolean', 'true AND NOT false'],
  ['sqlite', 'boolean', '1 IS NULL'],
  ['sqlite', 'boolean', '1 IN (1, 2)'],
  ['sqlite', 'varchar', "'a' COLLATE NOCASE"],
  ['sqlite', 'varchar', "'a' || 'b'"],
] as const;

describe('a default with an operator in letters', () => {
  it.each(cases)('can be made, added and changed to, on %s: %s DEFAULT %s', async (dialect, type, sql) => {
    const plain: Column = { type, nullable: true };
    const column: Column = { ...plain, default: () => sql };
    await Workbench.use(dialect, async (bench) => {
      const stages = [
        [table('post', { made: column, changed: plain })],
        [table('post', { made: column, changed: column, added: column })],
        [table('post', { made: plain, changed: column, added: plain })],
      ];
      for (const [number, entities] of stages.entries()) {
        await bench.stage(entities, async ({ migrations }) => {
          if (number === 0) await migrations.init();
          expect(await migrations.migrate({ message: `stage ${number}` })).toHaveLength(1);
          await migrations.upgrade();
          expect(await migrations.check()).toEqual([]);
        });
      }
      await bench.stage(stages[0] ?? [], async ({ migrations }) => {
        await migrations.downgrade('-2');
        await migrations.upgrade();
        await migrations.downgrade('base');
      });
    });
  });
});
