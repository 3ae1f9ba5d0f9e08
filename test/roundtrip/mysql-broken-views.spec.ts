import { EntitySchema } from 'typeorm';
import { createMysqlDatabase, type TestDatabase } from '../support/databases.js';
import { describeOnMysql } from '../support/mysql-database.js';
import { compare, type Entities, run, upgrade, withDataSource } from './round-trip.js';

const text = { type: 'varchar', nullable: true } as const;
const table = (name: string, ...columns: readonly string[]): EntitySchema =>
  new EntitySchema({
    name,
    columns: {
      id: { type: 'int', primary: true },
      ...Object.fromEntries(columns.map((column) => [column, text] as const)),
    },
  });
/** Views whose names begin so are the business of somebody else. */
const options = { includeObject: (_object: unknown, name: string | null) => name?.startsWith('their') !== true };

const shop: Entities = [table('person', 'nick', 'email'), table('log')];

describeOnMysql('what views and triggers read, on MySQL', () => {
  let database: TestDatabase;

  beforeEach(async () => {
    database = await createMysqlDatabase();
  });
  afterEach(() => database.drop());

  it.each<[string, string, Entities, RegExp]>([
    [
      'a column of a view',
      'CREATE VIEW their_names AS SELECT upper(nick) AS n FROM person',
      [table('person', 'email'), table('log')],
      /the view "their_names" names "nick" and is left in place: if that is "person\.nick", each use of it fails after the upgrade/,
    ],
    [
      'a table of a view',
      'CREATE VIEW their_log AS SELECT count(*) AS n FROM person JOIN log ON log.id = person.id',
      [table('person', 'nick', 'email')],
      /the view "their_log" reads "log" and is left in place: each use of it fails after the upgrade/,
    ],
    [
      'a column of a trigger',
      'CREATE TRIGGER their_trigger BEFORE INSERT ON log FOR EACH ROW SET @last = (SELECT max(nick) FROM person)',
      [table('person', 'email'), table('log')],
      /the trigger "their_trigger" names "nick".* each use of it fails after the upgrade/,
    ],
    [
      'no view that gives a column of its own this name',
      'CREATE VIEW their_names AS SELECT email AS nick FROM person',
      [table('person', 'email'), table('log')],
      /^(?!.*their_names)/s,
    ],
  ])('is warned of before it is dropped: %s', async (_what, handMade, after, expected) => {
    await withDataSource(database, shop, async (dataSource) => {
      await upgrade(dataSource, options);
      await dataSource.query(handMade);
    });
    await withDataSource(database, after, async (dataSource) => {
      const { operations, warnings } = await compare(dataSource, options);
      expect(warnings.map(({ message }) => message).join('\n')).toMatch(expected);
      // The server does it all the same.
      await run(dataSource, operations);
    });
  });
});
