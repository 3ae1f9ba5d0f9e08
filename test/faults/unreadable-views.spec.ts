import { DataSource } from 'typeorm';
import { run } from '../../src/runtime/index.js';
import { createSqliteDatabase, type TestDatabase } from '../support/databases.js';
import { settings, TestHistory, type TestRevision } from './history.js';

type Upgrade = NonNullable<TestRevision['upgrade']>;

const SCHEMA = [
  'CREATE TABLE person (id integer PRIMARY KEY, name varchar, email varchar)',
  'CREATE TABLE note (text varchar)',
  'CREATE VIEW names AS SELECT name FROM person',
  'CREATE VIEW "long names" AS SELECT name FROM names WHERE length(name) > 9',
];

/** Takes a table away under its readers, as TypeORM's own rebuild of a table does. */
const withoutName: Upgrade = async (op) => {
  await op.execute('CREATE TABLE fresh (id integer PRIMARY KEY, email varchar)');
  await op.execute('DROP TABLE person');
  await op.execute('PRAGMA legacy_alter_table = ON');
  await op.execute('ALTER TABLE fresh RENAME TO person');
};

describe('a run on SQLite that leaves a view or a trigger which cannot be read', () => {
  let database: TestDatabase;
  let dataSource: DataSource;

  beforeEach(async () => {
    database = await createSqliteDatabase();
    dataSource = await new DataSource(database.options).initialize();
    for (const sql of SCHEMA) await dataSource.query(sql);
  });

  afterEach(async () => {
    await dataSource.destroy();
    await database.drop();
  });

  const upgrade = (revisions: Record<string, Upgrade>, transactionPerMigration = false) =>
    run(new TestHistory(revisions).request(dataSource, { settings: { ...settings, transactionPerMigration } }));
  const texts = async (): Promise<unknown> =>
    dataSource.query("SELECT sql FROM sqlite_master WHERE instr(name, '_') = 0 ORDER BY name");

  it.each<[string, string, Upgrade]>([
    ['a column that was dropped', "view 'names' (no such column: name)", withoutName],
    [
      'a column that was renamed',
      "view 'names' (no such column: name)",
      async (op) => {
        await withoutName(op);
        await op.addColumn('person', { name: 'fullName', type: 'varchar', isNullable: true });
      },
    ],
    ['a table that was dropped', "view 'names' (no such table: main.person)", (op) => op.dropTable('person')],
    ['a view that was dropped', "view 'long names' (no such table: main.names)", (op) => op.dropView('names')],
    [
      'a name that was mistyped',
      "view 'emails' (no such column: emial)",
      (op) => op.createView({ name: 'emails', expression: 'SELECT emial FROM person' }),
    ],
    [
      'a function that there is not',
      "view 'emails' (no such function: initcap)",
      (op) => op.execute('CREATE VIEW emails AS SELECT initcap(email) AS email FROM person'),
    ],
    [
      'a table that a trigger wrote to',
      "trigger 'kept' of 'person' (no such table: main.note)",
      async (op) => {
        await op.execute(
          'CREATE TRIGGER kept AFTER UPDATE OF email ON person BEGIN INSERT INTO note VALUES (NEW.email); END',
        );
        await op.dropTable('note');
      },
    ],
    [
      'a column that a trigger through a view writes to',
      "trigger 'through' of 'names' (table person has no column named nick)",
      (op) =>
        op.execute(
          'CREATE TRIGGER through INSTEAD OF INSERT ON names BEGIN INSERT INTO person (nick) VALUES (NEW.name); END',
        ),
    ],
  ])('commits nothing because of %s', async (_what, told, change) => {
    const before = await texts();
    await expect(upgrade({ a: change })).rejects.toMatchObject({
      code: 'MIGRATION_FAILED',
      failure: { revision: 'a', current: [] },
      message: expect.stringContaining(`Could not be read any more: ${told}`),
      hint: expect.stringContaining(
        told.includes('function') ? '`prepareDatabase`' : 'drop the view or trigger before',
      ),
    });
    expect(await texts()).toEqual(before);
  });

  it('names the revision that did it, and not the last one', async () => {
    const harmless: Upgrade = (op) => op.execute('CREATE TABLE IF NOT EXISTS more (id integer)');
    await expect(upgrade({ a: harmless, b: (op) => op.dropTable('person'), c: harmless })).rejects.toMatchObject({
      failure: { revision: 'b', rolledBack: ['a', 'c'] },
    });
  });

  it('lets a later revision of the same run mend it, unless each is committed by itself', async () => {
    const revisions: Record<string, Upgrade> = {
      a: (op) => op.dropTable('person'),
      b: (op) => op.execute('CREATE TABLE person (name varchar)'),
    };
    await expect(upgrade(revisions, true)).rejects.toMatchObject({ failure: { revision: 'a' } });
    expect((await upgrade(revisions)).current).toEqual(['b']);
    expect(await dataSource.query('SELECT * FROM "long names"')).toEqual([]);
  });

  it('reads no row and runs no trigger to find out', async () => {
    await dataSource.query(`INSERT INTO person VALUES (1, 'a', 'b')`);
    await dataSource.query('CREATE VIEW failing AS SELECT abs(-9223372036854775807 - id) FROM person');
    await dataSource.query('CREATE TRIGGER no AFTER DELETE ON person BEGIN INSERT INTO note VALUES (1); END');
    await upgrade({ a: (op) => op.execute('CREATE TABLE more (id integer)') });
    expect(await dataSource.query('SELECT count(*) AS n FROM person')).toEqual([{ n: 1 }]);
    expect(await dataSource.query('SELECT * FROM note')).toEqual([]);
  });

  describe('in a database that had such a view before', () => {
    beforeEach(async () => {
      await dataSource.query('CREATE VIEW old AS SELECT gone FROM nowhere');
      await dataSource.query(
        'CREATE TRIGGER stale AFTER INSERT ON note BEGIN INSERT INTO nowhere VALUES (NEW.text); END',
      );
    });

    it('says so, and goes on', async () => {
      const { current, notices } = await upgrade({ a: (op) => op.execute('CREATE TABLE more (id integer)') });
      expect(current).toEqual(['a']);
      expect(notices).toEqual([
        "The view 'old' cannot be read: no such table: main.nowhere. Nor could it be before this run.",
        "The trigger 'stale' of 'note' cannot be read: no such table: main.nowhere. Nor could it be before this run.",
      ]);
    });

    it('is silent where nothing is to be run', async () => {
      expect((await upgrade({})).notices).toEqual([]);
    });

    it('refuses only what becomes unreadable now', async () => {
      await expect(upgrade({ a: (op) => op.dropTable('person') })).rejects.toThrow(
        "Could not be read any more: view 'names' (no such table: main.person); view 'long names'",
      );
    });

    it.each<[string, Upgrade]>([
      ['drops a column', (op) => op.dropColumn('person', 'email')],
      [
        'drops a column that is in a key',
        async (op) => {
          await op.execute('CREATE INDEX by_email ON person (email)');
          await op.dropColumn('person', 'email');
        },
      ],
      ['adds a column', (op) => op.addColumn('person', { name: 'age', type: 'integer', isNullable: true })],
      ['changes a type', (op) => op.alterColumn('person', 'email', { type: 'text' })],
      ['renames a column', (op) => op.renameColumn('person', 'email', 'address')],
      ['renames a table', (op) => op.renameTable('note', 'remark')],
      ['renames a table by its capitals', (op) => op.renameTable('note', 'Note')],
    ])('%s', async (_what, change) => {
      expect((await upgrade({ a: change })).current).toEqual(['a']);
      expect(await dataSource.query('SELECT * FROM "long names"')).toEqual([]);
      expect(
        await dataSource.query(`SELECT name, sql FROM sqlite_master WHERE name IN ('old', 'stale') ORDER BY name`),
      ).toEqual([
        { name: 'old', sql: 'CREATE VIEW old AS SELECT gone FROM nowhere' },
        { name: 'stale', sql: expect.stringContaining('INSERT INTO nowhere VALUES (NEW.text); END') },
      ]);
    });
  });
});
