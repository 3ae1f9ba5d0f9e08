import { SqliteDatabase, tableModel } from '../../../test/support/sqlite-database.js';
import type { Operation, TableOperation } from '../../operations/operation.js';
import type { TableModel } from '../../schema/schema.model.js';

let database: SqliteDatabase;
beforeEach(async () => {
  database = await SqliteDatabase.create();
});
afterEach(() => database.drop());

const t = { name: 't' };
const widen: TableOperation = { kind: 'alterColumn', table: t, column: 'a', to: { type: 'varchar', length: '99' } };
const rebuilds = (statements: string[]): number =>
  statements.filter((sql) => sql.startsWith('CREATE TABLE "temporary')).length;

describe('a rebuild', () => {
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
    expect(uniques).toEqual([{ columnNames: ['n'], onConflict: 'REPLACE' }]);
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

  it('takes a name for the new table that is free', async () => {
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
  ])('loses nothing to another type: %s', async (_name, from, to, value, expected) => {
    await database.run(`CREATE TABLE t (a ${from})`, `INSERT INTO t VALUES (${value})`);
    await database.migrate({ kind: 'alterColumn', table: t, column: 'a', to: { type: to } });
    expect(await database.rows('SELECT a FROM t')).toEqual([{ a: expected }]);
  });

  it('converts by the SQL that it is given', async () => {
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

describe('a batch', () => {
  const parent = tableModel('t', {
    columns: [
      { name: 'id', type: 'integer', generationStrategy: 'increment' },
      { name: 'a', type: 'varchar' },
      { name: 'b', type: 'integer', isNullable: true },
    ],
    primaryKey: { columnNames: ['id'] },
    checks: [{ name: 'CHK', expression: '"b" > 0' }],
    indices: [{ name: 'IDX_b', columnNames: ['b'] }],
  });
  const batch = (...operations: TableOperation[]): Operation => ({ kind: 'batch', table: t, operations });
  const make = (table: TableModel = parent): Promise<string[]> => database.migrate({ kind: 'createTable', table });

  it('is one rebuild for all its changes', async () => {
    await make();
    await database.run(`INSERT INTO t (a, b) VALUES ('x', 1)`);
    const ran = await database.migrate(
      batch(
        widen,
        { kind: 'renameColumn', table: t, from: 'b', to: 'c' },
        { kind: 'createUnique', table: t, unique: { name: 'UQ', columnNames: ['c'] } },
        { kind: 'dropCheck', table: t, name: 'CHK' },
        { kind: 'createCheck', table: t, check: { name: 'CHK2', expression: '"c" > -1' } },
        { kind: 'dropIndex', table: t, name: 'IDX_b' },
        { kind: 'createIndex', table: t, index: { name: 'IDX_c', columnNames: ['c', 'a'] } },
        { kind: 'addColumn', table: t, column: { name: 'd', type: 'integer', default: '5' } },
        { kind: 'renameConstraint', table: t, from: 'UQ', to: 'UQ_c' },
        { kind: 'setTableComment', table: t, comment: 'no words for it' },
      ),
    );
    expect(rebuilds(ran)).toBe(1);
    expect(await database.table('t')).toEqual({
      ...parent,
      columns: [
        parent.columns[0],
        { name: 'a', type: 'varchar', length: '99' },
        { name: 'c', type: 'integer', isNullable: true },
        { name: 'd', type: 'integer', default: '5' },
      ],
      uniques: [{ name: 'UQ_c', columnNames: ['c'] }],
      checks: [{ name: 'CHK2', expression: '"c" > -1' }],
      indices: [{ name: 'IDX_c', columnNames: ['c', 'a'] }],
    });
    expect(await database.rows('SELECT * FROM t')).toEqual([{ id: 1, a: 'x', c: 1, d: 5 }]);
  });

  it('takes renames along to triggers, views and the keys of other tables', async () => {
    await database.run(
      'CREATE TABLE t (code text PRIMARY KEY NOT NULL, a text)',
      'CREATE TABLE child (t_code text REFERENCES t (code))',
      'CREATE VIEW v AS SELECT code FROM t',
      'CREATE TRIGGER trg AFTER UPDATE OF code ON t BEGIN SELECT NEW.code; END',
      `INSERT INTO t VALUES ('x', 'y')`,
      `INSERT INTO child VALUES ('x')`,
    );
    const ran = await database.migrate(batch({ kind: 'renameColumn', table: t, from: 'code', to: 'sku' }, widen));
    expect(rebuilds(ran)).toBe(1);
    expect((await database.table('child')).foreignKeys[0]?.referencedColumnNames).toEqual(['sku']);
    expect(await database.rows('SELECT sku FROM v')).toEqual([{ sku: 'x' }]);
    await database.run(`UPDATE t SET a = 'z'`);
    await expect(database.run(`UPDATE t SET sku = 'z'`)).rejects.toThrow('FOREIGN KEY constraint failed');
  });

  it('of plain changes needs no rebuild', async () => {
    await make();
    const ran = await database.migrate(
      batch(
        { kind: 'addColumn', table: t, column: { name: 'c', type: 'text', default: `'x'` } },
        { kind: 'createIndex', table: t, index: { name: 'IDX_c', columnNames: ['c'] } },
        { kind: 'renameIndex', table: t, from: 'IDX_c', to: 'IDX_cc' },
        { kind: 'renameColumn', table: t, from: 'c', to: 'cc' },
        { kind: 'alterColumn', table: t, column: 'a', to: { comment: 'no words for it' } },
      ),
    );
    expect(rebuilds(ran)).toBe(0);
    expect((await database.table('t')).indices.at(-1)).toEqual({ name: 'IDX_cc', columnNames: ['cc'] });
  });

  it('swaps the names of two columns', async () => {
    await make();
    await database.run(`INSERT INTO t (a, b) VALUES ('x', 1)`);
    await database.migrate(
      batch(
        { kind: 'renameColumn', table: t, from: 'a', to: 'swap' },
        { kind: 'renameColumn', table: t, from: 'b', to: 'a' },
        { kind: 'renameColumn', table: t, from: 'swap', to: 'b' },
        { kind: 'createUnique', table: t, unique: { name: 'UQ', columnNames: ['b'] } },
        { kind: 'alterColumn', table: t, column: 'a', to: { isNullable: false } },
      ),
    );
    expect(await database.rows('SELECT a, b FROM t')).toEqual([{ a: 1, b: 'x' }]);
    const { checks, indices } = await database.table('t');
    expect(checks).toEqual([{ name: 'CHK', expression: '"a" > 0' }]);
    expect(indices).toEqual([{ name: 'IDX_b', columnNames: ['a'] }]);
  });

  it('refuses to use a name again in a table with triggers', async () => {
    await make();
    await database.run('CREATE TRIGGER trg AFTER INSERT ON t BEGIN SELECT NEW.a; END');
    const again = batch(
      { kind: 'renameColumn', table: t, from: 'a', to: 'old' },
      { kind: 'addColumn', table: t, column: { name: 'a', type: 'datetime', default: 'CURRENT_TIMESTAMP' } },
    );
    await expect(database.migrate(again)).rejects.toThrow(`'t' has the trigger 'trg'`);
  });
});

describe('dropping a column', () => {
  it.each([
    ['a primary key', 'CREATE TABLE t (a text PRIMARY KEY, b text)'],
    ['an index', 'CREATE TABLE t (a text, b text)', 'CREATE INDEX ix ON t (b) WHERE a > 0'],
    ['a unique constraint', 'CREATE TABLE t (a text, b text, CONSTRAINT uq UNIQUE (a, b))'],
    ['a check', 'CREATE TABLE t (a text, b text, CHECK (a > b))'],
    ['a foreign key', 'CREATE TABLE t (a text REFERENCES t (b), b text UNIQUE)'],
  ])('takes %s along', async (_name, ...sql) => {
    await database.run(...sql, `INSERT INTO t VALUES (NULL, 'y')`);
    await database.migrate({ kind: 'dropColumn', table: t, column: 'a' });
    expect(await database.rows('SELECT * FROM t')).toEqual([{ b: 'y' }]);
    expect(await database.table('t')).toMatchObject({ checks: [], foreignKeys: [], indices: [] });
  });

  it.each([
    ['plain', 'CREATE TABLE t (a text, b text)'],
    ['in a rebuild', 'CREATE TABLE t (a text UNIQUE, b text)'],
  ])('is refused while a view or trigger uses it: %s', async (_name, sql) => {
    await database.run(sql, 'CREATE VIEW v AS SELECT a FROM t');
    const drop: Operation = { kind: 'dropColumn', table: t, column: 'a' };
    await expect(database.migrate(drop)).rejects.toThrow(/error in view v.*no such column: a/);
    await database.run('DROP VIEW v', 'CREATE TRIGGER trg AFTER INSERT ON t BEGIN SELECT NEW.a; END');
    await expect(database.migrate(drop)).rejects.toThrow(/error in trigger trg.*no such column: NEW.a/);
    expect((await database.table('t')).columns).toHaveLength(2);
  });

  it('leaves the texts of views and triggers alone', async () => {
    await database.run('CREATE TABLE t (a text UNIQUE, b text)', 'CREATE VIEW v AS SELECT b FROM t');
    await database.migrate({ kind: 'dropColumn', table: t, column: 'a' });
    expect(await database.sqlOf('v')).toBe('CREATE VIEW v AS SELECT b FROM t');
  });
});

describe('a key', () => {
  it('is refused where rows hold the same values, with the names that the table has', async () => {
    await database.run(
      'CREATE TABLE t (a text, b int)',
      `INSERT INTO t VALUES ('x', 1), ('x', 1), ('x', NULL), ('y', 1)`,
    );
    const unique: Operation = { kind: 'createUnique', table: t, unique: { name: 'uq', columnNames: ['a', 'b'] } };
    await expect(database.migrate(unique)).rejects.toMatchObject({
      code: 'DUPLICATE_VALUES',
      message: `'a', 'b' of 't' cannot be unique: 2 rows hold ('x', 1).`,
    });
    const key: Operation = { kind: 'createPrimaryKey', table: t, primaryKey: { columnNames: ['a'] } };
    await expect(database.migrate(key)).rejects.toThrow(`'a' of 't' cannot be unique: 3 rows hold ('x').`);
  });
});

describe('a NOT NULL column', () => {
  it('is refused where rows would have no value in it', async () => {
    await database.run('CREATE TABLE t (a text)', `INSERT INTO t VALUES (NULL), ('x')`);
    const add: Operation = { kind: 'addColumn', table: t, column: { name: 'b', type: 'text' } };
    await expect(database.migrate(add)).rejects.toMatchObject({
      code: 'NULL_VALUES',
      message: `Column 'b' cannot be added to 't' as NOT NULL: the table has 2 rows, and the column has no default.`,
    });
    await expect(
      database.migrate({ kind: 'alterColumn', table: t, column: 'a', to: { isNullable: false } }),
    ).rejects.toThrow(`Column 'a' of 't' cannot become NOT NULL: 1 row has no value in it.`);
  });

  it('can be added to an empty table', async () => {
    await database.run('CREATE TABLE t (a text)');
    await database.migrate({ kind: 'addColumn', table: t, column: { name: 'b', type: 'text' } });
    expect((await database.table('t')).columns[1]).toEqual({ name: 'b', type: 'text' });
  });
});
