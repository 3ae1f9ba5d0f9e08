import { SqliteDatabase } from '../../../../test/support/sqlite-database.js';
import type { TableOperation } from '../../../operations/operation.js';

let database: SqliteDatabase;
beforeEach(async () => {
  database = await SqliteDatabase.create();
});
afterEach(() => database.drop());

const t = { name: 't' };
const widen: TableOperation = { kind: 'alterColumn', table: t, column: 'a', to: { type: 'varchar', length: '99' } };
const rebuilds = (statements: string[]): number =>
  statements.filter((sql) => sql.startsWith('CREATE TABLE "temporary')).length;

describe('a rebuild of a table', () => {
  it('keeps rows, row ids, children, triggers, views, indexes and the high-water mark', async () => {
    await database.run(
      `CREATE TABLE t (id integer PRIMARY KEY AUTOINCREMENT NOT NULL, a varchar(10) COLLATE NOCASE NOT NULL, up integer REFERENCES t (id), n integer UNIQUE ON CONFLICT REPLACE)`,
      'CREATE TABLE plain (a text, b text UNIQUE)',
      'CREATE TABLE child (id integer PRIMARY KEY, t_id integer NOT NULL, CONSTRAINT "FK_t" FOREIGN KEY (t_id) REFERENCES "t" ("id") ON DELETE CASCADE)',
      'CREATE TABLE log (text text)',
      'CREATE INDEX "ix" ON "t" (lower(a)) WHERE a IS NOT NULL',
      'CREATE VIEW v AS SELECT a, count(*) AS c FROM t GROUP BY a',
      'CREATE VIEW vv AS SELECT * FROM v',
      'CREATE TRIGGER own AFTER INSERT ON t BEGIN INSERT INTO log VALUES (NEW.a); END',
      `CREATE TRIGGER other AFTER DELETE ON child BEGIN UPDATE t SET a = a || '!' WHERE id = OLD.t_id; END`,
      'CREATE TRIGGER instead INSTEAD OF INSERT ON v BEGIN INSERT INTO t (a) VALUES (NEW.a); END',
      `INSERT INTO t (a, up, n) VALUES ('one', NULL, 1), ('two', 1, 2), ('three', 2, 3)`,
      'DELETE FROM t WHERE id = 3',
      'INSERT INTO child VALUES (10, 1), (11, 2)',
      'DELETE FROM log',
      `INSERT INTO plain (rowid, a, b) VALUES (7, 'x', 'y')`,
    );
    const objects = `SELECT name, sql FROM sqlite_master WHERE name NOT IN ('t', 'plain') AND sql IS NOT NULL ORDER BY name`;
    const before = await database.rows(objects);
    const ran = await database.migrate(widen, {
      kind: 'alterColumn',
      table: { name: 'plain' },
      column: 'a',
      to: { type: 'varchar' },
    });

    expect(rebuilds(ran)).toBe(2);
    expect(await database.rows(objects)).toEqual(before);
    expect(await database.rows('SELECT * FROM t')).toEqual([
      { id: 1, a: 'one', up: null, n: 1 },
      { id: 2, a: 'two', up: 1, n: 2 },
    ]);
    expect(await database.rows('SELECT rowid, * FROM plain')).toEqual([{ rowid: 7, a: 'x', b: 'y' }]);
    expect(await database.rows('SELECT * FROM child')).toEqual([
      { id: 10, t_id: 1 },
      { id: 11, t_id: 2 },
    ]);
    expect(await database.rows('SELECT * FROM log')).toEqual([]);
    const { columns, uniques, foreignKeys } = await database.table('t');
    expect(columns[1]).toEqual({ name: 'a', type: 'varchar', length: '99' });
    expect(uniques).toEqual([{ columnNames: ['n'], sqlite: { onConflict: 'REPLACE' } }]);
    expect(foreignKeys[0]).toMatchObject({ referencedTableName: 't', columnNames: ['up'] });

    await database.run(`INSERT INTO v (a) VALUES ('four')`);
    expect(await database.rows(`SELECT id FROM t WHERE a = 'four'`)).toEqual([{ id: 4 }]);
    expect(await database.rows('SELECT * FROM log')).toEqual([{ text: 'four' }]);
    await database.run('DELETE FROM t WHERE id = 2');
    expect(await database.rows('SELECT id FROM child')).toEqual([{ id: 10 }]);
    await expect(database.run('INSERT INTO child VALUES (12, 99)')).rejects.toThrow('FOREIGN KEY constraint failed');
    expect(await database.rows('SELECT * FROM vv ORDER BY a')).toHaveLength(2);
  });

  it('keeps the high-water mark of an empty table', async () => {
    await database.run(
      'CREATE TABLE t (id integer PRIMARY KEY AUTOINCREMENT NOT NULL, a varchar)',
      `INSERT INTO t (a) VALUES ('x'), ('y')`,
      'DELETE FROM t',
    );
    await database.migrate(widen);
    await database.run(`INSERT INTO t (a) VALUES ('z')`);
    expect(await database.rows('SELECT id FROM t')).toEqual([{ id: 3 }]);
    expect(await database.rows('SELECT * FROM sqlite_sequence')).toEqual([{ name: 't', seq: 3 }]);
  });

  it('gives the new table a name that is free', async () => {
    await database.run('CREATE TABLE t (a text)', 'CREATE TABLE TEMPORARY_t (left_over text)');
    await database.migrate(widen);
    expect((await database.schema()).tables.map(({ name }) => name)).toEqual(['TEMPORARY_t', 't']);
  });

  it('keeps STRICT, WITHOUT ROWID, generated columns and constraints without a name', async () => {
    await database.run(
      `CREATE TABLE t (k text NOT NULL ON CONFLICT IGNORE, a text, g text AS (a || '!') STORED, v text AS (a || '?'), PRIMARY KEY (k COLLATE NOCASE DESC), UNIQUE (a), CHECK (a <> 'no')) WITHOUT ROWID, STRICT`,
      `INSERT INTO t (k, a) VALUES ('k', 'x')`,
    );
    const before = await database.table('t');
    await database.migrate({ kind: 'alterColumn', table: t, column: 'a', to: { default: `'d'` } });
    const after = await database.table('t');
    expect(after).toEqual({
      ...before,
      columns: before.columns.map((column) => (column.name === 'a' ? { ...column, default: `'d'` } : column)),
    });
    expect(await database.rows('SELECT * FROM t')).toEqual([{ k: 'k', a: 'x', g: 'x!', v: 'x?' }]);
  });

  it('fills a column that becomes NOT NULL from its default, whatever the default is', async () => {
    await database.run('CREATE TABLE t (a text, b datetime)', `INSERT INTO t VALUES (NULL, NULL), ('x', 'then')`);
    await database.migrate({
      kind: 'batch',
      table: t,
      operations: [
        { kind: 'alterColumn', table: t, column: 'a', to: { isNullable: false, default: `'it''s'` } },
        { kind: 'alterColumn', table: t, column: 'b', to: { isNullable: false, default: `datetime('now')` } },
      ],
    });
    expect(await database.rows('SELECT a, length(b) AS b FROM t')).toEqual([
      { a: `it's`, b: 19 },
      { a: 'x', b: 4 },
    ]);
  });

  it('gives a new column the value of its default when that must be computed', async () => {
    await database.run('CREATE TABLE t (a text)', `INSERT INTO t VALUES ('x')`);
    const ran = await database.migrate({
      kind: 'addColumn',
      table: t,
      column: { name: 'at', type: 'datetime', default: 'CURRENT_TIMESTAMP' },
    });
    expect(rebuilds(ran)).toBe(1);
    expect(await database.rows('SELECT a, length(at) AS at FROM t')).toEqual([{ a: 'x', at: 19 }]);
  });

  it.each([
    ['text that is no number', 'text', 'integer', `'abc'`, 'abc'],
    ['text that is a number', 'text', 'integer', `'42'`, 42],
    ['number to text', 'integer', 'varchar', '42', '42'],
    ['real to integer', 'real', 'integer', '1.5', 1.5],
    ['text to blob', 'text', 'blob', `'ab'`, Buffer.from('ab')],
    ['blob to text', 'blob', 'text', `x'6162'`, 'ab'],
    ['JSON to binary JSON and so back', 'jsonb', 'json', `jsonb('{"a":1}')`, '{"a":1}'],
    ['date and time to date', 'datetime', 'date', `'2024-01-31 10:00:00'`, '2024-01-31 10:00:00'],
  ])('loses no value by another type: %s', async (_name, from, to, value, expected) => {
    await database.run(`CREATE TABLE t (a ${from})`, `INSERT INTO t VALUES (${value})`);
    await database.migrate({ kind: 'alterColumn', table: t, column: 'a', to: { type: to } });
    expect(await database.rows('SELECT a FROM t')).toEqual([{ a: expected }]);
  });

  it('converts values by the SQL of `using`', async () => {
    await database.run('CREATE TABLE t (a text, b text)', `INSERT INTO t VALUES ('yes', 'x')`);
    await database.migrate({
      kind: 'alterColumn',
      table: t,
      column: 'a',
      to: { type: 'boolean', using: `CASE "a" WHEN 'yes' THEN 1 ELSE 0 END` },
    });
    expect(await database.rows('SELECT * FROM t')).toEqual([{ a: 1, b: 'x' }]);
  });

  it('keeps the number of rows when no column stays', async () => {
    await database.run('CREATE TABLE t (a text)', `INSERT INTO t VALUES ('x'), ('y')`);
    await database.migrate({
      kind: 'batch',
      table: t,
      operations: [
        { kind: 'addColumn', table: t, column: { name: 'id', type: 'integer', generationStrategy: 'increment' } },
        { kind: 'createPrimaryKey', table: t, primaryKey: { columnNames: ['id'] } },
        { kind: 'dropColumn', table: t, column: 'a' },
      ],
    });
    expect(await database.rows('SELECT * FROM t')).toEqual([{ id: 1 }, { id: 2 }]);
  });

  it('does not copy the values of a column that was dropped into a new one of its name', async () => {
    await database.run('CREATE TABLE t (a text, b text)', `INSERT INTO t VALUES ('x', 'y')`);
    await database.migrate({
      kind: 'batch',
      table: t,
      operations: [
        { kind: 'dropColumn', table: t, column: 'b' },
        { kind: 'addColumn', table: t, column: { name: 'b', type: 'text', isNullable: true } },
        widen,
      ],
    });
    expect(await database.rows('SELECT * FROM t')).toEqual([{ a: 'x', b: null }]);
  });
});
