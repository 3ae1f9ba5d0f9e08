import { setTimeout as pause } from 'node:timers/promises';
import { Client } from 'pg';
import { PostgresDatabase, offlineContext, postgresTable } from '../../../../test/support/postgres-database.js';
import type { Operation } from '../../../operations/operation.js';
import type { QualifiedName } from '../../../schema/schema.model.js';
import { compile } from './compile.js';

const table = { name: 't' };
const id = { name: 'id', type: 'int' } as const;

describe('operations on PostgreSQL', () => {
  let database: PostgresDatabase;
  beforeEach(async () => {
    database = await PostgresDatabase.create(['other']);
  });
  afterEach(() => database.drop());

  const names = async () => (await database.schema()).tables.map(({ schema, name }) => [schema, name]);

  it('renames a table and moves it to another schema and back, with its sequence and rows', async () => {
    await database.run('CREATE TABLE t (id serial PRIMARY KEY); INSERT INTO t DEFAULT VALUES');
    const moved = { schema: 'other', name: 'u' };
    await database.migrate({ kind: 'renameTable', table, to: moved });
    expect(await names()).toEqual([['other', 'u']]);
    expect(await database.table(moved)).toMatchObject({ columns: [{ generationStrategy: 'increment' }] });
    await database.migrate({ kind: 'renameTable', table: moved, to: table });
    expect(await names()).toEqual([[undefined, 't']]);
    expect(await database.rows('SELECT * FROM t')).toEqual([{ id: 1 }]);
  });

  it('moves and numbers tables and columns with quotes in their names', async () => {
    const named: QualifiedName = { name: '$do$ $procedure$' };
    const moved: QualifiedName = { schema: 'other', name: named.name };
    const number = (to: 'increment' | 'identity'): Operation => ({
      kind: 'alterColumn',
      table: named,
      column: '$do$',
      to: { type: to === 'increment' ? 'integer' : 'bigint', generationStrategy: to },
    });
    const there: Operation[] = [
      { kind: 'createEnum', enum: { ...named, name: '$do$', values: ['$do$'] } },
      { kind: 'renameEnum', enum: { name: '$do$' }, to: { schema: 'other', name: '$do$' } },
      { kind: 'renameTable', table: named, to: moved },
    ];
    const back: Operation[] = [
      { kind: 'renameTable', table: moved, to: named },
      { kind: 'renameEnum', enum: { schema: 'other', name: '$do$' }, to: { name: '$do$' } },
      { kind: 'dropEnum', enum: { name: '$do$' } },
      number('identity'),
      number('increment'),
    ];
    await database.run(
      `CREATE TABLE "$do$ $procedure$" ("$do$" serial PRIMARY KEY)`,
      `COMMENT ON SEQUENCE "$do$ $procedure$_$do$_seq" IS '$do$'`,
      `INSERT INTO "$do$ $procedure$" DEFAULT VALUES`,
    );
    await database.migrate(...there);
    await database.migrate(...back);
    await database.migrateByScript(...there);
    await database.migrateByScript(...back);
    expect(await database.rows(`INSERT INTO "$do$ $procedure$" DEFAULT VALUES RETURNING *`)).toEqual([{ $do$: 2 }]);
  });

  it('adds and drops columns, keys, constraints, indexes, comments, and leaves nothing behind', async () => {
    const columns = [id, { name: 'p', type: 'int' }];
    await database.migrate({ kind: 'createTable', table: postgresTable('t', { columns }) });
    const before = await database.schema();
    const own = { name: 'e', type: 'enum', enum: ['a'], default: `'a'`, comment: 'own' } as const;
    await database.migrate(
      { kind: 'addColumn', table, column: own },
      { kind: 'createPrimaryKey', table, primaryKey: { columnNames: ['id'] } },
      { kind: 'createUnique', table, unique: { name: 'u', columnNames: ['p'] } },
      { kind: 'createCheck', table, check: { name: 'c', expression: 'p > 0' } },
      { kind: 'createExclusion', table, exclusion: { name: 'x', expression: 'USING btree (p WITH =)' } },
      {
        kind: 'createForeignKey',
        table,
        foreignKey: { name: 'f', columnNames: ['p'], referencedTableName: 't', referencedColumnNames: ['id'] },
      },
      { kind: 'renameConstraint', table, from: 'u', to: 'u2' },
      { kind: 'createIndex', table, index: { name: 'i', columnNames: ['p'] } },
      { kind: 'renameIndex', table, from: 'i', to: 'i2' },
      { kind: 'setTableComment', table, comment: `it's` },
      { kind: 'renameColumn', table, from: 'p', to: 'q' },
    );
    expect(await database.table(table)).toMatchObject({
      comment: `it's`,
      columns: [{ name: 'id' }, { name: 'q' }, { name: 'e', enumName: 't_e_enum', comment: 'own' }],
      primaryKey: { name: 't_pkey' },
      uniques: [{ name: 'u2' }],
      checks: [{ name: 'c' }],
      exclusions: [{ name: 'x' }],
      foreignKeys: [{ name: 'f' }],
      indices: [{ name: 'i2' }],
    });
    await database.migrate(
      { kind: 'renameColumn', table, from: 'q', to: 'p' },
      { kind: 'dropForeignKey', table, name: 'f' },
      { kind: 'dropExclusion', table, name: 'x' },
      { kind: 'dropCheck', table, name: 'c' },
      { kind: 'dropUnique', table, name: 'u2' },
      { kind: 'dropPrimaryKey', table },
      { kind: 'dropIndex', table, name: 'i2' },
      { kind: 'dropColumn', table, column: 'e', was: own },
      { kind: 'setTableComment', table, comment: null },
    );
    expect(await database.schema()).toEqual(before);
  });

  it('compiles each change of a batch with the effect of those before it', async () => {
    await database.migrate(
      { kind: 'createTable', table: postgresTable('t', { columns: [id] }) },
      {
        kind: 'batch',
        table,
        operations: [
          { kind: 'addColumn', table, column: { name: 'a', type: 'text', default: `'1'` } },
          { kind: 'alterColumn', table, column: 'a', to: { type: 'int' } },
        ],
      },
    );
    expect(await database.table(table)).toMatchObject({ columns: [{}, { name: 'a', type: 'integer', default: '1' }] });
  });

  it('inserts rows of any shape, with arrays where the column is json', async () => {
    await database.run(`CREATE TABLE t (id serial, name text DEFAULT 'x', tags text[], data jsonb)`);
    await database.migrate({
      kind: 'bulkInsert',
      table,
      rows: [
        { name: "it's", tags: ['a', 'b'], data: [1, { b: 2 }] },
        { name: undefined, data: { c: 3 } },
        { name: null, tags: null, data: '"text"' },
      ],
    });
    expect(await database.rows('SELECT * FROM t')).toEqual([
      { id: 1, name: "it's", tags: ['a', 'b'], data: [1, { b: 2 }] },
      { id: 2, name: 'x', tags: null, data: { c: 3 } },
      { id: 3, name: null, tags: null, data: 'text' },
    ]);
    await database.migrate({ kind: 'bulkInsert', table, rows: [{}, {}] });
    const many = Array.from({ length: 12_000 }, (_, number) => ({ id: number, name: `n${number}` }));
    const sent = await database.migrate({ kind: 'bulkInsert', table, rows: many });
    expect(sent).toHaveLength(12);
    expect(await database.rows('SELECT count(*)::int AS n FROM t')).toEqual([{ n: 12_005 }]);
  });

  it('drops no table that another schema depends on, and names what does', async () => {
    await database.run(
      `CREATE TABLE t (id int PRIMARY KEY, up int REFERENCES t, s serial, g int GENERATED ALWAYS AS (id * 2) STORED,
         CHECK (up > 0 AND id > 0));
       CREATE INDEX i ON t ((id + up)) WHERE g > 0; CREATE STATISTICS st ON id, up FROM t; CREATE PUBLICATION p FOR TABLE t;
       CREATE POLICY own ON t USING (id > 0 AND EXISTS (SELECT FROM t AS o WHERE o.up = t.id));
       CREATE SCHEMA elsewhere; CREATE TABLE elsewhere.u (t int CONSTRAINT to_t REFERENCES t);
       CREATE VIEW elsewhere.v AS SELECT count(*) FROM t; CREATE FUNCTION elsewhere.f(t) RETURNS int LANGUAGE sql AS 'SELECT 1'`,
    );
    const drop: Operation = { kind: 'dropTable', table };
    await expect(database.migrate(drop)).rejects.toMatchObject({
      code: 'DEPENDENT_OBJECTS',
      message:
        '"t" cannot be dropped while constraint to_t on table elsewhere.u, function elsewhere.f(t), view elsewhere.v depend on it.',
      hint: 'Drop what depends on it with `op.execute` before this step.',
    });
    await database.run('DROP SCHEMA elsewhere CASCADE');
    await database.migrate(drop);
    expect((await database.schema()).tables).toEqual([]);
  });

  it('builds an index concurrently, in place of an invalid one', async () => {
    await database.run('CREATE TABLE t (id int); INSERT INTO t VALUES (1), (1)');
    const create: Operation = {
      kind: 'createIndex',
      table,
      index: { name: 'i', columnNames: ['id'], isUnique: true, isConcurrent: true },
    };
    await expect(database.migrate(create)).rejects.toThrow('could not create unique index');
    await database.run('DELETE FROM t');
    expect(await database.migrate(create)).toEqual([
      'DROP INDEX CONCURRENTLY "i"',
      'CREATE UNIQUE INDEX CONCURRENTLY "i" ON "t" ("id")',
    ]);
    await database.migrate({ kind: 'dropIndex', table, name: 'i', isConcurrent: true });
    expect((await database.table(table)).indices).toEqual([]);
  });

  it.each([[true], [false]])(
    'builds an index in place of what a killed build left, concurrently: %s',
    async (isConcurrent) => {
      await database.run('CREATE TABLE t (id int)');
      const [writer, builder] = [new Client(database.url), new Client(database.url)];
      builder.on('error', () => undefined);
      await Promise.all([writer.connect(), builder.connect()]);
      await writer.query('BEGIN; INSERT INTO t VALUES (1)');
      const { rows } = await builder.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
      const build = builder.query('CREATE INDEX CONCURRENTLY i ON t (id)').catch((error: unknown) => error);
      const leftover = () => database.rows(`SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass('i')`);
      while ((await leftover()).length === 0) await pause(20);
      await database.run(`SELECT pg_terminate_backend(${rows[0]?.pid})`);
      expect(await build).toBeInstanceOf(Error);
      await writer.query('COMMIT');
      await writer.end();
      expect(await leftover()).toEqual([{ indisvalid: false }]);
      const index = { name: 'i', columnNames: ['id'], ...(isConcurrent && { isConcurrent: true as const }) };
      await database.migrate({ kind: 'createIndex', table, index });
      expect((await database.table(table)).indices).toEqual([{ name: 'i', columnNames: ['id'] }]);
    },
  );

  it('makes and drops views, sequences, schemas and extensions', async () => {
    const before = await database.schema();
    const view = { name: 'v', expression: 'SELECT 1 AS one; ', indices: [], dependsOn: [] };
    const kept = { ...view, name: 'm', materialized: true as const, indices: [{ name: 'i', columnNames: ['one'] }] };
    await database.migrate(
      { kind: 'createExtension', name: 'citext' },
      { kind: 'createSchema', name: 'New "one"' },
      { kind: 'createSequence', sequence: { name: 's', start: '5', increment: '2' } },
      { kind: 'createView', view },
      { kind: 'createView', view: kept },
    );
    expect(await database.rows(`SELECT nextval('s') AS n, one FROM m`)).toEqual([{ n: '5', one: 1 }]);
    await database.migrate(
      { kind: 'dropView', view: kept, was: kept },
      { kind: 'dropView', view },
      { kind: 'dropSequence', sequence: { name: 's' } },
      { kind: 'dropSchema', name: 'New "one"' },
      { kind: 'dropExtension', name: 'citext' },
    );
    expect(await database.schema()).toEqual(before);
  });

  it('compiles to the same statements offline', async () => {
    const operation: Operation = {
      kind: 'createTable',
      table: postgresTable('t', {
        columns: [
          { ...id, generationStrategy: 'increment' },
          { name: 'at', type: 'timestamp with time zone', precision: 3, default: 'now()' },
        ],
        primaryKey: { name: 'PK', columnNames: ['id'] },
      }),
    };
    expect(await compile(operation, offlineContext)).toEqual([
      {
        sql:
          'CREATE TABLE "t" (\n  "id" SERIAL NOT NULL,\n' +
          '  "at" timestamp(3) with time zone DEFAULT now() NOT NULL,\n  CONSTRAINT "PK" PRIMARY KEY ("id")\n)',
      },
    ]);
    const unnamed = compile({ kind: 'dropPrimaryKey', table }, offlineContext);
    await expect(unnamed).rejects.toMatchObject({ code: 'UNKNOWN_TABLE' });
  });
});
