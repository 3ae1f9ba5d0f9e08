import { createPostgresDatabase, type TestDatabase } from '../support/databases.js';
import { table } from './entity-sets.js';
import { catalog, compare, run, upgrade, withDataSource } from './round-trip.js';

const city = (name = 'city'): ReturnType<typeof table> => table(name, { name: { type: 'text', default: 'x' } });

describe('tables that inherit', () => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await createPostgresDatabase();
  });
  afterEach(() => database.drop());

  const make = (...sql: string[]): Promise<void> =>
    withDataSource(database, [city()], async (dataSource) => {
      await upgrade(dataSource);
      for (const statement of sql) await dataSource.query(statement);
    });
  const CAPITAL = 'CREATE TABLE capital (state text) INHERITS (city)';
  const ROW = `INSERT INTO capital (name, state) VALUES ('Madison', 'WI')`;

  it.each([
    ['from a table of an entity', [CAPITAL, ROW], ['capital']],
    [
      'through another, in another schema, with an index and a key of its own',
      [
        'CREATE SCHEMA old',
        'CREATE TABLE old.capital (state text PRIMARY KEY) INHERITS (city)',
        'CREATE TABLE seat () INHERITS (old.capital)',
      ],
      ['seat'],
    ],
    [
      'from two tables',
      ['CREATE TABLE other (id int)', CAPITAL, 'CREATE TABLE twice () INHERITS (other, city)'],
      ['capital', 'twice'],
    ],
  ])('are left alone, and listed as such: %s', async (_what, sql, names) => {
    await make(...sql);
    await withDataSource(database, [city()], async (dataSource) => {
      const { operations, leftAlone } = await compare(dataSource);
      expect(operations.filter((one) => one.kind !== 'dropTable' || one.table.name !== 'other')).toEqual([]);
      expect(leftAlone).toEqual(names.map((name) => expect.stringContaining(`"${name}" is left alone`)));
    });
  });

  it('are left alone where the table of the entity is renamed or changed', async () => {
    await make(CAPITAL, ROW);
    const town = table('town', {
      name: { type: 'varchar', length: 80, default: 'x' },
      size: { type: 'int', default: 3 },
    });
    await withDataSource(database, [town], async (dataSource) => {
      const { downgrade } = await upgrade(dataSource, { renames: ['city:town'] });
      expect(await dataSource.query('SELECT name, state, size FROM capital')).toEqual([
        { name: 'Madison', state: 'WI', size: 3 },
      ]);
      expect((await compare(dataSource)).operations).toEqual([]);
      await run(dataSource, downgrade);
      expect(await dataSource.query('SELECT * FROM capital')).toEqual([{ id: 1, name: 'Madison', state: 'WI' }]);
    });
  });

  it('are compared when an entity has them', async () => {
    await make(CAPITAL);
    const capital = table('capital', { name: { type: 'text', default: 'x' }, state: { type: 'text' } });
    await withDataSource(database, [city(), capital], async (dataSource) => {
      const { operations, leftAlone } = await upgrade(dataSource);
      expect(leftAlone).toEqual([]);
      expect(operations.map(({ kind }) => kind)).toEqual(expect.not.arrayContaining(['createTable', 'dropTable']));
      expect((await compare(dataSource)).operations).toEqual([]);
    });
  });

  it('are dropped before the table that they inherit from, when that has no entity any more', async () => {
    await make('CREATE TABLE a_capital () INHERITS (city)', 'CREATE TABLE z_capital () INHERITS (city)');
    await withDataSource(database, [table('other', {})], async (dataSource) => {
      await upgrade(dataSource);
      expect((await catalog(dataSource)).tables.map(({ name }) => name)).toEqual(['other']);
    });
  });
});
