import { createPostgresDatabase, type TestDatabase } from '../support/databases.js';
import { table } from './entity-sets.js';
import { catalog, compare, run, upgrade, withDataSource } from './round-trip.js';

const level = { type: 'enum', enum: ['low', 'high'], enumName: 'level', default: 'low' } as const;

describe('an enum type of a table that includeObject leaves out', () => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await createPostgresDatabase();
  });
  afterEach(() => database.drop());

  const leaveOut = (left: string) => (_object: unknown, name: string | null) => name !== left;

  it.each([
    ['a table', 'legacy', `CREATE TABLE legacy (mood mood, moods mood[])`],
    ['a table in which it is an array', 'legacy', `CREATE TABLE legacy (moods mood[] NOT NULL DEFAULT '{sad}')`],
    ['a column', 'mood', `ALTER TABLE t ADD mood mood`],
  ])('stays, and check finds nothing: %s', async (_what, name, sql) => {
    await withDataSource(database, [table('t', {})], async (dataSource) => {
      await upgrade(dataSource);
      await dataSource.query(`CREATE TYPE mood AS ENUM ('sad', 'glad')`);
      await dataSource.query(sql);
      expect((await compare(dataSource, { includeObject: leaveOut(name) })).operations).toEqual([]);
    });
  });

  it('stays when the last column of an entity gives it up, by a drop or for another type', async () => {
    const has = table('t', { a: level, b: level });
    await withDataSource(database, [has], async (dataSource) => {
      await upgrade(dataSource);
      await dataSource.query(`CREATE TABLE legacy (id int, of level); INSERT INTO legacy VALUES (1, 'high')`);
    });
    await withDataSource(database, [table('t', { b: { type: 'varchar', default: 'low' } })], async (dataSource) => {
      const includeObject = leaveOut('legacy');
      const { operations, downgrade } = await upgrade(dataSource, { includeObject });
      expect(operations.map(({ kind }) => kind)).not.toContain('dropEnum');
      expect(await dataSource.query('SELECT id, of FROM legacy')).toEqual([{ id: 1, of: 'high' }]);
      expect((await compare(dataSource, { includeObject })).operations).toEqual([]);
      await run(dataSource, downgrade);
      expect((await catalog(dataSource)).enums).toEqual([{ name: 'level', values: ['low', 'high'] }]);
    });
  });

  it('goes with the last table that has it', async () => {
    await withDataSource(database, [table('t', { a: level }), table('u', { a: level })], (dataSource) =>
      upgrade(dataSource),
    );
    await withDataSource(database, [table('t', {})], async (dataSource) => {
      await upgrade(dataSource);
      expect((await catalog(dataSource)).enums).toEqual([]);
    });
  });
});
