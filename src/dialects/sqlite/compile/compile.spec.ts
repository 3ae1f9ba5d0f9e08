import { SqliteDatabase, tableModel } from '../../../../test/support/sqlite-database.js';
import type { Operation } from '../../../operations/operation.js';
import { emptySchema, type TableModel } from '../../../schema/schema.model.js';
import type { CompileContext } from '../../dialect.js';
import { compile } from './compile.js';

const t = { name: 't' };

/** More than SQLite's parser would accept as a sum, with the first characters that may replace what a literal loses. */
const LINES = 'a\uE000\u0000line\r\n\r'.repeat(2_000);

describe('operations on a SQLite database', () => {
  let database: SqliteDatabase;
  beforeEach(async () => {
    database = await SqliteDatabase.create();
  });
  afterEach(() => database.drop());

  it('renames a table and what refers to it', async () => {
    await database.run(
      'CREATE TABLE t (id integer PRIMARY KEY AUTOINCREMENT, up integer REFERENCES t (id))',
      'CREATE TABLE child (t_id integer REFERENCES t (id))',
      'CREATE VIEW v AS SELECT id FROM t',
      'INSERT INTO t VALUES (5, NULL)',
    );
    await database.migrate({ kind: 'renameTable', table: t, to: { name: 'T2' } });
    await database.migrate({ kind: 'renameTable', table: { name: 'T2' }, to: { name: 't2' } });
    expect((await database.table('child')).foreignKeys[0]?.referencedTableName).toBe('t2');
    expect((await database.table('t2')).foreignKeys[0]?.referencedTableName).toBe('t2');
    expect(await database.rows('SELECT * FROM v')).toEqual([{ id: 5 }]);
    expect(await database.rows('SELECT * FROM sqlite_sequence')).toEqual([{ name: 't2', seq: 5 }]);
  });

  it('creates and drops tables, views and indexes, also with ifNotExists and ifExists', async () => {
    const table = tableModel('t', {
      columns: [{ name: 'a', type: 'text' }],
      indices: [{ name: 'ix', columnNames: ['a'] }],
    });
    await database.migrate(
      { kind: 'createTable', table },
      { kind: 'createTable', table, ifNotExists: true },
      { kind: 'createView', view: { name: 'v', expression: 'SELECT a FROM t', indices: [], dependsOn: [t] } },
      { kind: 'dropIndex', table: t, name: 'ix' },
      { kind: 'dropView', view: { name: 'v' } },
      { kind: 'dropTable', table: t },
      { kind: 'dropTable', table: t, ifExists: true },
    );
    expect(await database.schema()).toEqual(emptySchema);
    await expect(database.migrate({ kind: 'dropTable', table: t })).rejects.toThrow('no such table: t');
  });

  it('adds columns without a rebuild where their value needs no computing', async () => {
    await database.run('CREATE TABLE t (a text)', `INSERT INTO t VALUES ('x')`);
    const ran = await database.migrate(
      { kind: 'addColumn', table: t, column: { name: 'b', type: 'simple-enum', enum: ['p', 'q'], default: `'p'` } },
      { kind: 'addColumn', table: t, column: { name: 'c', type: 'int', default: '(-1)' } },
      { kind: 'addColumn', table: t, column: { name: 'd', type: 'boolean', default: 'true', comment: 'ignored' } },
      { kind: 'addColumn', table: t, column: { name: 'e', type: 'uuid', isNullable: true } },
      {
        kind: 'addColumn',
        table: t,
        column: { name: 'f', type: 'text', asExpression: `a || '!'`, generatedType: 'VIRTUAL', isNullable: true },
      },
    );
    expect(ran).toEqual([
      `ALTER TABLE "t" ADD "b" varchar CHECK( "b" IN ('p','q') ) NOT NULL DEFAULT ('p')`,
      `ALTER TABLE "t" ADD "c" integer NOT NULL DEFAULT ((-1))`,
      `ALTER TABLE "t" ADD "d" boolean NOT NULL DEFAULT (1)`,
      `ALTER TABLE "t" ADD "e" varchar`,
      `ALTER TABLE "t" ADD "f" text AS (a || '!') VIRTUAL`,
    ]);
    expect(await database.rows('SELECT * FROM t')).toEqual([{ a: 'x', b: 'p', c: -1, d: 1, e: null, f: 'x!' }]);
  });

  it('inserts rows with every kind of value, each in the columns that it names', async () => {
    await database.run(`CREATE TABLE t (a, b DEFAULT 'default')`);
    const values = [
      `it's`,
      'nul\u0000byte',
      LINES,
      1.5,
      2n ** 62n,
      true,
      null,
      undefined,
      new Date(0),
      Buffer.from([0, 255]),
    ];
    await database.migrate({
      kind: 'bulkInsert',
      table: t,
      rows: [...values.map((a) => ({ a, b: null })), { a: { x: [1] } }, { a: Infinity }, {}],
    });
    const rows = await database.rows(
      "SELECT CASE typeof(a) WHEN 'integer' THEN CAST(a AS text) ELSE a END AS a, b FROM t",
    );
    expect(rows.map(({ a }) => a)).toEqual([
      `it's`,
      'nul\u0000byte',
      LINES,
      1.5,
      '4611686018427387904',
      '1',
      null,
      null,
      '1970-01-01 00:00:00.000',
      Buffer.from([0, 255]),
      '{"x":[1]}',
      Infinity,
      null,
    ]);
    expect(rows.map(({ b }) => b)).toEqual([...values.map(() => null), 'default', 'default', 'default']);
  });

  it('inserts many rows in their order', async () => {
    await database.run(`CREATE TABLE t (a)`);
    const rows = Array.from({ length: 1201 }, (_, a) => ({ a }));
    const ran = await database.migrate({ kind: 'bulkInsert', table: t, rows });
    expect(ran).toHaveLength(3);
    expect(await database.rows('SELECT a FROM t ORDER BY rowid')).toEqual(rows);
  });

  it('gives AUTOINCREMENT to any integer key of one column, and to no other', async () => {
    const table = (type: string, columnNames: string[]): TableModel =>
      tableModel('t', {
        columns: [
          { name: 'id', type, generationStrategy: 'increment' },
          { name: 'a', type: 'text' },
        ],
        primaryKey: { columnNames },
      });
    await database.migrate({ kind: 'createTable', table: table('bigint', ['id']) });
    expect(await database.canonical(table('bigint', ['id']))).toEqual([await database.table('t')]);
    const composite: Operation = { kind: 'createTable', table: { ...table('integer', ['id', 'a']), name: 'u' } };
    await expect(database.migrate(composite)).rejects.toThrow(
      `column 'id' of 'u' must be an integer and the whole primary key`,
    );
  });
});

