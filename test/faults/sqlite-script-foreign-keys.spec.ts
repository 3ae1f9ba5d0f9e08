import type { Operations } from '../../src/operations/operations.interface.js';
import { createSqliteDatabase, type TestDatabase } from '../support/databases.js';
import { contents, orphan, present, renumber, script, tables, widen } from './sqlite-scripts.js';

let database: TestDatabase;

beforeEach(async () => {
  database = await createSqliteDatabase();
});

afterEach(() => database.drop());

describe.each(present)('foreign keys in a script for SQLite through %s', (_, runText) => {
  const run = (sql: string): string => runText(database.url, sql);

  it('stops before it leaves rows without a parent', async () => {
    expect(run(await script({ tables }, []))).toBe('');
    const before = contents(database.url);
    expect(run(await script({ tables, orphan }, ['tables']))).toContain('rows would be left without a parent');
    expect(contents(database.url)).toEqual(before);
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
    const before = contents(database.url);
    expect(run(await script({ tables, orphan }, ['tables']))).toContain('rows would be left without a parent');
    expect(contents(database.url)).toEqual(before);
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
    const before = contents(database.url);
    const refer = (op: Operations) =>
      op.createForeignKey('pet', {
        name: 'FK_name',
        columnNames: ['personId'],
        referencedTableName: 'person',
        referencedColumnNames: ['name'],
      });
    expect(run(await script({ tables, refer }, ['tables']))).toContain('refer to columns that are not unique');
    expect(contents(database.url)).toEqual(before);
  });
});
