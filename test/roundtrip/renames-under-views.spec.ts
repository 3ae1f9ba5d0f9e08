import { EntitySchema } from 'typeorm';
import { databases, type TestDatabase } from '../support/databases.js';
import { table } from './entity-sets.js';
import { catalog, compare, type Entities, run, upgrade, withDataSource } from './round-trip.js';

const person = (column: string, name = 'person'): EntitySchema =>
  table(name, { [column]: { type: 'int', default: 1 } });

const view = (name: string, expression: string): EntitySchema =>
  new EntitySchema({ name, type: 'view', expression, columns: { id: { type: 'int' } } });

const pair = table('pair', { a: { type: 'int', default: 1 }, b: { type: 'int', default: 2 } });

describe.each(databases)('renames under views on %s', (_dialect, make) => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await make();
  });
  afterEach(() => database.drop());

  it.each<[string, string[], Entities, Entities]>([
    [
      'a table',
      ['person:human'],
      [person('age'), view('v', 'SELECT id, age FROM person')],
      [person('age', 'human'), view('v', 'SELECT id, age FROM human')],
    ],
    [
      'a column whose name is the view’s too, and a view on that',
      ['person.age:person.years'],
      [person('age'), view('v', 'SELECT id, age FROM person'), view('w', 'SELECT id, age FROM v')],
      [person('years'), view('v', 'SELECT id, years FROM person'), view('w', 'SELECT id, years FROM v')],
    ],
    [
      'a column that the view calls as before',
      ['person.age:person.years'],
      [person('age'), view('v', 'SELECT id, age FROM person')],
      [person('years'), view('v', 'SELECT id, years AS age FROM person')],
    ],
    [
      'a table to the name of a view that goes',
      ['person:human'],
      [person('age'), view('human', 'SELECT id, age FROM person')],
      [person('age', 'human')],
    ],
    [
      'two columns that exchange their names',
      ['pair.a:pair.b', 'pair.b:pair.a'],
      [pair, view('v', 'SELECT id, a FROM pair')],
      [pair, view('v', 'SELECT id, a FROM pair')],
    ],
    [
      'two tables that exchange their names',
      ['person:human', 'human:person'],
      [person('age'), person('age', 'human'), view('v', 'SELECT id, age FROM human WHERE age > 0')],
      [person('age'), person('age', 'human'), view('v', 'SELECT id, age FROM human WHERE age > 0')],
    ],
  ])('keep the views: %s', async (_what, renames, before, after) => {
    const original = await withDataSource(database, before, async (dataSource) => {
      await upgrade(dataSource);
      return catalog(dataSource);
    });
    await withDataSource(database, after, async (dataSource) => {
      const { downgrade } = await upgrade(dataSource, { renames });
      expect((await compare(dataSource)).operations).toEqual([]);

      await run(dataSource, downgrade);
      const { tables, views } = await catalog(dataSource);
      expect(new Set(tables)).toEqual(new Set(original.tables));
      expect(views).toEqual(original.views);
    });
  });
});
