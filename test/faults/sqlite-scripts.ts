import { spawnSync } from 'node:child_process';
import Sqlite from 'better-sqlite3';
import { DataSource } from 'typeorm';
import type { Operations, RevisionFunction } from '../../src/operations/operations.interface.js';
import { writeScript } from '../../src/runtime/index.js';
import { TestHistory } from './history.js';

export const OWN_TRIGGER = `CREATE TRIGGER shout AFTER INSERT ON person BEGIN UPDATE person SET name = upper(name) WHERE id = NEW.id; END`;
export const VIEW_TRIGGER = `CREATE TRIGGER "through the view" INSTEAD OF INSERT ON names BEGIN INSERT INTO person (name) VALUES (NEW.name); END`;

export const widen = (op: Operations) => op.alterColumn('person', 'name', { type: 'varchar', length: '99' });
export const renumber = (op: Operations) => op.alterColumn('pet', 'personId', { type: 'bigint' });
export const retell = (op: Operations) => op.alterView('names', { expression: 'SELECT name, id FROM person' });

/** As `--sql-body` writes it. */
export async function copied(op: Operations): Promise<void> {
  await op.execute('CREATE TABLE "temporary_pet" ("id" integer PRIMARY KEY, "personId" integer UNIQUE)');
  await op.execute('INSERT INTO "temporary_pet" ("id", "personId") SELECT "id", "personId" FROM "pet"');
  await op.execute('DROP TABLE "pet"');
  await op.execute('PRAGMA legacy_alter_table = ON');
  await op.execute('ALTER TABLE "temporary_pet" RENAME TO "pet"');
  await op.execute('PRAGMA legacy_alter_table = OFF');
}

export const orphan = (op: Operations) => op.execute('DELETE FROM person');

export async function tables(op: Operations): Promise<void> {
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
export const present = Object.entries(runners).filter(([name]) => hasShell || name === 'better-sqlite3');

/** The script of the revisions after the row. */
export async function script(
  revisions: Record<string, RevisionFunction>,
  startRows: readonly string[],
): Promise<string> {
  const history = new TestHistory(revisions);
  const unreachable = new DataSource({ type: 'better-sqlite3', database: '/nowhere/at/all.sqlite' });
  return (await writeScript(history.script(unreachable, { startRows }))).sql ?? '';
}

export function contents(url: string): unknown {
  const file = new Sqlite(url);
  const rows = (sql: string): unknown => file.prepare(sql).all();
  const all = [
    rows('SELECT * FROM sqlite_master ORDER BY name'),
    ...['person', 'pet', 'migrate_version'].map((name) => rows(`SELECT * FROM ${name}`)),
  ];
  file.close();
  return all;
}
