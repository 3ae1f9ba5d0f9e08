import Sqlite from 'better-sqlite3';
import type { Operations } from '../../src/operations/operations.interface.js';
import { createSqliteDatabase, type TestDatabase } from '../support/databases.js';
import { contents, orphan, present, retell, script, tables, widen } from './sqlite-scripts.js';

const ID = { name: 'id', type: 'integer', isPrimary: true };
const NOTE = { name: 'note', columns: [ID, { name: 'text', type: 'text', isNullable: true }] };
const toPerson = (columnName: string) => ({
  columnNames: ['personId'],
  referencedTableName: 'person',
  referencedColumnNames: [columnName],
});
const withKeyTo = (columnName: string) => (op: Operations) =>
  op.createTable({
    name: 'bill',
    columns: [ID, { name: 'personId', type: 'integer' }],
    foreignKeys: [toPerson(columnName)],
  });

/** The statements of a script without its comments. */
function statementsOf(sql: string): readonly string[] {
  const texts = sql.split(/;\n/).map((text) => text.replaceAll(/^--.*\n/gm, '').trim());
  return texts.filter((text) => text !== '');
}

const createNote = (op: Operations) => op.createTable(NOTE);

it('a script for SQLite of one new table has no more than the table, its row and the transaction', async () => {
  expect(statementsOf(await script({ createNote }, []))).toEqual([
    'BEGIN IMMEDIATE',
    expect.stringMatching(/^CREATE TABLE "migrate_version"/),
    expect.stringMatching(/^CREATE TABLE "note"/),
    `INSERT INTO "migrate_version" (version_num) VALUES ('createNote')`,
    'COMMIT',
  ]);
});

describe.each<[string, (op: Operations) => Promise<void>, number]>([
  ['a column that is added', (op) => op.addColumn('person', { name: 'age', type: 'integer', isNullable: true }), 1],
  ['a column with another name', (op) => op.renameColumn('person', 'name', 'title'), 1],
  ['a table with another name', (op) => op.renameTable('person', 'people'), 1],
  ['an index', (op) => op.createIndex('person', { name: 'IDX_id_name', columnNames: ['id', 'name'] }), 1],
  [
    'a table with indexes',
    (op) => op.createTable({ ...NOTE, indices: [{ columnNames: ['text'], isUnique: true }] }),
    2,
  ],
  ['a view', (op) => op.createView({ name: 'people', expression: 'SELECT id FROM person' }), 1],
  ['a view that goes', (op) => op.dropView('names'), 1],
  ['a table of SQL', (op) => op.execute("create table if not exists main.[x;y] (a DEFAULT ';') -- DROP TABLE\n;"), 1],
  [
    'a trigger of SQL',
    (op) => op.execute('CREATE TRIGGER t AFTER INSERT ON pet BEGIN DELETE FROM pet WHERE id = 0; END'),
    1,
  ],
  [
    'a new table and its rows',
    async (op) => {
      await op.createTable(NOTE);
      await op.bulkInsert('note', [{ id: 1, text: 'a; b' }]);
      await op.execute(`insert into NOTE (id) values (2)`);
    },
    3,
  ],
  ['nothing', async () => {}, 0],
])('a script for SQLite with %s', (_, change, count) => {
  it('has no guards, and runs', async () => {
    const sql = await script({ tables, change }, ['tables']);
    expect(statementsOf(sql)).toHaveLength(count + 3);
    for (const [, run] of present) {
      const database = await createSqliteDatabase();
      expect(run(database.url, await script({ tables }, []))).toBe('');
      expect(run(database.url, sql)).toBe('');
      await database.drop();
    }
  });
});

