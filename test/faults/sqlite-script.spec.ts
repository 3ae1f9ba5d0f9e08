import { spawnSync } from 'node:child_process';
import Sqlite from 'better-sqlite3';
import { DataSource } from 'typeorm';
import type { Operations, RevisionFunction } from '../../src/operations/operations.interface.js';
import { writeScript } from '../../src/runtime/index.js';
import { createSqliteDatabase, type TestDatabase } from '../support/databases.js';
import { TestHistory } from './history.js';

const OWN_TRIGGER = `CREATE TRIGGER shout AFTER INSERT ON person BEGIN UPDATE person SET name = upper(name) WHERE id = NEW.id; END`;
const VIEW_TRIGGER = `CREATE TRIGGER "through the view" INSTEAD OF INSERT ON names BEGIN INSERT INTO person (name) VALUES (NEW.name); END`;

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

const TWICE = `INSERT INTO person (name) VALUES ('Ann')`;
const NAME = { columnNames: ['name'] };
const ONCE = { ...NAME, name: 'once', isUnique: true };
const ONCE_SQL = 'create unique index if not exists main.once on person (name);';

const widen = (op: Operations) => op.alterColumn('person', 'name', { type: 'varchar', length: '99' });
const renumber = (op: Operations) => op.alterColumn('pet', 'personId', { type: 'bigint' });
const retell = (op: Operations) => op.alterView('names', { expression: 'SELECT name, id FROM person' });

const twice = async (op: Operations): Promise<void> => {
  await widen(op);
  await op.alterColumn('person', 'name', { type: 'text' });
};

/** As `--sql-body` writes it. */
async function copied(op: Operations): Promise<void> {
  await op.execute('CREATE TABLE "temporary_pet" ("id" integer PRIMARY KEY, "personId" integer UNIQUE)');
  await op.execute('INSERT INTO "temporary_pet" ("id", "personId") SELECT "id", "personId" FROM "pet"');
  await op.execute('DROP TABLE "pet"');
  await op.execute('PRAGMA legacy_alter_table = ON');
  await op.execute('ALTER TABLE "temporary_pet" RENAME TO "pet"');
  await op.execute('PRAGMA legacy_alter_table = OFF');
}

async function renamed(op: Operations): Promise<void> {
  await op.execute('CREATE TABLE "temporary_pet" AS SELECT * FROM "pet"');
  await op.execute('DROP TABLE "pet"');
  await op.execute('ALTER TABLE "temporary_pet" RENAME TO "pet"');
}

const orphan = (op: Operations) => op.execute('DELETE FROM person');

const asWritten = (script: string): string => script;

async function tables(op: Operations): Promise<void> {
  await op.createTable({
    name: 'person',
    columns: [
      { name: 'id', type: 'integer', isPrimary: true, generationStrategy: 'increment' },
      { name: 'name', type: 'varchar', length: '40' },
    ],
    checks: [{ name: 'CHK_name', expression: `"name" <> ''` }],
    indices: [{ name: 'IDX_name', columnNames: ['name'] }],
  });
  await op.createTable({
    name: 'pet',
    columns: [
      { name: 'id', type: 'integer', isPrimary: true },
      { name: 'personId', type: 'integer' },
    ],
    foreignKeys: [
      { columnNames: ['personId'], referencedTableName: 'person', referencedColumnNames: ['id'], onDelete: 'CASCADE' },
    ],
  });
  await op.createView({ name: 'names', expression: 'SELECT name FROM person' });
  await op.bulkInsert('person', [{ id: 1, name: 'Ann' }]);
  await op.bulkInsert('pet', [{ id: 1, personId: 1 }]);
}

async function made(op: Operations): Promise<void> {
  await op.execute(OWN_TRIGGER);
  await op.execute(`${VIEW_TRIGGER};`);
  await op.execute('CREATE TRIGGER IF NOT EXISTS main.gone AFTER DELETE ON person BEGIN SELECT 1; END');
  await op.execute('DROP TRIGGER gone');
}

