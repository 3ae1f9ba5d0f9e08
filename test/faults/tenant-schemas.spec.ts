import { Client } from 'pg';
import { DataSource } from 'typeorm';
import type { Operations } from '../../src/operations/operations.interface.js';
import { run, writeScript } from '../../src/runtime/index.js';
import { createPostgresDatabase, type TestDatabase } from '../support/databases.js';
import { TestHistory } from './history.js';

const id = { name: 'id', type: 'integer', isPrimary: true };

/** What tenants share, or another tenant has: objects in `public` that have the names of the tenant's own. */
const shared = `
  CREATE TYPE mood AS ENUM ('sad', 'glad');
  CREATE TABLE note (id integer CONSTRAINT "PK_note" PRIMARY KEY, title text DEFAULT 'none', mood mood,
    up integer CONSTRAINT "FK_up" REFERENCES note, CONSTRAINT "CK_title" CHECK (title <> ''), CONSTRAINT "UQ_title" UNIQUE (title));
  CREATE INDEX "IDX_title" ON note (title);
  CREATE VIEW titles AS SELECT title FROM note;
  CREATE SEQUENCE numbers;
  CREATE TABLE plain (id integer CONSTRAINT "PK_plain" PRIMARY KEY, title text);
  CREATE TYPE free AS ENUM ('a', 'b');
  INSERT INTO note VALUES (1, 'kept', 'sad');`;

/** Everything in `public`, its definition and its rows. */
const publicState = `
  SELECT c.relname, c.relkind::text AS kind,
         (SELECT string_agg(concat_ws(' ', a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, pg_get_expr(d.adbin, d.adrelid)), ', ' ORDER BY a.attnum)
          FROM pg_attribute a LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
          WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped) AS columns,
         (SELECT string_agg(k.conname || ' ' || pg_get_constraintdef(k.oid), ', ' ORDER BY k.conname) FROM pg_constraint k WHERE k.conrelid = c.oid) AS constraints,
         obj_description(c.oid) AS comment,
         (SELECT string_agg(e.enumlabel, ', ' ORDER BY e.enumsortorder) FROM pg_enum e JOIN pg_type t ON t.oid = e.enumtypid AND t.typname IN ('mood', 'free') AND t.typnamespace = 'public'::regnamespace) AS labels,
         (SELECT string_agg(row::text, ', ') FROM public.note row) AS rows
  FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace ORDER BY 1`;

/** Operations on what the tenant lacks. Each fails, or finds nothing to do. */
const onMissing: Readonly<Record<string, (op: Operations) => Promise<void>>> = {
  dropTable: (op) => op.dropTable('plain'),
  'dropTable with ifExists': (op) => op.dropTable('plain', { ifExists: true }),
  renameTable: (op) => op.renameTable('note', 'remark'),
  addColumn: (op) => op.addColumn('note', { name: 'more', type: 'text', isNullable: true }),
  'addColumn with ifNotExists': (op) =>
    op.addColumn('note', { name: 'more', type: 'text', isNullable: true }, { ifNotExists: true }),
  dropColumn: (op) => op.dropColumn('plain', 'title'),
  'dropColumn with ifExists': (op) => op.dropColumn('plain', 'title', { ifExists: true }),
  renameColumn: (op) => op.renameColumn('note', 'title', 'name'),
  'alterColumn to another type': (op) => op.alterColumn('note', 'title', { type: 'varchar' }),
  'alterColumn to NOT NULL': (op) => op.alterColumn('note', 'title', { isNullable: false }),
  'alterColumn to another default': (op) => op.alterColumn('note', 'title', { default: `'x'` }),
  dropPrimaryKey: (op) => op.dropPrimaryKey('plain'),
  dropForeignKey: (op) => op.dropForeignKey('note', 'FK_up'),
  dropUnique: (op) => op.dropUniqueConstraint('note', 'UQ_title'),
  dropCheck: (op) => op.dropCheckConstraint('note', 'CK_title'),
  createIndex: (op) => op.createIndex('note', { name: 'IDX_mood', columnNames: ['mood'] }),
  'createIndex built concurrently': (op) =>
    op.createIndex('note', { name: 'IDX_mood', columnNames: ['mood'], isConcurrent: true }),
  dropIndex: (op) => op.dropIndex('note', 'IDX_title'),
  'dropIndex with ifExists': (op) => op.dropIndex('note', 'IDX_title', { ifExists: true }),
  'dropIndex concurrently': (op) => op.dropIndex('note', 'IDX_title', { isConcurrent: true }),
  renameIndex: (op) => op.renameIndex('note', 'IDX_title', 'IDX_other'),
  dropEnum: (op) => op.dropEnum('free'),
  renameEnum: (op) => op.renameEnum('mood', 'state'),
  addEnumValue: (op) => op.addEnumValue('mood', 'angry'),
  renameEnumValue: (op) => op.renameEnumValue('mood', 'sad', 'blue'),
  alterEnum: (op) => op.alterEnum('mood', ['glad', 'sad']),
  'createTable with an enum that the tenant lacks': (op) =>
    op.createTable({ name: 'other', columns: [{ name: 'mood', type: 'enum', enumName: 'free' }] }),
  'createTable with a foreign key to a table that the tenant lacks': (op) =>
    op.createTable({
      name: 'other',
      columns: [id],
      foreignKeys: [{ name: 'FK', columnNames: ['id'], referencedTableName: 'note', referencedColumnNames: ['id'] }],
    }),
  dropView: (op) => op.dropView('titles'),
  alterView: (op) => op.alterView('titles', { expression: `SELECT 'none' AS title` }),
  dropSequence: (op) => op.dropSequence('numbers'),
  alterSequence: (op) => op.alterSequence('numbers', { increment: 5 }),
  setTableComment: (op) => op.setTableComment('note', 'mine'),
  bulkInsert: (op) => op.bulkInsert('note', [{ id: 2, title: 'stray' }]),
};

