import { Client } from 'pg';
import type { TenantOutcome } from '../../src/fleet/tenant-work.js';
import type { OpenTenants } from '../../src/fleet/tenants/open-tenants.js';
import { createPostgresDatabase, type TestDatabase } from '../support/databases.js';
import { FleetScene } from './scene.js';

/** What `public` has, and no tenant. */
const SHARED = `
  CREATE EXTENSION citext;
  CREATE TYPE mood AS ENUM ('sad', 'glad');
  CREATE DOMAIN code AS text;
  CREATE TYPE pair AS (a integer);
  CREATE TABLE thing (id integer PRIMARY KEY, name text, mood mood, code code);
  CREATE INDEX thing_name ON thing (name);
  CREATE TABLE lonely (id integer PRIMARY KEY);
  CREATE VIEW things AS SELECT id FROM thing;
  CREATE MATERIALIZED VIEW many AS SELECT id FROM thing;
  CREATE FUNCTION one() RETURNS integer LANGUAGE sql AS 'SELECT 1';
  CREATE FUNCTION stamp() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
  CREATE FUNCTION audit() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN INSERT INTO public.thing VALUES (NEW.id + 100); RETURN NEW; END';
  CREATE SEQUENCE numbers;
  INSERT INTO thing VALUES (1, 'kept');`;

/** All of `public`, as the catalog has it, and its rows. */
const STATE = `SELECT (SELECT string_agg(concat_ws(' ', relname, relkind, obj_description(oid)), ', ' ORDER BY relname) FROM pg_class WHERE relnamespace = 'public'::regnamespace) AS relations,
  (SELECT string_agg(concat_ws(' ', attrelid::regclass, attname, atttypid::regtype), ', ' ORDER BY attrelid, attnum) FROM pg_attribute JOIN pg_class c ON c.oid = attrelid WHERE relnamespace = 'public'::regnamespace AND attnum > 0) AS columns,
  (SELECT string_agg(concat_ws(' ', typname, typnotnull), ', ' ORDER BY typname) FROM pg_type WHERE typnamespace = 'public'::regnamespace) AS types,
  (SELECT string_agg(enumlabel, ', ' ORDER BY enumsortorder) FROM pg_enum) AS labels,
  (SELECT string_agg(concat_ws(' ', proname, provolatile), ', ' ORDER BY proname) FROM pg_proc WHERE pronamespace = 'public'::regnamespace) AS functions,
  (SELECT string_agg(tgname, ', ') FROM pg_trigger WHERE NOT tgisinternal AND tgrelid = 'public.thing'::regclass) AS triggers`;

/** Statements that would change what is not the tenant's, and what the error names. */
const refused: Readonly<Record<string, string>> = {
  'ALTER TABLE thing ADD COLUMN more text': 'public.thing',
  'ALTER TABLE IF EXISTS ONLY thing DROP COLUMN name': 'public.thing',
  'DROP TABLE lonely': 'public.lonely',
  'DROP TABLE own, lonely': 'public.lonely',
  'TRUNCATE lonely': 'public.lonely',
  'CREATE INDEX other ON thing (name)': 'public.thing',
  'DROP INDEX thing_name': 'public.thing',
  'ALTER INDEX thing_name RENAME TO other': 'public.other',
  'CREATE TRIGGER t BEFORE INSERT ON thing EXECUTE FUNCTION stamp()': 'public.thing',
  "COMMENT ON TABLE thing IS 'mine'": 'public.thing',
  'DROP VIEW things': 'public.things',
  'ALTER VIEW things RENAME TO others': 'public.others',
  'REFRESH MATERIALIZED VIEW many': 'public.many',
  'ALTER SEQUENCE numbers INCREMENT 5': 'public.numbers',
  'DROP SEQUENCE numbers': 'public.numbers',
  "ALTER TYPE mood ADD VALUE 'angry'": 'public.mood',
  'ALTER TYPE mood RENAME TO state': 'type mood',
  'ALTER TYPE pair ADD ATTRIBUTE b integer': 'public.pair',
  "ALTER DOMAIN code SET DEFAULT 'x'": 'type code',
  'DROP DOMAIN code CASCADE': 'public.code',
  'ALTER FUNCTION one() STABLE': 'function one',
  'DROP FUNCTION one()': 'public.one',
  'ALTER TABLE own ADD FOREIGN KEY (thing) REFERENCES thing': 'public.thing',
  "DO $$ BEGIN EXECUTE 'ALTER TABLE thing ADD COLUMN more text'; END $$": 'public.thing',
  'CREATE TABLE mine (id integer); ALTER TABLE thing ADD COLUMN more text': 'public.thing',
  'LOCK TABLE thing': 'public.thing',
};