/** Runs one statement after the other and goes on behind those that fail, as the shell does without `-bail`. */
function runOn(file: string, sql: string): string {
  const database = new Sqlite(file);
  const errors: string[] = [];
  for (const statement of sql.split(/;\n/)) {
    try {
      database.exec(statement);
    } catch (error) {
      errors.push(String(error));
    }
  }
  database.close();
  return errors.join('\n');
}

/** Runs a text as somebody does who is given a script. */
const runners = {
  'better-sqlite3': (file: string, sql: string): string => {
    const database = new Sqlite(file);
    try {
      database.exec(sql);
      return '';
    } catch (error) {
      return String(error);
    } finally {
      database.close();
    }
  },
  'the sqlite3 shell': (file: string, sql: string): string =>
    spawnSync('sqlite3', ['-bail', file], { input: sql, encoding: 'utf8' }).stderr,
};

const hasShell = spawnSync('sqlite3', ['--version']).error === undefined;
if (!hasShell) console.warn('The sqlite3 shell is not installed: scripts are run through better-sqlite3 alone.');
const present = Object.entries(runners).filter(([name]) => hasShell || name === 'better-sqlite3');

let database: TestDatabase;

beforeEach(async () => {
  database = await createSqliteDatabase();
});

afterEach(() => database.drop());

/** The script of the revisions after the row. */
async function script(revisions: Record<string, RevisionFunction>, startRows: readonly string[]): Promise<string> {
  const history = new TestHistory(revisions);
  const unreachable = new DataSource({ type: 'better-sqlite3', database: '/nowhere/at/all.sqlite' });
  return (await writeScript(history.script(unreachable, { startRows }))).sql ?? '';
}