describe('a data source with a schema of its own, on a database whose public schema has the same names', () => {
  let database: TestDatabase;
  let dataSource: DataSource;
  let client: Client;

  beforeEach(async () => {
    database = await createPostgresDatabase();
    client = new Client(database.url);
    await client.connect();
    await client.query(`${shared} CREATE SCHEMA tenant_1`);
    dataSource = await new DataSource({ ...database.options, schema: 'tenant_1' } as never).initialize();
  });

  afterEach(async () => {
    await dataSource.destroy();
    await client.end();
    await database.drop();
  });

  const state = async (): Promise<unknown[]> => (await client.query(publicState)).rows;
  const upgrade = (history: TestHistory) => run(history.request(dataSource, own()));
  const own = () => ({
    settings: {
      ...new TestHistory({}).request(dataSource).settings,
      versionTable: { schema: 'tenant_1', name: 'migrate_version' },
    },
  });

  it.each(Object.entries(onMissing))('leaves public alone in a run of %s', async (_kind, work) => {
    const before = await state();
    await upgrade(new TestHistory({ a: work })).catch(() => undefined);
    expect(await state()).toEqual(before);
  });

  it.each(Object.entries(onMissing))('leaves public alone in a script of %s', async (_kind, work) => {
    const before = await state();
    const script = await writeScript(new TestHistory({ a: work }).script(dataSource, own())).catch(() => undefined);
    const sql = (script?.sql ?? '').split('\n\n');
    for (const statement of sql) await client.query(statement).catch(() => undefined);
    await client.query('ROLLBACK');
    expect(await state()).toEqual(before);
  });

  it('makes a table of the name in its own schema, and takes that one away again', async () => {
    const history = new TestHistory({
      a: {
        upgrade: (op) => op.createTable({ name: 'note', columns: [id] }, { ifNotExists: true }),
        downgrade: (op) => op.dropTable('note'),
      },
    });
    const before = await state();
    const there = async (): Promise<unknown> =>
      (await client.query(`SELECT to_regclass('tenant_1.note') IS NOT NULL AS there`)).rows[0].there as unknown;
    await upgrade(history);
    expect(await there()).toBe(true);
    await run(history.request(dataSource, { ...own(), plan: (rows) => history.downgrade(rows) }));
    expect(await there()).toBe(false);
    expect(await state()).toEqual(before);
  });

  it('changes its own objects where both have them', async () => {
    await client.query(`SET search_path = tenant_1; ${shared} SET search_path = public`);
    const before = await state();
    await upgrade(
      new TestHistory({
        a: async (op) => {
          await op.renameColumn('note', 'title', 'name');
          await op.alterColumn('note', 'name', { type: 'varchar', length: '40' });
          await op.alterEnum('mood', ['glad', 'sad', 'calm']);
          await op.renameTable('note', 'remark');
          await op.createTable({
            name: 'other',
            columns: [id, { name: 'mood', type: 'enum', enumName: 'mood', isNullable: true }],
            foreignKeys: [
              { name: 'FK', columnNames: ['id'], referencedTableName: 'remark', referencedColumnNames: ['id'] },
            ],
          });
        },
      }),
    );
    expect(await state()).toEqual(before);
    const { rows } = await client.query(
      `SELECT conrelid::regclass::text AS "from", confrelid::regclass::text AS "to" FROM pg_constraint WHERE conname = 'FK'`,
    );
    expect(rows).toEqual([{ from: 'tenant_1.other', to: 'tenant_1.remark' }]);
  });
});

describe('a connection whose search path begins with a schema that lacks the table', () => {
  it('makes the table there with ifNotExists, although one behind it on the path has the name', async () => {
    const database = await createPostgresDatabase();
    const client = new Client(database.url);
    await client.connect();
    await client.query('CREATE SCHEMA app; CREATE TABLE note (id integer)');
    await client.query(
      `DO $$ BEGIN EXECUTE 'ALTER DATABASE ' || quote_ident(current_database()) || ' SET search_path = app, public'; END $$`,
    );
    const dataSource = await new DataSource(database.options).initialize();
    try {
      const table = { name: 'note', columns: [id] };
      const history = new TestHistory({ a: (op) => op.createTable(table, { ifNotExists: true }) });
      await run(history.request(dataSource));
      const { rows } = await client.query(
        `SELECT relnamespace::regnamespace::text AS schema FROM pg_class WHERE relname = 'note' ORDER BY 1`,
      );
      expect(rows).toEqual([{ schema: 'app' }, { schema: 'public' }]);
    } finally {
      await dataSource.destroy();
      await client.end();
      await database.drop();
    }
  });
});
