import { EntitySchema } from 'typeorm';
import { databases } from '../support/databases.js';
import { table } from './entity-sets.js';
import { catalog, compare, type Entities, run, upgrade, withDataSource } from './round-trip.js';

const t = table('t', { a: { type: 'int', nullable: true } });
const view = (tableName: string, expression: string, schema?: string): EntitySchema =>
  new EntitySchema({
    name: `${schema}.${tableName}`,
    tableName,
    ...(schema !== undefined && { schema }),
    type: 'view',
    expression,
    columns: { id: { type: 'int' } },
  });

const misleading: readonly [string, Entities][] = [
  ['calls a column like the view on it', [t, view('a', 'SELECT id, a AS b FROM t'), view('b', 'SELECT id FROM a')]],
  [
    'calls a column like a view on a view on it',
    [t, view('a', 'SELECT id, a AS c FROM t'), view('b', 'SELECT id FROM a'), view('c', 'SELECT id FROM b')],
  ],
  [
    'calls a column like the view that lists it',
    [t, view('a', 'SELECT id, a AS b FROM t'), view('b', 'SELECT t.id FROM t, a')],
  ],
];
const misleadingOnPostgres: readonly [string, Entities][] = [
  [
    'reads a table whose name a view on it has in another schema',
    [t, view('a', 'SELECT id FROM "t"'), view('t', 'SELECT id FROM "public"."a"', 'api')],
  ],
];

describe.each(databases)('the order in which views are created, on %s', (dialect, make) => {
  it.each([...misleading, ...(dialect === 'postgres' ? misleadingOnPostgres : [])])(
    'a view that %s is created before it',
    async (_what, entities) => {
      const database = await make();
      await withDataSource(database, entities, async (dataSource) => {
        const { downgrade } = await upgrade(dataSource);
        expect((await compare(dataSource)).operations).toEqual([]);
        await run(dataSource, downgrade);
        expect(await catalog(dataSource)).toMatchObject({ tables: [], views: [] });
      });
      await database.drop();
    },
  );
});