function contents(): unknown {
  const file = new Sqlite(database.url);
  const rows = (sql: string): unknown => file.prepare(sql).all();
  const all = [
    rows('SELECT * FROM sqlite_master ORDER BY name'),
    ...['person', 'pet', 'migrate_version'].map((name) => rows(`SELECT * FROM ${name}`)),
  ];
  file.close();
  return all;
}

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
    ['a table of the name in between', 'CREATE TABLE temporary_Person (id, name)', widen, 'temporary_person is there'],
    ['a trigger of a view', VIEW_TRIGGER, retell, 'names has triggers'],
  ])('stops before it loses %s that no revision made', async (_, sql, change, message, edit = asWritten) => {
    expect(run((await script({ tables }, [])) + sql)).toBe('');
    const before = contents();
    expect(run(edit(await script({ tables, change }, ['tables'])))).toContain(message);
    expect(contents()).toEqual(before);
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

  it('makes a table anew beside one of the name in between', async () => {
    const beside = (op: Operations) =>
      op.createTable({ name: 'temporary_person', columns: [{ name: 'id', type: 'integer' }] });
    expect(run(await script({ tables, beside, widen }, []))).toBe('');
    const file = new Sqlite(database.url);
    expect(file.prepare('SELECT name FROM person').pluck().all()).toEqual(['Ann']);
    expect(file.prepare('SELECT count(*) FROM temporary_person').pluck().get()).toBe(0);
    file.close();
  });

  it('keeps the children of a table that is made anew outside the transaction', async () => {
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

  it('stops before it leaves rows without a parent', async () => {
    expect(run(await script({ tables }, []))).toBe('');
    const before = contents();
    expect(run(await script({ tables, orphan }, ['tables']))).toContain('rows would be left without a parent');
    expect(contents()).toEqual(before);
  });

  it('makes a table anew by SQL', async () => {
    expect(
      run(await script({ tables, copied, again: copied, alone: (op) => op.autocommit(() => copied(op)) }, [])),
    ).toBe('');
    const file = new Sqlite(database.url);
    expect(file.prepare('SELECT * FROM pet').all()).toEqual([{ id: 1, personId: 1 }]);
    file.close();
  });

  it('goes on where rows were without a parent before', async () => {
    const lost = `PRAGMA foreign_keys = OFF; INSERT INTO pet VALUES (9, 77);`;
    expect(run((await script({ tables }, [])) + lost)).toBe('');
    const rename = (op: Operations) => op.renameTable('pet', 'animal');
    expect(run(await script({ tables, renumber, rename }, ['tables']))).toBe('');
  });

  it.each([
    ['a column that is not unique', 'name text REFERENCES person (name)'],
    ['a part of a key', 'a REFERENCES pair (a)'],
    ['fewer columns than the key has', 'a REFERENCES pair'],
    ['a view', 'name text REFERENCES names (name)'],
  ])('goes on where a foreign key referred to %s before', async (_, column) => {
    const old = `CREATE TABLE pair (a, b, PRIMARY KEY (a, b)); CREATE TABLE old (${column});
      PRAGMA foreign_keys = OFF; INSERT INTO old VALUES (7);`;
    expect(run((await script({ tables }, [])) + old)).toBe('');
    const before = contents();
    expect(run(await script({ tables, orphan }, ['tables']))).toContain('rows would be left without a parent');
    expect(contents()).toEqual(before);
    expect(run(await script({ tables, renumber, widen }, ['tables']))).toBe('');
  });

  it('takes no key for unusable that SQLite can use', async () => {
    const keys = `CREATE TABLE pair (id text PRIMARY KEY, a, b, UNIQUE (a, b)) WITHOUT ROWID;
      CREATE TABLE number (id INTEGER PRIMARY KEY DESC);
      CREATE TABLE child (id REFERENCES pair, a, b, n REFERENCES number (ID), m REFERENCES number, p REFERENCES person,
        FOREIGN KEY (b, a) REFERENCES pair (B, a));
      PRAGMA foreign_keys = OFF; INSERT INTO child (a, b) VALUES (3, 4);`;
    expect(run((await script({ tables }, [])) + keys)).toBe('');
    const stray = (op: Operations) => op.execute('INSERT INTO child (n) VALUES (5)');
    expect(run(await script({ tables, stray }, ['tables']))).toContain('rows would be left without a parent');
  });

  it('stops before a foreign key refers to what is not unique', async () => {
    expect(run(await script({ tables }, []))).toBe('');
    const before = contents();
    const refer = (op: Operations) =>
      op.createForeignKey('pet', {
        name: 'FK_name',
        columnNames: ['personId'],
        referencedTableName: 'person',
        referencedColumnNames: ['name'],
      });
    expect(run(await script({ tables, refer }, ['tables']))).toContain('refer to columns that are not unique');
    expect(contents()).toEqual(before);
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

it.each([
  ['loses no trigger', OWN_TRIGGER, widen, 'person has triggers'],
  ['takes no table for the one in between', 'CREATE TABLE temporary_person (id, name)', widen, 'already exists'],
  ['loses no trigger to the second of two', OWN_TRIGGER, twice, 'person has triggers'],
  ['loses no rows that SQL would copy', 'INSERT INTO pet VALUES (2, 1)', copied, 'UNIQUE'],
  ['loses no table that SQL would rename', 'CREATE VIEW broken AS SELECT none FROM nowhere', renamed, 'nowhere'],
  ['loses no trigger of a view', VIEW_TRIGGER, retell, 'names has triggers'],
  ['loses no rows that do not fit', TWICE, (op: Operations) => op.createUniqueConstraint('person', NAME), 'UNIQUE'],
  [
    'leaves no table without its index',
    TWICE,
    (op: Operations) =>
      op.batch('person', (table) => {
        table.alterColumn('name', { length: '99' });
        table.createIndex(ONCE);
      }),
    'UNIQUE',
  ],
  ['leaves no unique index out', TWICE, (op: Operations) => op.createIndex('person', ONCE), 'UNIQUE'],
  ['leaves out no unique index of SQL', TWICE, (op: Operations) => op.execute(ONCE_SQL), 'UNIQUE'],
  ['leaves no rows without a parent', 'PRAGMA user_version = 1', orphan, 'without a parent'],
])('a script for SQLite whose errors nobody heeds %s', async (_, sql, change, message) => {
  expect(runOn(database.url, `${await script({ tables }, [])};\n${sql}`)).toBe('');
  const before = contents();
  expect(runOn(database.url, await script({ tables, change }, ['tables']))).toContain(message);
  expect(contents()).toEqual(before);
});
