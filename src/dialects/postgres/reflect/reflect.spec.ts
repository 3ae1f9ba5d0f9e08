import { postgresVersion } from '../../../../test/support/databases.js';
import { PostgresDatabase, postgresTable } from '../../../../test/support/postgres-database.js';
import { canonical } from '../canonical/canonical.js';
import { reflect } from './reflect.js';

describe('reading the catalog', () => {
  let database: PostgresDatabase;
  beforeEach(async () => {
    database = await PostgresDatabase.create(['other']);
  });
  afterEach(() => database.drop());

  const tables = (count: number) =>
    Array.from(
      { length: count },
      (_, number) => `
      CREATE TYPE e${number} AS ENUM ('a', 'b');
      CREATE TABLE t${number} (id serial PRIMARY KEY, e e${number} DEFAULT 'a', n varchar(20)[], d timestamptz DEFAULT now(),
        CHECK (id > 0), UNIQUE (n));
      CREATE INDEX ON t${number} (d) WHERE d > '2020-01-01';
      CREATE VIEW v${number} AS SELECT id FROM t${number}`,
    ).join(';');

  /** The queries that some work sends. */
  async function queriesOf(work: (target: PostgresDatabase) => Promise<unknown>): Promise<number> {
    let count = 0;
    const logger = new Proxy({}, { get: (_, method) => () => (method === 'logQuery' ? (count += 1) : undefined) });
    database.dataSource.logger = logger as typeof database.dataSource.logger;
    await work(database);
    return count;
  }

  it('takes the same number of queries for 5 tables and for 50', async () => {
    const count = () =>
      queriesOf(() =>
        database.using(async (runner) => {
          const actual = await reflect(runner, { schemas: [], exclude: [] });
          await canonical(
            {
              ...actual,
              tables: actual.tables.map((table) => ({
                ...table,
                checks: table.checks.map((check) => ({ ...check, expression: 'NOT id <= 0' })),
              })),
            },
            actual,
            runner,
          );
        }),
      );
    await database.run(tables(5));
    const few = await count();
    await database.run(tables(50).replaceAll(/\b([etv])(\d+)/g, '$1x$2'));
    expect(few).toBeGreaterThan(8);
    expect(await count()).toBe(few);
  });

  it('leaves out what is not of the schema: partitions, objects of extensions, owned sequences, broken indexes', async () => {
    await database.run(`
      CREATE EXTENSION citext; CREATE EXTENSION pg_stat_statements;
      CREATE TABLE p (id int, at date) PARTITION BY RANGE (at);
      CREATE TABLE p1 PARTITION OF p FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');
      CREATE INDEX p_at ON p (at);
      CREATE TABLE s (id serial, i int GENERATED ALWAYS AS IDENTITY, d int DEFAULT 1);
      INSERT INTO s (d) VALUES (1), (1)`);
    await database.rows('CREATE UNIQUE INDEX CONCURRENTLY broken ON s (d)').catch(() => undefined);
    const { tables: read, sequences, extensions, views } = await database.schema();
    expect(read.map(({ name }) => name)).toEqual(['p', 's']);
    expect(read[0]?.indices).toEqual([{ name: 'p_at', columnNames: ['at'] }]);
    expect(read[1]?.indices).toEqual([]);
    expect([sequences, views]).toEqual([[], []]);
    expect(extensions).toEqual(['citext', 'pg_stat_statements']);
  });

  it('keeps a default of the sequence of another table as an expression', async () => {
    await database.run("CREATE SEQUENCE q; CREATE TABLE t (id int DEFAULT nextval('q'), s serial)");
    const { columns } = await database.table({ name: 't' });
    expect(columns[0]).toEqual({ name: 'id', type: 'integer', isNullable: true, default: "nextval('q'::regclass)" });
    expect(columns[1]).toEqual({ name: 's', type: 'integer', generationStrategy: 'increment' });
    expect((await database.schema()).sequences).toEqual([{ name: 'q' }]);
  });

  it('reads the schema of the data source as its own', async () => {
    const own = await PostgresDatabase.create(['App'], { schema: 'App' });
    await own.run(
      'CREATE EXTENSION citext SCHEMA public; CREATE TABLE "App".t (c public.citext, d text DEFAULT lower(\'A\'))',
    );
    const { tables: read, schemas } = await own.schema();
    expect(read).toMatchObject([{ name: 't', columns: [{ type: 'citext' }, { default: "lower('A'::text)" }] }]);
    expect(read[0]).not.toHaveProperty('schema');
    expect(schemas).toEqual([]);
    const copy = postgresTable('copy', { columns: read[0]?.columns ?? [] });
    await own.migrate({ kind: 'createTable', table: copy });
    expect(await own.rows(`SELECT to_regclass('"App".copy') IS NOT NULL AS there`)).toEqual([{ there: true }]);
    await own.drop();
  });

  it('leaves out the tables that it is told to, and reads single tables when asked', async () => {
    await database.run('CREATE TABLE a (); CREATE TABLE b (); CREATE TABLE other.a ()');
    const names = (scope: object) =>
      database.using(async (runner) => {
        const read = await reflect(runner, { schemas: ['other'], exclude: [], ...scope });
        return read.tables.map(({ schema, name }) => `${schema}.${name}`);
      });
    expect(await names({ exclude: [{ name: 'a' }] })).toEqual(['other.a', 'undefined.b']);
    expect(await names({ exclude: [{ schema: 'public', name: 'b' }] })).toEqual(['other.a', 'undefined.a']);
    expect(await names({ tables: ['a'] })).toEqual(['other.a', 'undefined.a']);
  });

  it('changes nothing, in a transaction or out of one', async () => {
    await database.run('CREATE TABLE t (id int CHECK (id > 1))');
    await database.using(async (runner) => {
      const path = () => runner.query('SHOW search_path');
      const before = await path();
      await runner.startTransaction();
      await runner.query('CREATE TABLE mine ()');
      const actual = await reflect(runner, { schemas: [], exclude: [] });
      await canonical(
        { ...actual, tables: [...actual.tables, postgresTable('new', { checks: [{ expression: 'no' }] })] },
        actual,
        runner,
      );
      expect(await path()).toEqual(before);
      await runner.commitTransaction();
      expect(
        await runner.query(`SELECT count(*)::int AS n FROM pg_class WHERE relnamespace = pg_my_temp_schema()`),
      ).toEqual([{ n: 0 }]);
      expect(await runner.query('SELECT FROM mine')).toEqual([]);
    });
  });
});

