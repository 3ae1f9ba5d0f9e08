import Database from 'better-sqlite3';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Operation } from '../../../operations/operation.js';
import { emptySchema } from '../../../schema/schema.model.js';
import { parseStatements } from '../../../sql/ddl/parse.js';
import { SQLITE_SQL } from '../../../sql/rules.js';
import { effects } from './effects.js';

/** Rows of the table: about 200 pages. */
const ROWS = 8_000;
const PAGE = 4_096;

describe('effects of statements on SQLite', () => {
  let folder: string;
  let file: string;
  let database: Database.Database;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'nestjs-migrate-effects-'));
    file = join(folder, 'app.sqlite');
    database = new Database(file);
    database.pragma('journal_mode = WAL');
    database.pragma('wal_autocheckpoint = 0');
    database.exec(`
      CREATE TABLE parent (id INTEGER PRIMARY KEY);
      CREATE TABLE book (id INTEGER PRIMARY KEY, title TEXT, note TEXT, pages INTEGER);
      WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${ROWS})
      INSERT INTO book SELECT i, 'title ' || i, 'a note of about sixty characters, so that the table has some pages', i FROM n`);
    database.pragma('wal_checkpoint(TRUNCATE)');
  });
  afterEach(() => {
    database.close();
    rmSync(folder, { recursive: true });
  });

  const pagesOf = (sql: string): number => {
    database.exec(sql);
    return Math.round(statSync(`${file}-wal`).size / PAGE);
  };
  const workOf = (sql: string): readonly string[] =>
    parseStatements(sql, SQLITE_SQL).flatMap((statement) =>
      effects(statement, { schema: emptySchema }).work.map(({ kind }) => kind),
    );

  it.each([
    ['ALTER TABLE book ADD COLUMN x TEXT', []],
    ["ALTER TABLE book ADD COLUMN x TEXT NOT NULL DEFAULT 'x'", []],
    ['ALTER TABLE book ADD COLUMN x INTEGER REFERENCES parent (id)', []],
    ['ALTER TABLE book ADD COLUMN x INTEGER GENERATED ALWAYS AS (pages + 1) VIRTUAL', []],
    ['ALTER TABLE book RENAME COLUMN title TO name', []],
    ['ALTER TABLE book RENAME TO volume', []],
    ['CREATE VIEW v AS SELECT title FROM book', []],
    ['CREATE TABLE x (id INTEGER PRIMARY KEY)', []],
    ['DROP TABLE book', []],
    ['ALTER TABLE book DROP COLUMN note', ['rewrite']],
    ['CREATE INDEX i ON book (title)', ['build']],
    ['CREATE UNIQUE INDEX i ON book (title)', ['build']],
    ['ALTER TABLE book ADD CONSTRAINT c CHECK (pages > 0)', ['scan']],
    ['ALTER TABLE book ALTER COLUMN title SET NOT NULL', ['scan']],
    ['ALTER TABLE book ALTER COLUMN title DROP NOT NULL', []],
    ['UPDATE book SET pages = pages + 1', ['scan']],
  ])('writes few pages unless it works on all rows: %s', (sql, work) => {
    expect(workOf(sql)).toEqual(work);
    const pages = pagesOf(sql);
    // A scan that writes nothing.
    const isWriting = work.length > 0 && !/^ALTER.*(?:CHECK|SET NOT NULL)/.test(sql);
    if (!isWriting) expect(pages).toBeLessThan(20);
    else expect(pages).toBeGreaterThan(30);
  });

  it.each([
    ['ALTER TABLE book ADD COLUMN x TEXT UNIQUE', 'always'],
    ['ALTER TABLE book ADD COLUMN x INTEGER PRIMARY KEY', 'always'],
    ['ALTER TABLE book ADD COLUMN x INTEGER GENERATED ALWAYS AS (pages + 1) STORED', 'rows'],
    ['ALTER TABLE book ADD COLUMN x TEXT NOT NULL', 'rows'],
    ['ALTER TABLE book ADD COLUMN x TEXT NOT NULL DEFAULT NULL', 'rows'],
    ['ALTER TABLE book ADD COLUMN x TEXT DEFAULT CURRENT_TIMESTAMP', 'rows'],
    ['ALTER TABLE book ADD COLUMN x INTEGER DEFAULT (1 + 1)', 'rows'],
    ['ALTER TABLE book ADD COLUMN x INTEGER DEFAULT 1 REFERENCES parent (id)', 'rows'],
    ['ALTER TABLE book ADD COLUMN x INTEGER DEFAULT NULL REFERENCES parent (id)', 'never'],
    ['ALTER TABLE book ADD COLUMN x INTEGER DEFAULT (1)', 'never'],
    ["ALTER TABLE book ADD COLUMN x TEXT DEFAULT 'x'", 'never'],
    ['ALTER TABLE book ADD COLUMN x INTEGER DEFAULT -1', 'never'],
  ])('are refused or fail where SQLite refuses them: %s', (sql, when) => {
    const isDone = (): boolean => {
      try {
        database.exec(sql);
        return true;
      } catch {
        return false;
      }
    };
    const [found] = parseStatements(sql, SQLITE_SQL).map((one) => effects(one, { schema: emptySchema }));
    const fails = found?.fails.some(({ on }) => on === 'any');
    expect(found?.refused !== undefined ? 'always' : fails ? 'rows' : 'never').toBe(when);
    database.pragma('foreign_keys = ON');
    expect(isDone()).toBe(when === 'never');
    database.exec('DELETE FROM book');
    if (when !== 'never') expect(isDone()).toBe(when === 'rows');
  });

  it('locks the database for each statement that writes, and for none that reads', () => {
    const locksOf = (sql: string): readonly string[] =>
      parseStatements(sql, SQLITE_SQL).flatMap((statement) =>
        effects(statement, { schema: emptySchema }).locks.map(({ object, blocks }) => `${object} ${blocks}`),
      );
    expect(locksOf('ALTER TABLE book ADD COLUMN x TEXT')).toEqual(['database writes']);
    expect(locksOf('SELECT 1')).toEqual([]);
  });

  it('take nothing away where a rebuild carries the largest number of AUTOINCREMENT over', () => {
    const operation: Operation = {
      kind: 'alterColumn',
      table: { name: 'book' },
      column: 'title',
      to: { length: '80' },
    };
    const statements = [
      `DELETE FROM sqlite_sequence WHERE name = 'temporary_book'`,
      `INSERT INTO sqlite_sequence (name, seq) SELECT 'temporary_book', seq FROM sqlite_sequence WHERE name = 'book'`,
    ].flatMap((sql) => parseStatements(sql, SQLITE_SQL));
    for (const statement of statements) {
      expect(effects(statement, { schema: emptySchema, operation })).toMatchObject({ work: [], loses: [], fails: [] });
    }
  });

  it.each([`DELETE FROM sqlite_sequence WHERE name = 'book'`, 'DELETE FROM "sqlite_sequence"'])(
    'lose positions, and no rows, by hand: %s',
    (sql) => {
      const [found] = parseStatements(sql, SQLITE_SQL).map((one) => effects(one, { schema: emptySchema }));
      expect(found).toMatchObject({ work: [], loses: [{ what: 'position', name: { name: 'sqlite_sequence' } }] });
    },
  );
});
