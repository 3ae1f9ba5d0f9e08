import { offlineContext, PostgresDatabase, postgresTable } from '../../../../test/support/postgres-database.js';
import type { Operation } from '../../../operations/operation.js';
import { reverseAll } from '../../../operations/reverse.js';
import { literal } from '../literal.js';
import { inlineParameters } from '../../../sql/parameters.js';
import { POSTGRES_SQL } from '../../../sql/rules.js';
import { compile } from './compile.js';

const table = { name: 't' };
const view = { name: 'v' };

describe('views, sequences, schemas, extensions and rows on PostgreSQL', () => {
  let database: PostgresDatabase;
  beforeEach(async () => {
    database = await PostgresDatabase.create(['other']);
  });
  afterEach(() => database.drop());

  /** Runs operations, and what reverses them: the catalog is what it was. */
  async function thereAndBack(operations: readonly Operation[], between: () => Promise<void>): Promise<void> {
    const before = await database.schema();
    await database.migrate(...operations);
    await between();
    await database.migrate(...reverseAll(operations));
    expect(await database.schema()).toEqual(before);
  }

  it('changes the expression of a view and back, and keeps what is set on it and the views on it', async () => {
    await database.run(
      `CREATE TABLE t (a int, b int); INSERT INTO t VALUES (1, 2);
       CREATE VIEW v AS SELECT a FROM t; CREATE VIEW above AS SELECT a + 1 AS next FROM v;
       GRANT SELECT ON v TO PUBLIC; COMMENT ON VIEW v IS 'kept'`,
    );
    const existing = (await database.schema()).views.find(({ name }) => name === 'v')!.expression;
    const operation: Operation = { kind: 'alterView', view, expression: 'SELECT b, a FROM t;', existing };
    const belongings = () =>
      database.rows(
        `SELECT obj_description('v'::regclass) AS comment, has_table_privilege('public', 'v', 'SELECT') AS open`,
      );
    await thereAndBack([operation], async () => {
      expect(await database.rows('SELECT * FROM v, above')).toEqual([{ b: 2, a: 1, next: 2 }]);
      expect(await belongings()).toEqual([{ comment: 'kept', open: true }]);
    });
    const before = await database.schema();
    const script = await database.migrateByScript(operation);
    expect(script.split('\n').at(-1)).toBe(`CALL pg_temp.migrate_alter_view('"v"', 'SELECT b, a FROM t')`);
    expect(await database.rows('SELECT * FROM v, above')).toEqual([{ b: 2, a: 1, next: 2 }]);
    await database.migrateByScript(...reverseAll([operation]));
    expect(await belongings()).toEqual([{ comment: 'kept', open: true }]);
    expect(await database.schema()).toEqual(before);
  });

  it('neither changes nor creates a view that does not exist', async () => {
    const operation: Operation = { kind: 'alterView', view, expression: 'SELECT 1 AS one' };
    await expect(database.migrate(operation)).rejects.toMatchObject({ code: 'UNKNOWN_OBJECT' });
    await expect(database.migrateByScript(operation)).rejects.toThrow('There is no view "v"');
    expect((await database.schema()).views).toEqual([]);
  });

  it('changes the expression, the name and the schema of a materialised view, and keeps its indexes', async () => {
    await database.run(
      `CREATE TABLE t (a int); INSERT INTO t VALUES (1), (2);
       CREATE MATERIALIZED VIEW v AS SELECT a FROM t; CREATE UNIQUE INDEX v_a ON v (a)`,
    );
    const existing = (await database.schema()).views[0]!.expression;
    const to = { schema: 'other', name: 'w' };
    const operations: Operation[] = [
      { kind: 'alterView', view, expression: 'SELECT a FROM t WHERE a > 1', existing },
      { kind: 'renameView', view, to },
    ];
    await thereAndBack(operations, async () => {
      expect(await database.rows('SELECT * FROM other.w')).toEqual([{ a: 2 }]);
      expect((await database.schema()).views).toMatchObject([
        { ...to, materialized: true, indices: [{ name: 'v_a' }] },
      ]);
    });
  });

  it('makes, changes, renames and moves sequences with every option', async () => {
    const sequence = { name: 's', start: '10', increment: '-2', minValue: '-5', maxValue: '20', cycle: true } as const;
    const to = { schema: 'other', name: 'moved' };
    const operations: Operation[] = [
      { kind: 'createSequence', sequence },
      {
        kind: 'alterSequence',
        sequence: { name: 's' },
        to: { increment: '3', minValue: null, maxValue: '30', cycle: false, restart: '4' },
        existing: { increment: '-2', minValue: '-5', maxValue: '20', cycle: true, restart: '10' },
      },
      { kind: 'renameSequence', sequence: { name: 's' }, to },
    ];
    await thereAndBack(operations, async () => {
      expect(await database.rows(`SELECT nextval('other.moved')::int AS a, nextval('other.moved')::int AS b`)).toEqual([
        { a: 4, b: 7 },
      ]);
      expect((await database.schema()).sequences).toEqual([{ ...to, start: '10', increment: '3', maxValue: '30' }]);
    });
    await database.migrate({ kind: 'createSequence', sequence });
    expect((await database.schema()).sequences).toEqual([sequence]);
    await database.migrate(
      { kind: 'createSequence', sequence, ifNotExists: true },
      { kind: 'dropSequence', sequence: { name: 'none' }, ifExists: true },
    );
  });

  it('renames a schema with all that is in it', async () => {
    await database.run(
      `CREATE TYPE other.mood AS ENUM ('ok'); CREATE TABLE other.p (id int PRIMARY KEY, m other.mood DEFAULT 'ok');
       CREATE TABLE t (p int REFERENCES other.p (id))`,
    );
    await database.migrate(
      { kind: 'renameSchema', from: 'other', to: 'next' },
      { kind: 'createSchema', name: 'next', ifNotExists: true },
      { kind: 'dropSchema', name: 'none', ifExists: true },
    );
    expect((await database.table(table)).foreignKeys).toMatchObject([{ referencedSchema: 'next' }]);
    await database.migrate({ kind: 'renameSchema', from: 'next', to: 'other' });
    expect((await database.table({ schema: 'other', name: 'p' })).columns[1]).toMatchObject({ enumSchema: 'other' });
  });

  it('installs an extension in a schema and a version, updates and moves it', async () => {
    const where = () =>
      database.rows(`SELECT extversion AS version, extnamespace::regnamespace::text AS schema FROM pg_extension
                     WHERE extname = 'citext'`);
    await database.migrate({ kind: 'createExtension', name: 'citext', schema: 'other', version: '1.4' });
    expect(await where()).toEqual([{ version: '1.4', schema: 'other' }]);
    await database.migrate({ kind: 'alterExtension', name: 'citext', to: { version: '1.5', schema: 'public' } });
    expect(await where()).toEqual([{ version: '1.5', schema: 'public' }]);
  });

  it('renames labels in the type of a column', async () => {
    await expect(
      database.migrate({ kind: 'renameLabel', table, column: 'c', from: 'a', to: 'b' }),
    ).rejects.toMatchObject({
      code: 'UNSUPPORTED_OPERATION',
      hint: expect.stringContaining("op.renameEnumValue('<type>', 'a', 'b')"),
    });
  });

  it.each<readonly [string, Operation]>([
    ["'strict' of the table 't'", { kind: 'createTable', table: postgresTable('t', { sqlite: { strict: true } }) }],
    [
      "'withoutRowid' of the table 't'",
      { kind: 'createTable', table: postgresTable('t', { sqlite: { withoutRowid: true } }) },
    ],
    ["'withoutRowid' of the table 't'", { kind: 'setWithoutRowid', table, withoutRowid: true }],
    [
      "'onConflict' of the column 'c'",
      { kind: 'addColumn', table, column: { name: 'c', type: 'int', sqlite: { onConflict: 'IGNORE' } } },
    ],
    ["an empty 'type' of the column 'c'", { kind: 'alterColumn', table, column: 'c', to: { type: '' } }],
    [
      "'onConflict' of the primary key",
      { kind: 'createPrimaryKey', table, primaryKey: { columnNames: ['c'], sqlite: { onConflict: 'FAIL' } } },
    ],
    [
      "'columnOptions' of the unique constraint 'u'",
      { kind: 'createUnique', table, unique: { name: 'u', columnNames: ['c'], columnOptions: { c: 'DESC' } } },
    ],
    [
      "'isFulltext' of the index 'i'",
      { kind: 'createIndex', table, index: { name: 'i', columnNames: ['c'], isFulltext: true } },
    ],
  ])('refuses an option that it would have to leave out: %s', async (option, operation) => {
    await expect(compile(operation, offlineContext)).rejects.toMatchObject({
      code: 'UNSUPPORTED_OPERATION',
      message: expect.stringContaining(` is not possible on PostgreSQL: ${option} is an option of other databases.`),
    });
  });

  it('leaves existing objects as they are with ifNotExists', async () => {
    await database.run(
      `CREATE TABLE t (id int, c text); COMMENT ON TABLE t IS 'mine'; COMMENT ON COLUMN t.c IS 'mine'`,
    );
    const before = await database.schema();
    const column = { name: 'c', type: 'enum', enum: ['a'], isNullable: true, comment: 'new' } as const;
    const operations: Operation[] = [
      { kind: 'addColumn', table, column, ifNotExists: true },
      {
        kind: 'createTable',
        table: postgresTable('t', {
          columns: [column],
          comment: 'new',
          uniques: [1, 2].map((n) => ({ name: `u${n}`, columnNames: ['c'] })),
          indices: [{ name: 'i', columnNames: ['c'] }],
        }),
        ifNotExists: true,
      },
    ];
    await database.migrate(...operations);
    await database.migrateByScript(...operations);
    expect(await database.schema()).toEqual(before);
    await database.run('DROP TABLE t');
    await database.migrate(...operations.reverse());
    expect(await database.table(table)).toMatchObject({
      comment: 'new',
      columns: [{ comment: 'new' }],
      uniques: [{}, {}],
    });
  });

  it('skips what is conditional where there is nothing to do', async () => {
    const columns = [{ name: 'id', type: 'int' }] as const;
    const own = { name: 'e', type: 'enum', enum: ['a'], isNullable: true } as const;
    const index = { name: 'i', columnNames: ['id'] };
    const operations: Operation[] = [
      { kind: 'createTable', table: postgresTable('t', { columns: [...columns, own] }), ifNotExists: true },
      { kind: 'addColumn', table, column: own, ifNotExists: true },
      { kind: 'addColumn', table, column: { name: 'n', type: 'int', isNullable: true }, ifNotExists: true },
      { kind: 'createIndex', table, index, ifNotExists: true },
      { kind: 'createIndex', table, index: { ...index, isConcurrent: true }, ifNotExists: true },
    ];
    await database.migrate(...operations, ...operations);
    expect(await database.table(table)).toMatchObject({
      columns: [{ name: 'id' }, { name: 'e' }, { name: 'n' }],
      indices: [{ name: 'i' }],
    });
    await database.run('CREATE TABLE other (id int UNIQUE)', 'CREATE INDEX of_other ON other (id)');
    const drops: Operation[] = [
      { kind: 'dropIndex', table, name: 'i', ifExists: true },
      { kind: 'dropIndex', table, name: 'of_other', ifExists: true },
      { kind: 'dropIndex', table, name: 'i', ifExists: true, isConcurrent: true },
      { kind: 'dropColumn', table, column: 'n', ifExists: true },
      { kind: 'dropUnique', table, name: 'x', ifExists: true },
      { kind: 'dropCheck', table, name: 'x', ifExists: true },
      { kind: 'dropCheck', table: { name: 'other' }, name: 'other_id_key', ifExists: true },
      { kind: 'dropExclusion', table, name: 'x', ifExists: true },
      { kind: 'dropForeignKey', table, name: 'x', ifExists: true },
      { kind: 'dropPrimaryKey', table, ifExists: true },
      { kind: 'dropView', view, ifExists: true },
      { kind: 'dropEnum', enum: { name: 'none' }, ifExists: true },
    ];
    await database.migrate(...drops, ...drops);
    expect(await database.table(table)).toMatchObject({ columns: [{ name: 'id' }, { name: 'e' }], indices: [] });
    expect(await database.table({ name: 'other' })).toMatchObject({
      uniques: [{ name: 'other_id_key' }],
      indices: [{ name: 'of_other' }],
    });
  });

  it('inserts more values than a statement takes, of every kind, and a script inserts the same', async () => {
    await database.run(
      'CREATE TABLE t (n bigint, t text, at timestamptz, j jsonb, d bytea, f boolean, l text[], x int DEFAULT 7)',
    );
    const rows = Array.from({ length: 10_000 }, (_, n) => ({
      n: 2n ** 62n - BigInt(n),
      t: `it's \\ ${n}`,
      at: new Date(n * 1000),
      j: n % 2 === 0 ? { n: [n, "o'k"] } : [n, 'list'],
      d: Buffer.from([n % 256, 0]),
      f: n % 3 === 0 ? null : n % 2 === 0,
      l: ['a,b', 'c "d"', null],
    }));
    const operation: Operation = { kind: 'bulkInsert', table, rows };
    await database.migrate(operation);
    const digest = () =>
      database.rows(`SELECT count(*)::int AS count, md5(string_agg(t::text, '|' ORDER BY n)) AS hash FROM t`);
    const online = await digest();
    expect(online).toMatchObject([{ count: 10_000 }]);
    await database.run('TRUNCATE t');
    const model = postgresTable('t', { columns: [{ name: 'j', type: 'jsonb' }] });
    const script = await compile(operation, { ...offlineContext, table: async () => model });
    for (const { sql, parameters } of script)
      await database.run(inlineParameters(sql, parameters ?? [], literal, POSTGRES_SQL));
    expect(await digest()).toEqual(online);
  }, 30_000);

  it('renames a constraint or an index only if this table has it', async () => {
    await database.run(
      `CREATE TABLE t (id int CONSTRAINT pk PRIMARY KEY, n int); CREATE INDEX i ON t (n);
       CREATE TABLE beside (n int); CREATE INDEX of_beside ON beside (n)`,
    );
    const renames: Operation[] = [
      { kind: 'renameConstraint', table, from: 'pk', to: 'key', ifExists: true },
      { kind: 'renameIndex', table, from: 'i', to: 'by_n', ifExists: true },
      { kind: 'renameIndex', table, from: 'of_beside', to: 'of_t', ifExists: true },
    ];
    await thereAndBack(renames, async () => {
      await database.migrate(...renames);
      const found = (await database.schema()).tables.find(({ name }) => name === 't');
      expect(found).toMatchObject({ primaryKey: { name: 'key' }, indices: [{ name: 'by_n' }] });
    });
    await database.migrateByScript(...renames);
    await database.migrateByScript(...renames.slice(0, 2));
  });
});
