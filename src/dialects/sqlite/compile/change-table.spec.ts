import { SqliteDatabase, tableModel } from '../../../../test/support/sqlite-database.js';
import type { Operation, TableOperation } from '../../../operations/operation.js';
import type { TableModel } from '../../../schema/schema.model.js';

let database: SqliteDatabase;
beforeEach(async () => {
  database = await SqliteDatabase.create();
});
afterEach(() => database.drop());

const t = { name: 't' };
const widen: TableOperation = { kind: 'alterColumn', table: t, column: 'a', to: { type: 'varchar', length: '99' } };
const rebuilds = (statements: string[]): number =>
  statements.filter((sql) => sql.startsWith('CREATE TABLE "temporary')).length;

describe('a batch on SQLite', () => {
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

  it('rebuilds the table once for all its changes', async () => {
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

  it('renames a column in triggers, views and the keys of other tables as well', async () => {
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

  it('rebuilds nothing for changes that ALTER TABLE can do', async () => {
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

  it('refuses to reuse the name of a column in a table with triggers', async () => {
    await make();
    await database.run('CREATE TRIGGER trg AFTER INSERT ON t BEGIN SELECT NEW.a; END');
    const again = batch(
      { kind: 'renameColumn', table: t, from: 'a', to: 'old' },
      { kind: 'addColumn', table: t, column: { name: 'a', type: 'datetime', default: 'CURRENT_TIMESTAMP' } },
    );
    await expect(database.migrate(again)).rejects.toThrow(`'t' has the trigger 'trg'`);
  });
});

describe('a dropped column on SQLite', () => {
  it.each([
    ['a primary key', 'CREATE TABLE t (a text PRIMARY KEY, b text)'],
    ['an index', 'CREATE TABLE t (a text, b text)', 'CREATE INDEX ix ON t (b) WHERE a > 0'],
    ['a unique constraint', 'CREATE TABLE t (a text, b text, CONSTRAINT uq UNIQUE (a, b))'],
    ['a check', 'CREATE TABLE t (a text, b text, CHECK (a > b))'],
    ['a foreign key', 'CREATE TABLE t (a text REFERENCES t (b), b text UNIQUE)'],
  ])('is dropped with %s', async (_name, ...sql) => {
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

  it('leaves the SQL of views and triggers as it is', async () => {
    await database.run('CREATE TABLE t (a text UNIQUE, b text)', 'CREATE VIEW v AS SELECT b FROM t');
    await database.migrate({ kind: 'dropColumn', table: t, column: 'a' });
    expect(await database.sqlOf('v')).toBe('CREATE VIEW v AS SELECT b FROM t');
  });
});