/** Statements that are the tenant's, or name the schema of what is not. */
const allowed = [
  'ALTER TABLE own ADD COLUMN more text',
  'ALTER TABLE own ADD COLUMN mood mood, ADD COLUMN title citext',
  'ALTER TABLE own ADD FOREIGN KEY (thing) REFERENCES public.thing',
  'ALTER TABLE "own" ADD FOREIGN KEY (thing) REFERENCES "public"."thing"',
  'CREATE TABLE thing (id integer); ALTER TABLE thing ADD COLUMN more text; DROP TABLE thing',
  "CREATE TYPE mood AS ENUM ('x'); ALTER TYPE mood RENAME TO humour",
  'CREATE OR REPLACE FUNCTION one() RETURNS integer LANGUAGE sql AS $$ SELECT 2 $$; ALTER FUNCTION one() STABLE',
  'CREATE VIEW things AS SELECT id FROM thing',
  'CREATE TRIGGER t BEFORE INSERT ON own EXECUTE FUNCTION stamp()',
  'INSERT INTO own SELECT id, id FROM thing',
  'CREATE TEMP TABLE scratch (id integer); INSERT INTO scratch VALUES (1)',
  'ANALYZE thing',
  'DROP TABLE own',
];

/** Writes, and whether there is a notice about them. */
const written: Readonly<Record<string, boolean>> = {
  "INSERT INTO thing VALUES (2, 'stray')": true,
  "UPDATE thing SET name = 'stray' WHERE id = 1": true,
  'DELETE FROM thing WHERE id = 99': true,
  "SELECT setval('numbers', 5)": true,
  "INSERT INTO public.thing VALUES (3, 'meant')": false,
  'CREATE TRIGGER a AFTER INSERT ON own FOR EACH ROW EXECUTE FUNCTION audit(); INSERT INTO own VALUES (5, 5)': false,
};

const bodyOf = (sql: string): string => `await op.execute(${JSON.stringify(sql)});`;

