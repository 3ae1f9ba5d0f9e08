import { postgresVersion } from '../../../../test/support/databases.js';
import { PostgresDatabase, offlineContext, postgresTable } from '../../../../test/support/postgres-database.js';
import type { ColumnChange } from '../../../operations/operation.js';
import type { ColumnModel } from '../../../schema/schema.model.js';
import { compile } from './compile.js';

type Column = Omit<ColumnModel, 'name'>;

/** Change, the column before, the change, the value as SQL, and the value after as text. */
type Case = readonly [string, Column, ColumnChange, string, string];

const uuid = '11111111-1111-1111-1111-111111111111';

/** The type changes of reference/typeorm-migrations §2.3, and their ways back. */
const cases: readonly Case[] = [
  ['longer varchar', { type: 'varchar', length: '50' }, { type: 'varchar', length: '100' }, `'hello'`, 'hello'],
  ['shorter varchar', { type: 'varchar', length: '100' }, { type: 'varchar', length: '50' }, `'hello'`, 'hello'],
  ['varchar to text', { type: 'varchar' }, { type: 'text' }, `'hello'`, 'hello'],
  ['text to varchar', { type: 'text' }, { type: 'varchar', length: '255' }, `'hello'`, 'hello'],
  ['varchar gets a length', { type: 'varchar' }, { type: 'varchar', length: '255' }, `'hello'`, 'hello'],
  ['int to bigint', { type: 'int' }, { type: 'bigint' }, '42', '42'],
  ['smallint to int', { type: 'smallint' }, { type: 'int' }, '42', '42'],
  ['bigint to int', { type: 'bigint' }, { type: 'int' }, '42', '42'],
  ['int to varchar', { type: 'int' }, { type: 'varchar' }, '42', '42'],
  ['varchar to int', { type: 'varchar' }, { type: 'int' }, `'42'`, '42'],
  ['real to double', { type: 'real' }, { type: 'double precision' }, '1.5', '1.5'],
  ['int to decimal', { type: 'int' }, { type: 'decimal', precision: 10, scale: 2 }, '42', '42.00'],
  ['boolean to int', { type: 'boolean' }, { type: 'int' }, 'true', '1'],
  ['boolean to bigint', { type: 'boolean' }, { type: 'bigint' }, 'true', '1'],
  ['boolean to numeric', { type: 'boolean' }, { type: 'numeric' }, 'true', '1'],
  ['int to boolean', { type: 'int' }, { type: 'boolean' }, '1', 'true'],
  ['boolean to text', { type: 'boolean' }, { type: 'text' }, 'false', 'false'],
  ['longer char', { type: 'char', length: '3' }, { type: 'char', length: '5' }, `'abc'`, 'abc'],
  ['json to jsonb', { type: 'json' }, { type: 'jsonb' }, `'{"a":1}'`, '{"a": 1}'],
  ['jsonb to json', { type: 'jsonb' }, { type: 'json' }, `'{"a":1}'`, '{"a": 1}'],
  ['text to jsonb', { type: 'text' }, { type: 'jsonb' }, `'{"a":1}'`, '{"a": 1}'],
  ['jsonb to text', { type: 'jsonb' }, { type: 'text' }, `'{"a":1}'`, '{"a": 1}'],
  ['varchar to uuid', { type: 'varchar' }, { type: 'uuid' }, `'${uuid}'`, uuid],
  ['uuid to varchar', { type: 'uuid' }, { type: 'varchar', length: '36' }, `'${uuid}'`, uuid],
  ['varchar to citext', { type: 'varchar' }, { type: 'citext' }, `'Hello'`, 'Hello'],
  ['citext to varchar', { type: 'citext' }, { type: 'varchar', length: '20' }, `'Hello'`, 'Hello'],
  ['hstore to jsonb', { type: 'hstore' }, { type: 'jsonb' }, `'a=>1'`, '{"a": "1"}'],
  ['varchar to enum', { type: 'varchar' }, { type: 'enum', enumName: 'mood' }, `'sad'`, 'sad'],
  ['enum to varchar', { type: 'enum', enumName: 'mood' }, { type: 'varchar' }, `'sad'`, 'sad'],
  ['enum to enum', { type: 'enum', enumName: 'mood' }, { type: 'enum', enumName: 'humor' }, `'sad'`, 'sad'],
  ['varchar to own enum', { type: 'varchar' }, { type: 'enum', enum: ['sad', 'glad'] }, `'sad'`, 'sad'],
  ['own enum gets other values', { type: 'enum', enum: ['a', 'b'] }, { type: 'enum', enum: ['c', 'a'] }, `'a'`, 'a'],
  [
    'enum array to text array',
    { type: 'enum', enumName: 'mood', isArray: true },
    { type: 'text', isArray: true },
    `'{sad,ok}'`,
    '{sad,ok}',
  ],
  ['text to text[]', { type: 'text' }, { type: 'text', isArray: true }, `'a'`, '{a}'],
  ['text[] to text', { type: 'text', isArray: true }, { type: 'text' }, `'{a}'`, 'a'],
  ['varchar to int[]', { type: 'varchar' }, { type: 'int', isArray: true }, `'7'`, '{7}'],
  ['int to enum-free varchar[]', { type: 'int' }, { type: 'varchar', length: '5', isArray: true }, '7', '{7}'],
  ['int[] to bigint[]', { type: 'int', isArray: true }, { type: 'bigint', isArray: true }, `'{1,2}'`, '{1,2}'],
  ['text[] to int[]', { type: 'text', isArray: true }, { type: 'int', isArray: true }, `'{1,2}'`, '{1,2}'],
  ['boolean[] to int[]', { type: 'boolean', isArray: true }, { type: 'int', isArray: true }, `'{t,f}'`, '{1,0}'],
  ['boolean[] to bigint[]', { type: 'boolean', isArray: true }, { type: 'bigint', isArray: true }, `'{t}'`, '{1}'],
  [
    'wider decimal',
    { type: 'decimal', precision: 10, scale: 2 },
    { type: 'decimal', precision: 12, scale: 4 },
    '1.25',
    '1.2500',
  ],
  ['decimal of any size', { type: 'decimal', precision: 10, scale: 2 }, { type: 'decimal' }, '1.25', '1.25'],
  [
    'timestamp to timestamptz',
    { type: 'timestamp' },
    { type: 'timestamptz' },
    `'2024-01-01 10:00'`,
    '2024-01-01 10:00:00+00',
  ],
  [
    'timestamptz to timestamp',
    { type: 'timestamptz' },
    { type: 'timestamp' },
    `'2024-01-01 10:00Z'`,
    '2024-01-01 10:00:00',
  ],
  [
    'finer timestamp',
    { type: 'timestamp', precision: 3 },
    { type: 'timestamp' },
    `'2024-01-01'`,
    '2024-01-01 00:00:00',
  ],
  ['date to timestamp', { type: 'date' }, { type: 'timestamp' }, `'2024-01-01'`, '2024-01-01 00:00:00'],
  ['timestamp to date', { type: 'timestamp' }, { type: 'date' }, `'2024-01-01 10:00'`, '2024-01-01'],
  ['varchar to date', { type: 'varchar' }, { type: 'date' }, `'2024-01-01'`, '2024-01-01'],
  ['time to interval', { type: 'time' }, { type: 'interval' }, `'10:00'`, '10:00:00'],
  ['range to multirange', { type: 'int4range' }, { type: 'int4multirange' }, `'[1,5)'`, '{[1,5)}'],
  ['inet to cidr', { type: 'inet' }, { type: 'cidr' }, `'10.0.0.0/8'`, '10.0.0.0/8'],
  ['text to bytea', { type: 'text' }, { type: 'bytea' }, `'abc'`, '\\x616263'],
  ['other collation', { type: 'varchar', collation: 'C' }, { collation: 'POSIX' }, `'a'`, 'a'],
  ['no collation', { type: 'varchar', length: '9', collation: 'C' }, { collation: null }, `'a'`, 'a'],
  ['length alone', { type: 'varchar', length: '9' }, { length: '20' }, `'a'`, 'a'],
  ['USING by hand', { type: 'varchar' }, { type: 'int', using: 'length(c)' }, `'abc'`, '3'],
];

