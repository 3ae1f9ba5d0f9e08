import { SqliteDatabase } from '../../../../test/support/sqlite-database.js';
import { viewsReading } from './views-reading.js';

describe('the views of SQLite that read a column', () => {
  let database: SqliteDatabase;
  beforeAll(async () => {
    database = await SqliteDatabase.create();
    await database.run(
      'CREATE TABLE book (id integer, title text, note text)',
      'CREATE VIEW reads AS SELECT id, note FROM book',
      'CREATE VIEW renames AS SELECT "b"."note" AS "remark" FROM "book" "b"',
      'CREATE VIEW filters AS SELECT id FROM book AS b WHERE b.note IS NULL',
      'CREATE VIEW alias AS SELECT "b"."title" AS "note" FROM "book" "b"',
      'CREATE VIEW listed (note) AS SELECT title FROM book',
      'CREATE VIEW note AS SELECT title FROM book',
      'CREATE VIEW other AS SELECT 1 AS note',
    );
  });
  afterAll(() => database.drop());

  it('are those whose query names it, not those that give a column of theirs its name', async () => {
    const runner = database.dataSource.createQueryRunner();
    const found = await viewsReading(runner, [{ relation: { name: 'book' }, column: 'note' }]);
    expect(found.map(({ view }) => view.name)).toEqual(['filters', 'reads', 'renames']);
  });
});