describe('operations in a SQLite script', () => {
  const context = (table: TableModel): CompileContext => ({
    offline: true,
    kept: new Map(),
    table: async () => table,
    schema: async () => ({ ...emptySchema, tables: [table] }),
    operations: async () => [],
    query: async () => [],
  });

  it('rebuilds a table as the operations before left it', async () => {
    const table = tableModel('t', { columns: [{ name: 'a', type: 'simple-json' }] });
    const to = { kind: 'alterColumn', table: t, column: 'a', to: { isNullable: true } } as const;
    const statements = (await compile(to, context(table))).map(({ sql }) => sql);
    expect(statements.filter((sql) => !sql.includes('nestjs_migrate_'))).toEqual([
      'CREATE TABLE "temporary_t" ("a" text)',
      'INSERT INTO "temporary_t" (rowid, "a") SELECT rowid, "a" FROM "t"',
      'DROP TABLE "t"',
      'PRAGMA legacy_alter_table = ON',
      'ALTER TABLE "temporary_t" RENAME TO "t"',
      'PRAGMA legacy_alter_table = OFF',
    ]);
  });

  it.each<[string, Operation]>([
    ['it has no enum types', { kind: 'createEnum', enum: { name: 'e', values: [] } }],
    ['it has no schemas', { kind: 'createSchema', name: 's' }],
    ['it has no extensions', { kind: 'createExtension', name: 'e' }],
    ['it has no sequences', { kind: 'createSequence', sequence: { name: 's' } }],
    ['createExclusionConstraint is not', { kind: 'createExclusion', table: t, exclusion: { expression: 'x' } }],
    [
      'it has no exclusion constraints',
      { kind: 'batch', table: t, operations: [{ kind: 'dropExclusion', table: t, name: 'x' }] },
    ],
    [`it has no schemas, and 's.t' names one`, { kind: 'dropTable', table: { schema: 's', name: 't' } }],
    [`it has no schemas, and 's.t' names one`, { kind: 'renameTable', table: t, to: { schema: 's', name: 't' } }],
    [
      `it has no materialised views, and 'v' is one`,
      { kind: 'createView', view: { name: 'v', expression: '', materialized: true, indices: [], dependsOn: [] } },
    ],
    [`a table needs a column, and 't' has none`, { kind: 'createTable', table: tableModel('t') }],
    [
      `it defers foreign keys alone, and 'u' is a unique constraint`,
      { kind: 'createUnique', table: t, unique: { name: 'u', columnNames: ['a'], deferrable: 'INITIALLY DEFERRED' } },
    ],
    [
      `it has no identity columns, and 'a' is to be one`,
      { kind: 'addColumn', table: t, column: { name: 'a', type: 'integer', generationStrategy: 'identity' } },
    ],
    [
      `it has no enum types, and 'a' is of one`,
      { kind: 'alterColumn', table: t, column: 'a', to: { type: 'enum', enumName: 'e' } },
    ],
    [
      `it has no schemas, and 's.t' names one`,
      {
        kind: 'createForeignKey',
        table: t,
        foreignKey: {
          columnNames: ['a'],
          referencedSchema: 's',
          referencedTableName: 't',
          referencedColumnNames: ['a'],
        },
      },
    ],
    [
      `the index 'i' has the option 'include'`,
      { kind: 'createIndex', table: t, index: { name: 'i', columnNames: ['a'], include: ['a'] } },
    ],
  ])('are refused, as in a run, where SQLite has no such thing: %s', async (message, operation) => {
    const compiling = compile(operation, context(tableModel('t')));
    await expect(compiling).rejects.toMatchObject({
      code: 'UNSUPPORTED_OPERATION',
      message: expect.stringContaining(message),
    });
    await expect(compiling).rejects.toThrow('is not possible on SQLite');
  });
});