describe('a change of a column', () => {
  let database: PostgresDatabase;
  const table = { name: 't' };

  beforeAll(async () => {
    database = await PostgresDatabase.create();
    await database.run(
      `CREATE EXTENSION citext; CREATE EXTENSION hstore; SET timezone = 'UTC';
       CREATE TYPE mood AS ENUM ('sad', 'ok'); CREATE TYPE humor AS ENUM ('ok', 'sad', 'happy')`,
    );
  });
  afterEach(() => database.run('DROP TABLE IF EXISTS t CASCADE; DROP TYPE IF EXISTS t_c_enum'));
  afterAll(() => database.drop());

  const alter = (to: ColumnChange, column = 'c') => database.migrate({ kind: 'alterColumn', table, column, to });
  const make = (column: Column, more: readonly ColumnModel[] = []) =>
    database.migrate({
      kind: 'createTable',
      table: postgresTable('t', { columns: [{ name: 'c', ...column }, ...more] }),
    });
  const texts = () => database.rows('SELECT c::text AS c FROM t ORDER BY 1');
  const columnC = async () => (await database.table(table)).columns.find(({ name }) => name === 'c');

  it.each(cases)('keeps the values: %s', async (_title, before, change, value, after) => {
    await make({ ...before, isNullable: true });
    await database.run(`INSERT INTO t (c) VALUES (${value}), (NULL)`);
    await alter(change);
    expect(await texts()).toEqual([{ c: after }, { c: null }]);
    const wanted = { ...before, ...(change.type === undefined ? before : {}), ...change, name: 'c', isNullable: true };
    const [canonical] = (
      await database.canonical({
        tables: [postgresTable('t', { columns: [JSON.parse(JSON.stringify(cleaned(wanted, change)))] })],
      })
    ).tables;
    expect(await columnC()).toEqual(canonical?.columns[0]);
  });

  /** The column that a change leads to. */
  function cleaned(wanted: object, change: ColumnChange): object {
    const {
      using: _using,
      collation,
      ...rest
    } = { ...(change.type === undefined ? wanted : { name: 'c', isNullable: true, ...change }) } as ColumnChange;
    return { ...rest, ...(collation ? { collation } : {}) };
  }

  it.each([
    ['a longer text', { type: 'text' }, { type: 'varchar', length: '3' }, `'abcdef'`],
    ['a text that is no number', { type: 'text' }, { type: 'int' }, `'abc'`],
    ['a number that is too big', { type: 'bigint' }, { type: 'int' }, '5000000000'],
    ['an array of several', { type: 'int', isArray: true }, { type: 'int' }, `'{1,2}'`],
    ['a number that is no truth value', { type: 'int' }, { type: 'boolean' }, '5'],
  ] as const)('fails instead of losing %s', async (_title, before, change, value) => {
    await make(before);
    await database.run(`INSERT INTO t (c) VALUES (${value})`);
    const rows = await texts();
    await expect(alter(change as ColumnChange)).rejects.toThrow(/type|out of range|syntax/);
    expect(await texts()).toEqual(rows);
  });

  it('carries the default over to the new type', async () => {
    await make({ type: 'varchar', default: `'7'` });
    await alter({ type: 'int' });
    expect(await columnC()).toEqual({ name: 'c', type: 'integer', default: '7' });
    await alter({ type: 'bigint', default: '8' });
    expect(await columnC()).toEqual({ name: 'c', type: 'bigint', default: '8' });
    await alter({ type: 'enum', enumName: 'mood', default: null });
    expect(await columnC()).toEqual({ name: 'c', type: 'enum', enumName: 'mood' });
    await alter({ default: `'sad'` });
    await alter({ type: 'text' });
    expect(await columnC()).toEqual({ name: 'c', type: 'text', default: "'sad'::text" });
  });

  it('changes nothing but default, nullability and comment', async () => {
    await make({ type: 'int', isNullable: true, default: '1' });
    await alter({ isNullable: false, default: '2', comment: 'it\'s "c"' });
    expect(await columnC()).toEqual({ name: 'c', type: 'integer', default: '2', comment: 'it\'s "c"' });
    await alter({ isNullable: true, default: null, comment: null });
    expect(await columnC()).toEqual({ name: 'c', type: 'integer', isNullable: true });
  });

  it('continues the numbers of the rows, in every way of numbering', async () => {
    await make({ type: 'int' }, [{ name: 'x', type: 'int', isNullable: true }]);
    await database.run('INSERT INTO t VALUES (1), (5)');
    const next = async () => (await database.rows('INSERT INTO t (x) VALUES (1) RETURNING c')) as { c: number }[];
    await alter({ generationStrategy: 'increment' });
    expect(await columnC()).toEqual({ name: 'c', type: 'integer', generationStrategy: 'increment' });
    expect(await next()).toEqual([{ c: 6 }]);
    await alter({ generationStrategy: 'identity', generatedIdentity: 'ALWAYS' });
    expect(await columnC()).toMatchObject({ generationStrategy: 'identity', generatedIdentity: 'ALWAYS' });
    expect(await next()).toEqual([{ c: 7 }]);
    await alter({ generatedIdentity: 'BY DEFAULT' });
    expect(await columnC()).toMatchObject({ generationStrategy: 'identity', generatedIdentity: 'BY DEFAULT' });
    await alter({ generationStrategy: 'increment' });
    expect(await next()).toEqual([{ c: 8 }]);
    await alter({ type: 'bigint' });
    expect(await columnC()).toEqual({ name: 'c', type: 'bigint', generationStrategy: 'increment' });
    expect(await database.rows('SELECT data_type::text FROM pg_sequences')).toEqual([{ data_type: 'bigint' }]);
    expect(await next()).toEqual([{ c: '9' }]);
    await alter({ generationStrategy: null });
    expect(await columnC()).toEqual({ name: 'c', type: 'bigint' });
    expect(await database.rows('SELECT 1 FROM pg_sequences')).toEqual([]);
  });

  it('re-creates what depends on the column: views, generated columns, triggers, their privileges and comments', async () => {
    await database.run(`
      CREATE TABLE t (id int PRIMARY KEY, c int, g int GENERATED ALWAYS AS (c * 2) STORED NOT NULL);
      COMMENT ON COLUMN t.g IS 'twice';
      CREATE INDEX g_index ON t (g) WHERE g > 0; ALTER TABLE t ADD CONSTRAINT g_unique UNIQUE (g);
      CREATE VIEW below WITH (security_barrier) AS SELECT c, g FROM t;
      CREATE VIEW above AS SELECT c + 1 AS next FROM below;
      CREATE MATERIALIZED VIEW kept AS SELECT c FROM t; CREATE UNIQUE INDEX kept_c ON kept (c);
      COMMENT ON VIEW above IS 'on top'; GRANT SELECT ON above TO PUBLIC;
      CREATE FUNCTION noop() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
      CREATE TRIGGER watch BEFORE UPDATE OF c ON t FOR EACH ROW EXECUTE FUNCTION noop();
      INSERT INTO t VALUES (1, 21); REFRESH MATERIALIZED VIEW kept`);
    const before = await database.schema();
    await alter({ type: 'bigint' });
    const after = await database.schema();
    expect(await database.rows('SELECT * FROM above, kept')).toEqual([{ next: '22', c: '21' }]);
    expect(await database.rows('SELECT g FROM t')).toEqual([{ g: 42 }]);
    expect(after.views).toEqual(before.views);
    expect(after.tables).toEqual([
      {
        ...before.tables[0],
        columns: before.tables[0]?.columns.map((column) =>
          column.name === 'c'
            ? { ...column, type: 'bigint' }
            : { ...column, ...(column.asExpression ? { asExpression: expect.any(String) } : {}) },
        ),
      },
    ]);
    expect(
      await database.rows(
        `SELECT obj_description('above'::regclass) AS comment, has_table_privilege('public', 'above', 'SELECT') AS public,
                (SELECT reloptions FROM pg_class WHERE relname = 'below') AS options,
                (SELECT count(*)::int FROM pg_trigger WHERE tgname = 'watch') AS triggers`,
      ),
    ).toEqual([{ comment: 'on top', public: true, options: ['security_barrier=true'], triggers: 1 }]);
  });

  it('rewrites the indexes and checks that name an enum', async () => {
    await make({ type: 'enum', enumName: 'mood', default: `'sad'` });
    await database.run(
      `CREATE INDEX i ON t (c) WHERE c = 'sad'; ALTER TABLE t ADD CONSTRAINT k CHECK (c IN ('sad', 'ok'))`,
    );
    await database.run(`INSERT INTO t VALUES ('sad')`);
    await alter({ type: 'varchar' });
    const { indices, checks } = await database.table(table);
    expect(indices).toHaveLength(1);
    expect(indices[0]?.where).not.toContain('mood');
    expect(checks).toHaveLength(1);
    await alter({ type: 'enum', enumName: 'humor' });
    expect(await texts()).toEqual([{ c: 'sad' }]);
    expect(await columnC()).toMatchObject({ enumName: 'humor', default: "'sad'::humor" });
    expect(await database.table(table)).toMatchObject({ indices: [{ where: "(c = 'sad'::humor)" }], checks: [{}] });
    await alter({ type: 'enum', enumName: 'mood' });
    expect(await database.table(table)).toMatchObject({ indices: [{ where: "(c = 'sad'::mood)" }], checks: [{}] });
  });

  it('rewrites indexes and checks that name an enum by a script too, and nothing that is quoted', async () => {
    await make({ type: 'enum', enumName: 'mood', default: `'sad'` }, [{ name: 'n', type: 'text', isNullable: true }]);
    await database.run(
      `CREATE INDEX i ON t (c) WHERE c = 'sad' AND n <> 'it''s ::mood, ::text'; INSERT INTO t VALUES ('sad')`,
    );
    const byScript = (to: ColumnChange) => database.migrateByScript({ kind: 'alterColumn', table, column: 'c', to });
    const where = async () => (await database.table(table)).indices[0]?.where;
    await byScript({ type: 'text' });
    expect(await where()).toBe(`((c = 'sad'::text) AND (n <> 'it''s ::mood, ::text'::text))`);
    await database.run(`DROP INDEX i; CREATE INDEX i ON t (c) WHERE c = 'sad'`);
    await byScript({ type: 'enum', enumName: 'humor' });
    expect(await where()).toBe(`(c = 'sad'::humor)`);
    expect(await columnC()).toMatchObject({ enumName: 'humor', default: "'sad'::humor" });
  });

  it('makes a column generated and plain again', async () => {
    await make({ type: 'int' }, [{ name: 'a', type: 'int' }]);
    await database.run('CREATE INDEX i ON t (c); CREATE VIEW v AS SELECT c FROM t; INSERT INTO t VALUES (9, 4)');
    await alter({ asExpression: 'a * 2', generatedType: 'STORED' });
    expect(await texts()).toEqual([{ c: '8' }]);
    expect((await database.table(table)).indices).toHaveLength(1);
    await alter({ asExpression: 'a * 3' });
    expect(await texts()).toEqual([{ c: '12' }]);
    await alter({ asExpression: 'a * 3', type: 'bigint' });
    expect(await columnC()).toMatchObject({ type: 'bigint', generatedType: 'STORED' });
    await alter({ asExpression: null });
    expect(await columnC()).toEqual({ name: 'c', type: 'bigint' });
    expect(await texts()).toEqual([{ c: '12' }]);
    if (postgresVersion < 18) return;
    await database.run('DROP INDEX i');
    await alter({ asExpression: 'a + 1', generatedType: 'VIRTUAL' });
    expect(await texts()).toEqual([{ c: '5' }]);
    await alter({ asExpression: null });
    expect(await texts()).toEqual([{ c: '5' }]);
    expect(await database.rows('SELECT c FROM v')).toEqual([{ c: '5' }]);
  });

  it('fails with the name of a column that the table does not have', async () => {
    await make({ type: 'int' });
    await expect(alter({ type: 'text' }, 'nope')).rejects.toMatchObject({ code: 'UNKNOWN_COLUMN' });
  });

  it('writes a script from what the revision specifies', async () => {
    const script = async (to: ColumnChange, existing?: ColumnChange) =>
      (await compile({ kind: 'alterColumn', table, column: 'c', to, existing }, offlineContext)).map(({ sql }) => sql);
    expect(await script({ isNullable: false })).toEqual(['ALTER TABLE "t" ALTER COLUMN "c" SET NOT NULL']);
    const aroundIt = (sql: string) => [
      `CALL pg_temp.migrate_take_away(ARRAY['"t"']::text[], ARRAY['c']::text[], FALSE, FALSE, NULL, NULL, NULL)`,
      sql,
      'CALL pg_temp.migrate_put_back()',
    ];
    expect(await script({ type: 'text' })).toEqual(aroundIt('ALTER TABLE "t" ALTER COLUMN "c" TYPE text'));
    expect(await script({ type: 'int' })).toEqual(
      aroundIt('ALTER TABLE "t" ALTER COLUMN "c" TYPE int USING "c"::text::int'),
    );
    expect(await script({ type: 'bigint' }, { type: 'integer' })).toEqual(
      aroundIt('ALTER TABLE "t" ALTER COLUMN "c" TYPE bigint'),
    );
    await expect(script({ length: '5' })).rejects.toMatchObject({ code: 'COLUMN_UNKNOWN_OFFLINE' });
  });
});
