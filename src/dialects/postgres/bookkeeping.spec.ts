import { PostgresDatabase } from '../../../test/support/postgres-database.js';
import { bookkeeping } from './bookkeeping.js';

describe('the tables of the runner on PostgreSQL', () => {
  let database: PostgresDatabase;
  beforeAll(async () => {
    database = await PostgresDatabase.create(['other']);
  });
  afterAll(() => database.drop());

  it.each([
    [{ name: 'migrate_version' }],
    [{ schema: 'other', name: "Ver'sion" }],
    [{ name: 'a_version_table_with_a_name_that_is_longer_than_postgres_allows_it' }],
  ])('stand after they are made: %p', async (table) => {
    const exists = () => database.rows(bookkeeping.tableExists(table));
    expect(await exists()).toEqual([{ exists: 0 }]);
    await database.run(bookkeeping.createVersionTable(table));
    expect(await exists()).toEqual([{ exists: 1 }]);
    const history = { ...table, name: `h_${table.name}` };
    await database.run(bookkeeping.createHistoryTable(history));
    expect(await database.rows(bookkeeping.tableExists(history))).toEqual([{ exists: 1 }]);
  });
});
