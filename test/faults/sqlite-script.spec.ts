import Sqlite from 'better-sqlite3';
import type { Operations } from '../../src/operations/operations.interface.js';
import { createSqliteDatabase, type TestDatabase } from '../support/databases.js';
import {
  contents,
  copied,
  OWN_TRIGGER,
  present,
  renumber,
  retell,
  script,
  tables,
  VIEW_TRIGGER,
  widen,
} from './sqlite-scripts.js';

const PET_WITH_CHECK = `DROP TABLE pet; CREATE TABLE pet (id integer PRIMARY KEY, personId integer CHECK (personId > 0) REFERENCES person)`;
const PET_WITH_COLLATION = `DROP TABLE pet; CREATE TABLE pet (id integer PRIMARY KEY, personId text COLLATE NOCASE REFERENCES person)`;

/** The end is missing. */
const PET_WITH_COMMENTS = `DROP TABLE pet; CREATE TABLE pet (
  id integer PRIMARY KEY, -- no CHECK is needed here, it's UNIQUE
  "personId" integer /* CHECK (what [it]) COLLATE */ DEFAULT 1, /*/ UNIQUE */
  [--] text DEFAULT '/* it''s no comment', -- the CHECK is below
  CHECK ("personId" > 0), -- REFERENCES
  FOREIGN KEY ("personId") REFERENCES person (id) ON DELETE CASCADE -- ON CONFLICT
  `;

const asWritten = (script: string): string => script;

async function made(op: Operations): Promise<void> {
  await op.execute(OWN_TRIGGER);
  await op.execute(`${VIEW_TRIGGER};`);
  await op.execute('CREATE TRIGGER IF NOT EXISTS main.gone AFTER DELETE ON person BEGIN SELECT 1; END');
  await op.execute('DROP TRIGGER gone');
}

let database: TestDatabase;

beforeEach(async () => {
  database = await createSqliteDatabase();
});

afterEach(() => database.drop());

describe.each(present)('a script for SQLite through %s', (_, runText) => {
  const run = (sql: string): string => runText(database.url, sql);

  it.each([
    ['a trigger', OWN_TRIGGER, widen, 'person has triggers'],
    ['an index', 'CREATE INDEX mine ON person (lower(name))', widen, 'person has indexes'],
    ['a column', 'ALTER TABLE person ADD COLUMN note text', widen, 'person has columns'],
    ['a constraint', PET_WITH_CHECK, renumber, 'pet has constraints'],
    ['a collation', PET_WITH_COLLATION, renumber, 'pet has constraints or collations'],
    [
      'the children',
      'PRAGMA user_version = 1',
      widen,
      'foreign keys are enforced',
      (script: string) => script.replace('foreign_keys = OFF', 'foreign_keys = ON'),
    ],
    ['a table of the name in between', 'CREATE TABLE temporary_Person (id, name)', widen, 'temporary_person exists'],
    ['a trigger of a view', VIEW_TRIGGER, retell, 'names has triggers'],
  ])('stops before it loses %s that no revision made', async (_, sql, change, message, edit = asWritten) => {
    expect(run((await script({ tables }, [])) + sql)).toBe('');
    const before = contents(database.url);
    expect(run(edit(await script({ tables, change }, ['tables'])))).toContain(message);
    expect(contents(database.url)).toEqual(before);
  });

  it('puts the triggers back that revisions made', async () => {
    const before = { tables, made };
    expect(run(await script(before, []))).toBe('');
    expect(run(await script({ ...before, widen, retell }, ['made']))).toBe('');
    const file = new Sqlite(database.url);
    file.exec(`INSERT INTO names (name) VALUES ('bob')`);
    expect(file.prepare('SELECT name FROM person').pluck().all()).toEqual(['Ann', 'BOB']);
    expect(file.prepare(`SELECT name FROM sqlite_master WHERE type = 'trigger'`).pluck().all()).toEqual([
      'shout',
      'through the view',
    ]);
    file.close();
  });

  it('stops at a trigger of a revision that reads differently since', async () => {
    const before = { tables, made };
    expect(run(await script(before, []))).toBe('');
    const rename = (op: Operations) => op.renameColumn('person', 'id', 'number');
    expect(run(await script({ ...before, rename, widen }, ['made']))).toContain('person has triggers');
  });

  it('rebuilds a table where another one has its temporary name', async () => {
    const beside = (op: Operations) =>
      op.createTable({ name: 'temporary_person', columns: [{ name: 'id', type: 'integer' }] });
    expect(run(await script({ tables, beside, widen }, []))).toBe('');
    const file = new Sqlite(database.url);
    expect(file.prepare('SELECT name FROM person').pluck().all()).toEqual(['Ann']);
    expect(file.prepare('SELECT count(*) FROM temporary_person').pluck().get()).toBe(0);
    file.close();
  });

  it('keeps the children of a table that is rebuilt outside the transaction', async () => {
    expect(run(await script({ tables, alone: (op) => op.autocommit(() => widen(op)) }, []))).toBe('');
    const file = new Sqlite(database.url);
    expect(file.prepare('SELECT * FROM pet').all()).toEqual([{ id: 1, personId: 1 }]);
    file.close();
  });

  it('writes texts of several lines as they are', async () => {
    const names = ['a\r\nb', 'a\nb\r', 'a\u0000\r\n\r\n'];
    const fill = (op: Operations) =>
      op.bulkInsert(
        'person',
        names.map((name) => ({ name })),
      );
    expect(run(await script({ tables, fill }, []))).toBe('');
    const file = new Sqlite(database.url);
    expect(file.prepare('SELECT name FROM person WHERE id > 1').pluck().all()).toEqual(names);
    file.close();
  });

  it('keeps the children of a table that SQL of the revision rebuilds', async () => {
    expect(
      run(await script({ tables, copied, again: copied, alone: (op) => op.autocommit(() => copied(op)) }, [])),
    ).toBe('');
    const file = new Sqlite(database.url);
    expect(file.prepare('SELECT * FROM pet').all()).toEqual([{ id: 1, personId: 1 }]);
    file.close();
  });

  it('takes no word of a comment for a constraint', async () => {
    const noted = async (op: Operations): Promise<void> => {
      await tables(op);
      await op.addColumn('pet', { name: '--', type: 'text', default: `'/* it''s no comment'` });
      await op.createCheckConstraint('pet', { expression: '"personId" > 0' });
    };
    expect(run(await script({ noted }, []))).toBe('');
    expect(run(`${PET_WITH_COMMENTS}, CHECK (id > 0))`)).toBe('');
    expect(run(await script({ noted, renumber }, ['noted']))).toContain('pet has constraints');
    expect(run(`${PET_WITH_COMMENTS})`)).toBe('');
    expect(run(await script({ noted, renumber }, ['noted']))).toBe('');
  });
});

it.each(['nestjs_migrate_guard', 'NESTJS_MIGRATE_ORPHANS', 'nestjs_migrate_unfinished'])(
  'a script for SQLite is refused where it would take %s for its own table',
  async (name) => {
    const make = (op: Operations) => op.createTable({ name, columns: [{ name: 'id', type: 'integer' }] });
    const rename = (op: Operations) => op.renameTable('pet', name);
    for (const change of [make, rename]) {
      await expect(script({ tables, change }, [])).rejects.toThrow(`a script has a table of its own called '${name}'`);
    }
  },
);
