import { type DataSource, EntitySchema } from 'typeorm';
import { dump } from '../changes/dump.js';
import { databases } from '../support/databases.js';
import { table } from './entity-sets.js';
import { compare, type Entities, run, upgrade, withDataSource } from './round-trip.js';

const shop = (expression: string, more: Parameters<typeof table>[1] = {}): Entities => [
  table('t', { a: { type: 'int', default: 1 }, ...more }),
  new EntitySchema({ name: 'v', type: 'view', expression, columns: { id: { type: 'int' } } }),
];

const HAND_MADE = {
  postgres: [
    'CREATE FUNCTION add_t() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO t (a) VALUES (NEW.a); RETURN NEW; END $$',
    'CREATE TRIGGER through INSTEAD OF INSERT ON v FOR EACH ROW EXECUTE FUNCTION add_t()',
    'GRANT SELECT ON v TO PUBLIC',
  ],
  sqlite: ['CREATE TRIGGER through INSTEAD OF INSERT ON v BEGIN INSERT INTO t (a) VALUES (NEW.a); END'],
};

async function privileges(dataSource: DataSource): Promise<unknown> {
  if (dataSource.options.type !== 'postgres') return undefined;
  return dataSource.query(`SELECT relacl::text FROM pg_class WHERE relname = 'v'`);
}

it.each(databases)('a view with another text keeps what was made by hand beside it, on %s', async (dialect, make) => {
  const database = await make();
  const before = await withDataSource(database, shop('SELECT id, a FROM t WHERE a > 0'), async (dataSource) => {
    await upgrade(dataSource);
    for (const sql of HAND_MADE[dialect]) await dataSource.query(sql);
    return [await dump(dataSource), await privileges(dataSource)];
  });
  const wider = shop('SELECT a + b AS sum, id, a FROM t', { b: { type: 'int', default: 2 } });
  await withDataSource(database, wider, async (dataSource) => {
    const { downgrade } = await upgrade(dataSource);
    await dataSource.query('INSERT INTO v (a) VALUES (5)');
    expect(await dataSource.query('SELECT * FROM v')).toEqual([{ sum: 7, id: 1, a: 5 }]);
    expect(await privileges(dataSource)).toEqual(before[1]);
    expect((await compare(dataSource)).operations).toEqual([]);

    await run(dataSource, downgrade);
    await dataSource.query('INSERT INTO v (a) VALUES (6)');
    expect([await dump(dataSource), await privileges(dataSource)]).toEqual(before);
  });
  await database.drop();
});
