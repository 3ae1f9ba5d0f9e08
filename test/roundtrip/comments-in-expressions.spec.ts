import type { EntitySchema } from 'typeorm';
import { databases, type TestDatabase } from '../support/databases.js';
import { table } from './entity-sets.js';
import { catalog, compare, run, upgrade, withDataSource } from './round-trip.js';

/** A table whose expressions end in a comment to the end of the line; `more` columns lie behind them. */
function entities(dialect: TestDatabase['dialect'], more: readonly string[] = []): EntitySchema[] {
  return [
    table(
      't',
      {
        n: { type: 'int', default: () => '5 -- five' },
        twice: { type: 'int', asExpression: '"n" * 2 -- double', generatedType: 'STORED', nullable: true },
        ...Object.fromEntries(more.map((name) => [name, { type: 'int', nullable: true } as const])),
      },
      {
        checks: [{ name: 'CHK_t_n', expression: '"n" > 0 -- positive' }],
        indices: [{ name: 'ix', columns: ['n'], where: '"n" > 1 -- large' }],
        exclusions: dialect === 'postgres' ? [{ name: 'xcl', expression: 'USING btree ("n" WITH =) -- one' }] : [],
      },
    ),
  ];
}

describe.each(databases)('expressions that end in a comment, on %s', (dialect, make) => {
  it('are created, found equal, kept by another change, and taken back', async () => {
    const database = await make();
    try {
      const before = await withDataSource(database, entities(dialect), async (dataSource) => {
        await upgrade(dataSource);
        expect((await compare(dataSource)).operations).toEqual([]);
        await dataSource.query('INSERT INTO t DEFAULT VALUES');
        await expect(dataSource.query('INSERT INTO t (n) VALUES (-1)')).rejects.toThrow(/CHK_t_n/);
        return catalog(dataSource);
      });
      await withDataSource(database, entities(dialect, ['other']), async (dataSource) => {
        const { downgrade } = await upgrade(dataSource);
        expect((await compare(dataSource)).operations).toEqual([]);
        expect(await dataSource.query('SELECT n, twice FROM t')).toEqual([{ n: 5, twice: 10 }]);
        await run(dataSource, downgrade);
        expect(await catalog(dataSource)).toEqual(before);
      });
    } finally {
      await database.drop();
    }
  });
});