describe('the run of a tenant whose schema lacks what public has', () => {
  let database: TestDatabase;
  let client: Client;
  const scenes: FleetScene[] = [];
  let count = 0;

  beforeAll(async () => {
    database = await createPostgresDatabase();
    client = new Client(database.url);
    await client.connect();
    await client.query(SHARED);
  });

  afterAll(async () => {
    for (const scene of scenes) scene.remove();
    await client.end();
    await database.drop();
  });

  const state = async (): Promise<unknown> => (await client.query(STATE)).rows;

  /** Runs bodies of revisions in a tenant of its own each, on one session. */
  const run = async (bodies: readonly string[]): Promise<readonly TenantOutcome[]> => {
    const outcomes: TenantOutcome[] = [];
    let fleet: OpenTenants | undefined;
    for (const body of bodies) {
      const scene = new FleetScene(database.options).write({ a: { upgrade: body } });
      scenes.push(scene);
      fleet = await scene.open();
      count += 1;
      const schema = `tenant_${count}`;
      await client.query(`CREATE SCHEMA ${schema}; CREATE TABLE ${schema}.own (id integer PRIMARY KEY, thing integer)`);
      outcomes.push(await fleet.runner.run({ id: schema, schema }, scene.work('upgrade', 'a')));
      await fleet.runner.close();
    }
    return outcomes;
  };

  it.each(Object.entries(refused))('refuses %s', async (sql, named) => {
    const before = await state();
    const [outcome] = await run([bodyOf(sql)]);
    expect(outcome).toMatchObject({ state: 'failed', failure: { revision: 'a', code: 'MIGRATION_FAILED' } });
    if (outcome?.state !== 'failed') return;
    expect(outcome.failure.error).toContain(named);
    expect((outcome.cause as { hint?: string }).hint).toContain('name it with its schema');
    expect(await state()).toEqual(before);
  });

  it.each(allowed)('allows %s', async (sql) => {
    const [outcome] = await run([bodyOf(sql)]);
    expect(outcome).toMatchObject({ state: 'done' });
    expect(outcome).not.toHaveProperty('notices');
  });

  it.each(Object.entries(written))('runs %s', async (sql, isNoticed) => {
    const [outcome] = await run([bodyOf(sql)]);
    expect(outcome).toMatchObject({ state: 'done' });
    expect(outcome?.notices ?? []).toEqual(isNoticed ? [expect.stringContaining('has written to public.')] : []);
  });

  it.each(['Tenant', 'a.b', 'say "hi"', "it's", 'select', 'größe', 'x'.repeat(70)])(
    'runs one in the schema %s',
    async (schema) => {
      const scene = new FleetScene(database.options).write({
        a: { upgrade: bodyOf('ALTER TABLE own ADD COLUMN more text') },
      });
      scenes.push(scene);
      const quoted = client.escapeIdentifier(schema);
      await client.query(`CREATE SCHEMA ${quoted}; CREATE TABLE ${quoted}.own (id integer PRIMARY KEY)`);
      const fleet = await scene.open();
      const states = ['done', 'unchanged'];
      for (const state of states) {
        expect(await fleet.runner.run({ id: schema, schema }, scene.work('upgrade', 'a'))).toMatchObject({
          state,
          to: ['a'],
        });
      }
      await fleet.runner.close();
    },
  );

  it.each([
    ['a statement of the query runner', `await op.queryRunner.query('ALTER TABLE thing ADD COLUMN more text');`],
    ['a helper of TypeORM', `await op.queryRunner.dropColumn('thing', 'name');`],
    ['op.addColumn', `await op.addColumn('thing', { name: 'more', type: 'text', isNullable: true });`],
    [
      'an index outside the transaction',
      `await op.autocommit(() => op.execute('CREATE INDEX CONCURRENTLY i ON thing (name)'));`,
    ],
    [
      'a table outside the transaction',
      `await op.autocommit(() => op.queryRunner.query('ALTER TABLE thing ADD COLUMN more text'));`,
    ],
    ['a type outside the transaction', `await op.autocommit(() => op.execute("ALTER TYPE mood ADD VALUE 'angry'"));`],
    [
      'a part before what is outside',
      `await op.execute('ALTER TABLE thing ADD COLUMN more text'); await op.autocommit(() => op.execute('SELECT 1'));`,
    ],
  ])('refuses %s', async (_what, body) => {
    const before = await state();
    expect(await run([body])).toMatchObject([{ state: 'failed' }]);
    expect(await state()).toEqual(before);
  });

  it('remembers in later steps of the transaction what a step has named with its schema', async () => {
    const scene = new FleetScene(database.options).write({
      a: {
        upgrade: `await op.execute('ALTER TABLE own ADD FOREIGN KEY (thing) REFERENCES public.thing (id)'); await op.execute('ANALYZE lonely');`,
      },
      b: { upgrade: `await op.execute('ALTER TABLE own ADD COLUMN more integer');` },
      c: { upgrade: `await op.execute('ALTER TABLE thing ADD COLUMN again integer');` },
    });
    scenes.push(scene);
    await client.query('CREATE SCHEMA later; CREATE TABLE later.own (id integer PRIMARY KEY, thing integer)');
    const fleet = await scene.open();
    const tenant = { id: 'later', schema: 'later' };
    expect(await fleet.runner.run(tenant, scene.work('upgrade', 'b'))).toMatchObject({ state: 'done' });
    expect(await fleet.runner.run(tenant, scene.work('upgrade', 'c'))).toMatchObject({ state: 'failed' });
    await fleet.runner.close();
  });

  it.each([
    ['a foreign key', `await op.execute('ALTER TABLE own DROP CONSTRAINT own_thing_fkey');`],
    ['a table with one', `await op.execute('DROP TABLE own');`],
    ['a column with one', `await op.execute('ALTER TABLE own DROP COLUMN thing');`],
    ['a trigger', `await op.execute('DROP TRIGGER t ON own');`],
    [
      'rows to which one refers',
      `await op.execute('INSERT INTO own VALUES (1, NULL)'); await op.execute('TRUNCATE own');`,
    ],
    ['a changed column with one', `await op.execute('ALTER TABLE own ALTER COLUMN thing TYPE bigint');`],
    ['a renamed table with one', `await op.execute('ALTER TABLE own RENAME TO other');`],
    [
      'a key of a partition',
      `await op.execute('CREATE TABLE of (id integer, thing integer REFERENCES public.thing) PARTITION BY LIST (id)');
       await op.execute('SELECT 1'); await op.execute('CREATE TABLE of1 PARTITION OF of FOR VALUES IN (1)');`,
    ],
    [
      'a key, and changes that',
      `await op.execute('ALTER TABLE own DROP COLUMN thing'); await op.execute('ALTER TABLE thing ADD COLUMN x integer');`,
      'failed',
    ],
  ])('takes away %s to what is shared', async (_what, body, expected = 'done') => {
    count += 1;
    const schema = `tenant_${count}`;
    await client.query(
      `CREATE SCHEMA ${schema}; CREATE TABLE ${schema}.own (id integer PRIMARY KEY, thing integer REFERENCES public.thing (id));
       CREATE TRIGGER t BEFORE INSERT ON ${schema}.own EXECUTE FUNCTION public.stamp()`,
    );
    const scene = new FleetScene(database.options).write({ a: { upgrade: body } });
    scenes.push(scene);
    const fleet = await scene.open();
    expect(await fleet.runner.run({ id: schema, schema }, scene.work('upgrade', 'a'))).toMatchObject({
      state: expected,
    });
    await fleet.runner.close();
  });
});
