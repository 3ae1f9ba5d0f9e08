import { SqliteDatabase, tableModel } from '../../../../test/support/sqlite-database.js';
import type { Operation } from '../../../operations/operation.js';
import { emptySchema } from '../../../schema/schema.model.js';
import type { CompileContext } from '../../dialect.js';
import { compile } from './compile.js';

const table = { name: 't' };
const note = { name: 'note', type: 'text', isNullable: true } as const;

describe('conditions, views and rows on SQLite', () => {
  let database: SqliteDatabase;
  beforeEach(async () => {
    database = await SqliteDatabase.create();
  });
  afterEach(() => database.drop());

  it('looks up in the database what SQLite has no IF EXISTS for, also in a batch', async () => {
    await database.run(`CREATE TABLE t (id integer, CONSTRAINT c CHECK (id > 0))`, 'INSERT INTO t VALUES (1)');
    const operations: Operation[] = [
      { kind: 'addColumn', table, column: note, ifNotExists: true },
      { kind: 'createIndex', table, index: { name: 'i', columnNames: ['note'] }, ifNotExists: true },
      {
        kind: 'batch',
        table,
        operations: [
          { kind: 'dropCheck', table, name: 'c', ifExists: true },
          { kind: 'addColumn', table, column: note, ifNotExists: true },
          { kind: 'dropForeignKey', table, name: 'none', ifExists: true },
          { kind: 'dropPrimaryKey', table, ifExists: true },
        ],
      },
    ];
    await database.migrate(...operations);
    expect(await database.migrate(...operations)).toEqual(['CREATE INDEX IF NOT EXISTS "i" ON "t" ("note")']);
    expect(await database.table('t')).toMatchObject({
      columns: [{ name: 'id' }, { name: 'note' }],
      checks: [],
      indices: [{ name: 'i' }],
    });
    const drops: Operation[] = [
      { kind: 'dropIndex', table, name: 'i', ifExists: true },
      { kind: 'dropColumn', table, column: 'note', ifExists: true },
      { kind: 'dropView', view: { name: 'v' }, ifExists: true },
    ];
    await database.migrate(...drops, ...drops);
    expect(await database.rows('SELECT * FROM t')).toEqual([{ id: 1 }]);
  });

  it('renames only what exists', async () => {
    await database.run(`CREATE TABLE t (id integer, CONSTRAINT c CHECK (id > 0))`, 'CREATE INDEX i ON t (id)');
    const renames: Operation[] = [
      { kind: 'renameConstraint', table, from: 'c', to: 'positive', ifExists: true },
      { kind: 'renameIndex', table, from: 'i', to: 'by_id', ifExists: true },
    ];
    await database.migrate(...renames, ...renames);
    expect(await database.table('t')).toMatchObject({ checks: [{ name: 'positive' }], indices: [{ name: 'by_id' }] });
  });

  it('refuses a condition in a script, except where SQLite has IF EXISTS', async () => {
    const offline: CompileContext = {
      offline: true,
      kept: new Map(),
      table: async () => tableModel('t', { columns: [note] }),
      schema: async () => emptySchema,
      operations: async () => [],
      query: async () => [],
    };
    const add: Operation = { kind: 'addColumn', table, column: note, ifNotExists: true };
    for (const operation of [add, { kind: 'batch', table, operations: [add] } as const]) {
      await expect(compile(operation, offline)).rejects.toThrow(
        expect.objectContaining({ code: 'SCRIPT_CONDITION', message: expect.stringContaining("addColumn on 't'") }),
      );
    }
    expect(await compile({ kind: 'dropIndex', table, name: 'i', ifExists: true }, offline)).toEqual([
      { sql: 'DROP INDEX IF EXISTS "i"' },
    ]);
  });

  it('changes the expression of a view, and keeps its triggers and the views on it', async () => {
    await database.run(
      'CREATE TABLE t (a, b)',
      'INSERT INTO t VALUES (1, 2)',
      'CREATE VIEW v AS SELECT a FROM t',
      'CREATE VIEW above AS SELECT a + 1 AS next FROM v',
      'CREATE TRIGGER g INSTEAD OF INSERT ON v BEGIN INSERT INTO t (a) VALUES (new.a); END',
    );
    await database.migrate({ kind: 'alterView', view: { name: 'v' }, expression: 'SELECT b, a FROM t' });
    await database.run('INSERT INTO v (a) VALUES (5)');
    expect(await database.rows('SELECT v.b, v.a, next FROM v, above ORDER BY 2, 3')).toEqual([
      { b: 2, a: 1, next: 2 },
      { b: 2, a: 1, next: 6 },
      { b: null, a: 5, next: 2 },
      { b: null, a: 5, next: 6 },
    ]);
  });

  it.each<Operation>([
    { kind: 'renameView', view: { name: 'v' }, to: { name: 'w' } },
    { kind: 'renameSequence', sequence: { name: 's' }, to: { name: 'r' } },
    { kind: 'alterSequence', sequence: { name: 's' }, to: { cycle: true } },
    { kind: 'renameSchema', from: 'a', to: 'b' },
    { kind: 'alterExtension', name: 'citext', to: { version: '2' } },
  ])('refuses $kind', async (operation) => {
    await expect(database.migrate(operation)).rejects.toThrow(
      expect.objectContaining({ code: 'UNSUPPORTED_OPERATION', message: expect.stringContaining(operation.kind) }),
    );
  });

  it('inserts 70,000 values', async () => {
    await database.run('CREATE TABLE t (a, b, c, d, e, f, g)');
    const rows = Array.from({ length: 10_000 }, (_, a) => ({
      a,
      b: `it's`,
      c: null,
      d: true,
      e: { a },
      f: [a],
      g: 1.5,
    }));
    await database.migrate({ kind: 'bulkInsert', table, rows });
    expect(
      await database.rows('SELECT count(*) AS n, sum(a) AS a, count(c) AS c, count(DISTINCT f) AS f FROM t'),
    ).toEqual([{ n: 10_000, a: 49_995_000, c: 0, f: 10_000 }]);
  });
});