describe('printing the wanted schema as the database prints it', () => {
  let database: PostgresDatabase;
  beforeEach(async () => {
    database = await PostgresDatabase.create(['other']);
  });
  afterEach(() => database.drop());

  it('leaves as written only what cannot be created', async () => {
    const wanted = postgresTable('t', {
      columns: [
        { name: 'a', type: 'int', default: '1+1' },
        { name: 'b', type: 'no_such_type', default: "'x'" },
        { name: 'c', type: 'text', default: 'no_such_function()' },
      ],
      checks: [
        { name: 'good', expression: 'a<>0' },
        { name: 'bad', expression: 'b is not null and no_such_function()' },
      ],
    });
    const { tables } = await database.canonical({ tables: [wanted] });
    expect(tables[0]).toMatchObject({
      columns: [{ default: '(1 + 1)' }, { default: "'x'" }, { default: 'no_such_function()' }],
      checks: [{ expression: '(a <> 0)' }, { expression: 'b is not null and no_such_function()' }],
    });
  });

  it('compares text as it is written for a user who may not write', async () => {
    await database.run('CREATE TABLE t (id int CHECK (id > 1))');
    const wanted = postgresTable('t', {
      columns: [{ name: 'id', type: 'int', isNullable: true, default: 'abs(1)' }],
      checks: [{ name: 't_id_check', expression: 'id > 1' }],
    });
    await database.using(async (runner) => {
      await runner.query('SET default_transaction_read_only = on');
      const actual = await reflect(runner, { schemas: [], exclude: [] });
      const { tables } = await canonical({ ...actual, tables: [wanted] }, actual, runner);
      expect(tables[0]?.columns).toEqual([{ name: 'id', type: 'integer', isNullable: true, default: 'abs(1)' }]);
      expect(tables[0]?.checks).toEqual(actual.tables[0]?.checks);
    });
  });

  it('prints views on tables, columns and enums that do not exist yet', async () => {
    await database.run(`CREATE TYPE mood AS ENUM ('a'); CREATE TABLE t (id int); CREATE VIEW v AS SELECT id FROM t`);
    const view = (name: string, expression: string) => ({ name, expression, indices: [], dependsOn: [] });
    const { views } = await database.canonical({
      tables: [
        postgresTable('t', {
          columns: [
            { name: 'id', type: 'int' },
            { name: 'm', type: 'enum', enumName: 'mood' },
          ],
        }),
        postgresTable('u', { columns: [{ name: 'x', type: 'int' }] }),
      ],
      enums: [{ name: 'mood', values: ['a', 'b'] }],
      views: [
        view('w', `select v.id, x from v, u`),
        view('v', `select id from t where m = 'b'`),
        view('broken', 'select nothing from nowhere'),
      ],
    });
    // Before 16 the table is named with every column.
    const of = postgresVersion < 16 ? 't.' : '';
    expect(views.map(({ expression }) => expression.replaceAll(/\s+/g, ' '))).toEqual([
      'SELECT v.id, u.x FROM v, u',
      `SELECT ${of}id FROM t WHERE (${of}m = 'b'::mood)`,
      'select nothing from nowhere',
    ]);
  });
});
