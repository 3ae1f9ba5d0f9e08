import Sqlite from 'better-sqlite3';
import type { Operations } from '../../src/operations/operations.interface.js';
import { createSqliteDatabase, type TestDatabase } from '../support/databases.js';
import {
  contents,
  copied,
  orphan,
  OWN_TRIGGER,
  retell,
  script,
  tables,
  VIEW_TRIGGER,
  widen,
} from './sqlite-scripts.js';

const TWICE = `INSERT INTO person (name) VALUES ('Ann')`;
const NAME = { columnNames: ['name'] };
const ONCE = { ...NAME, name: 'once', isUnique: true };
const ONCE_SQL = 'create unique index if not exists main.once on person (name);';

const twice = async (op: Operations): Promise<void> => {
  await widen(op);
  await op.alterColumn('person', 'name', { type: 'text' });
};

async function renamed(op: Operations): Promise<void> {
  await op.execute('CREATE TABLE "temporary_pet" AS SELECT * FROM "pet"');
  await op.execute('DROP TABLE "pet"');
  await op.execute('ALTER TABLE "temporary_pet" RENAME TO "pet"');
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

let database: TestDatabase;

beforeEach(async () => {
  database = await createSqliteDatabase();
});

afterEach(() => database.drop());

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
])('a script for SQLite that the shell runs on after errors %s', async (_, sql, change, message) => {
  expect(runOn(database.url, `${await script({ tables }, [])};\n${sql}`)).toBe('');
  const before = contents(database.url);
  expect(runOn(database.url, await script({ tables, change }, ['tables']))).toContain(message);
  expect(contents(database.url)).toEqual(before);
});
