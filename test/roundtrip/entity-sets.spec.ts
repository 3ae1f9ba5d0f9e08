import { createPostgresDatabase, createSqliteDatabase, type TestDatabase } from '../support/databases.js';
import { entitySets } from './entity-sets.js';
import { catalog, compare, run, typeormDifferences, upgrade, withDataSource } from './round-trip.js';

const makers = { postgres: createPostgresDatabase, sqlite: createSqliteDatabase };
const cases = entitySets.flatMap((set) => set.on.map((dialect) => ({ ...set, dialect })));

describe('the schema of entities', () => {
  let database: TestDatabase;

  afterEach(() => database.drop());

  it.each(cases)('is made, found equal and taken back: $name on $dialect', async (set) => {
    database = await makers[set.dialect]();
    await withDataSource(database, set.entities, async (dataSource) => {
      const before = await catalog(dataSource, set.schemas);
      const { operations, downgrade } = await upgrade(dataSource);
      expect(operations).not.toEqual([]);

      expect((await compare(dataSource)).operations).toEqual([]);
      if (!set.typeormIsNeverContent) expect(await typeormDifferences(dataSource)).toEqual([]);

      await run(dataSource, downgrade);
      const after = await catalog(dataSource, set.schemas);
      expect({ ...after, extensions: [] }).toEqual({ ...before, extensions: [] });
    });
  });
});