describe.each(present)('a script for SQLite that something is dropped or written in, through %s', (_, runText) => {
  let database: TestDatabase;
  const run = (sql: string): string => runText(database.url, sql);

  beforeEach(async () => {
    database = await createSqliteDatabase();
    run(await script({ tables }, []));
  });

  afterEach(() => database.drop());

  it.each<[string, (op: Operations) => Promise<unknown>]>([
    ['rows by SQL', orphan],
    ['rows behind a comment', (op) => op.execute('/* SELECT */ WITH old AS (SELECT 1) DELETE FROM person')],
    ['rows behind another statement', (op) => op.execute('CREATE TABLE x (a); DELETE FROM person')],
    [
      'rows behind a trigger',
      (op) => op.execute('CREATE TRIGGER t AFTER INSERT ON pet BEGIN SELECT 1; END; DELETE FROM person'),
    ],
    ['rows by an update', (op) => op.execute('UPDATE pet SET personId = 7')],
    ['rows by REPLACE', (op) => op.execute('REPLACE INTO pet VALUES (2, 9)')],
    ['rows that are inserted', (op) => op.bulkInsert('pet', [{ id: 3, personId: 8 }])],
    [
      'rows of a new table that refers to others',
      async (op) => {
        await withKeyTo('id')(op);
        await op.bulkInsert('bill', [{ id: 1, personId: 77 }]);
      },
    ],
    [
      'rows of a new table that refers to others later',
      async (op) => {
        await op.createTable(NOTE);
        await op.execute('ALTER TABLE note ADD COLUMN personId integer REFERENCES person');
        await op.execute('INSERT INTO note (id, personId) VALUES (1, 77)');
      },
    ],
    [
      'rows by the trigger of a new table',
      async (op) => {
        await op.createTable(NOTE);
        await op.execute('CREATE TRIGGER t AFTER INSERT ON note BEGIN DELETE FROM person; END');
        await op.bulkInsert('note', [{ id: 1, text: 'a' }]);
      },
    ],
    ['the table of the parents', (op) => op.dropTable('person')],
    [
      'the table of the parents, which comes back empty',
      async (op) => {
        await op.dropView('names');
        await op.dropTable('person');
        await op.createTable({ name: 'person', columns: [ID] });
      },
    ],
    [
      'new tables and rows',
      async (op) => {
        await op.createTable(NOTE);
        await orphan(op);
      },
    ],
  ])('leaves no rows without a parent: %s', async (_what, change) => {
    const before = contents(database.url);
    const error = run(await script({ tables, change: async (op) => void (await change(op)) }, ['tables']));
    expect(error).toContain('rows would be left without a parent');
    expect(contents(database.url)).toEqual(before);
  });

  it.each<[string, (op: Operations) => Promise<unknown>]>([
    ['a new table', withKeyTo('name')],
    ['a new table of SQL', (op) => op.execute('CREATE TABLE bill (name text REFERENCES "person" ("name"))')],
    ['a new column of SQL', (op) => op.execute('ALTER TABLE pet ADD COLUMN name text REFERENCES person (name)')],
    [
      'a new table that gets another name',
      async (op) => {
        await withKeyTo('name')(op);
        await op.renameTable('bill', 'invoice');
      },
    ],
    [
      'a new table whose parent comes later',
      async (op) => {
        await op.execute('CREATE TABLE bill (noteText text REFERENCES note (text))');
        await op.createTable(NOTE);
      },
    ],
  ])('has no foreign key to columns that are not unique: %s', async (_what, change) => {
    const before = contents(database.url);
    const error = run(await script({ tables, change: async (op) => void (await change(op)) }, ['tables']));
    expect(error).toMatch(/foreign key mismatch|refer to columns that are not unique/);
    expect(contents(database.url)).toEqual(before);
  });

  it('has foreign keys of new tables that refer to one another', async () => {
    const circle = async (op: Operations): Promise<void> => {
      await op.execute('CREATE TABLE hen (id integer PRIMARY KEY, egg REFERENCES egg (id))');
      await op.execute('CREATE TABLE egg (id integer PRIMARY KEY, hen REFERENCES hen (id))');
      await withKeyTo('id')(op);
    };
    expect(run(await script({ tables, circle }, ['tables']))).toBe('');
  });

  it('enforces foreign keys where it works outside the transaction', async () => {
    const change = async (op: Operations): Promise<void> => {
      await op.createTable(NOTE);
      await op.autocommit(() => op.execute('INSERT INTO pet VALUES (5, 55)').then(() => undefined));
    };
    expect(run(await script({ tables, change }, ['tables']))).toContain('FOREIGN KEY');
    const file = new Sqlite(database.url);
    expect(file.prepare('SELECT count(*) FROM pet').pluck().get()).toBe(1);
    file.close();
  });

  it('looks only in the transactions that need it', async () => {
    const change = async (op: Operations): Promise<void> => {
      await op.createTable(NOTE);
      await op.autocommit(() => op.execute('VACUUM').then(() => undefined));
      await widen(op);
      await retell(op);
    };
    const sql = await script({ tables, change }, ['tables']);
    expect(sql.match(/^PRAGMA foreign_keys = OFF/gm)).toHaveLength(1);
    expect(run(sql)).toBe('');
  });
});
