import { Client } from 'pg';
import { EntitySchema } from 'typeorm';
import type { OpenTenants } from '../../src/fleet/tenants/open-tenants.js';
import type { Tenant } from '../../src/service/options/tenants.js';
import { createPostgresDatabase, type TestDatabase } from '../support/databases.js';
import { describeWithPgBouncer, PgBouncer } from '../support/pgbouncer.js';
import { FleetScene } from './scene.js';

const note = new EntitySchema({ name: 'Note', tableName: 'note', columns: { id: { type: Number, primary: true } } });

/** Tenants in schemas of one database. */
describe('tenants in schemas', () => {
  let database: TestDatabase;
  let client: Client;
  let scene: FleetScene;
  let fleet: OpenTenants;
  const ended: unknown[] = [];

  beforeAll(async () => {
    database = await createPostgresDatabase();
    client = new Client(database.url);
    await client.connect();
    for (const name of ['t1', 't2', 't3', 'Odd "one"'])
      await client.query(`CREATE SCHEMA "${name.replaceAll('"', '""')}"`);
    const heard = ({ tenant }: { tenant?: string }): void => void ended.push(tenant);
    scene = new FleetScene({ ...database.options, entities: [note] }, { onRunEnd: heard, onVersionApply: heard }).write(
      {
        a: {
          upgrade: `await op.createTable({ name: 'note', columns: [{ name: 'id', type: 'integer', isPrimary: true }] });`,
        },
        b: { upgrade: `await op.execute('ALTER TABLE note ADD COLUMN title text');` },
        c: {
          upgrade: `
          const [own] = await op.queryRunner.query('SELECT current_schema() AS schema');
          const [managers] = await op.manager.query('SELECT current_schema() AS schema');
          await op.manager.save('Note', { id: 1 });
          const table = await op.queryRunner.getTable('note');
          await op.queryRunner.renameColumn('note', 'title', 'name');
          const entities = await op.manager.count('Note');
          globalThis.seen.push({ tenant: op.context.tenant, table: table?.schema, schema: own.schema, manager: managers.schema, entities });`,
        },
      },
    );
    fleet = await scene.open();
  });

  afterAll(async () => {
    await fleet.runner.close();
    await fleet.positions.close();
    await client.end();
    scene.remove();
    await database.drop();
  });

  const at = (schema: string): Tenant => ({ id: schema, schema });
  const columns = async (schema: string): Promise<unknown[]> =>
    (
      await client.query(
        'SELECT column_name AS name FROM information_schema.columns WHERE table_schema = $1 AND table_name = $2 ORDER BY 1',
        [schema, 'note'],
      )
    ).rows.map(({ name }: { name: string }) => name);

  /** What revision c has found out for each tenant. */
  const seenBy = async (tenants: readonly Tenant[]): Promise<unknown> => {
    const seen: unknown[] = [];
    Object.assign(globalThis, { seen });
    for (const tenant of tenants) {
      expect(await fleet.runner.run(tenant, scene.work('upgrade', 'c'))).toMatchObject({ state: 'done' });
    }
    return seen;
  };

  it('runs each in its own schema, on one data source', async () => {
    const work = scene.work('upgrade', 'b');
    for (const schema of ['t1', 't2', 'Odd "one"']) {
      expect(await fleet.runner.run(at(schema), work)).toMatchObject({ state: 'done', from: [], to: ['b'] });
      expect(await columns(schema)).toEqual(['id', 'title']);
    }
    expect(await fleet.runner.run(at('t1'), work)).toMatchObject({ state: 'unchanged', from: ['b'], to: ['b'] });
    expect(await columns('public')).toEqual([]);
    expect(await columns('t3')).toEqual([]);
  });

  it('reads where each is', async () => {
    const found = await fleet.positions.read(['t1', 't2', 't3', 'gone', 'Odd "one"'].map(at));
    expect(Object.fromEntries(found)).toEqual({
      t1: { rows: ['b'] },
      t2: { rows: ['b'] },
      t3: { rows: [] },
      gone: { gone: 'There is no schema "gone".' },
      'Odd "one"': { rows: ['b'] },
    });
  });

  it('gives a revision the tenant in all that it can ask', async () => {
    ended.length = 0;
    const seen = await seenBy([
      { id: 'one', schema: 't1', tags: ['eu'] },
      { id: 'two', schema: 't2' },
    ]);
    expect(seen).toEqual([
      { tenant: { id: 'one', tags: ['eu'] }, table: 't1', schema: 't1', manager: 't1', entities: 1 },
      { tenant: { id: 'two', tags: [] }, table: 't2', schema: 't2', manager: 't2', entities: 1 },
    ]);
    expect(ended).toEqual(['one', 'one', 'two', 'two']);
    expect([await columns('t1'), await columns('t2')]).toEqual([
      ['id', 'name'],
      ['id', 'name'],
    ]);
  });

  it('runs one without a schema in that of the connection, next to others', async () => {
    const work = scene.work('upgrade', 'a');
    expect(await fleet.runner.run({ id: 'none' }, work)).toMatchObject({ state: 'done', from: [] });
    expect(await columns('public')).toEqual(['id']);
    const found = await fleet.positions.read([{ id: 'none' }, at('t1')]);
    expect(found.get('none')).toEqual({ rows: ['a'] });
    expect(found.get('t1')).toEqual({ rows: ['c'] });
    await client.query('DROP TABLE note, migrate_version, migrate_version_history');
  });

  it('knows that names which are cut to the same one are one schema', () => {
    const keys = ['x', 'y'].map((end) => fleet.places.of(at(`${'s'.repeat(63)}${end}`)).key);
    expect(keys[0]).toBe(keys[1]);
  });

  it('refuses a schema whose name is the role on a search path', () => {
    expect(() => fleet.places.of(at('$user'))).toThrow(
      'The tenant "$user" has the schema "$user", which means another',
    );
  });

  it('makes no schema that is missing', async () => {
    const outcome = await fleet.runner.run(at('nowhere'), scene.work('upgrade', 'b'));
    expect(outcome).toMatchObject({ state: 'gone' });
    expect((await client.query(`SELECT FROM pg_namespace WHERE nspname = 'nowhere'`)).rowCount).toBe(0);
  });
});

describeWithPgBouncer('tenants behind a pooler that shares its connections', () => {
  let database: TestDatabase;
  let pooler: PgBouncer;

  beforeAll(async () => {
    database = await createPostgresDatabase();
    pooler = await PgBouncer.to(database.url, { mode: 'transaction', poolSize: 2 });
  });

  afterAll(async () => {
    await pooler.stop();
    await database.drop();
  });

  it('are run each in its own schema, several at once', async () => {
    const client = new Client(database.url);
    await client.connect();
    const schemas = ['p1', 'p2', 'p3', 'p4'];
    await client.query(`CREATE TABLE note (id integer)`);
    for (const schema of schemas)
      await client.query(`CREATE SCHEMA ${schema}; CREATE TABLE ${schema}.note (id integer)`);
    await client.query('DROP TABLE p4.note');
    const scene = new FleetScene({ type: 'postgres', url: pooler.url }).write({
      a: { upgrade: `await op.execute('ALTER TABLE note ADD COLUMN title text');` },
    });
    const fleet = await scene.open();
    const work = scene.work('upgrade', 'a');
    const tenants = [...schemas, 'missing'].map((schema) => ({ id: schema, schema }));
    const outcomes = await Promise.all(tenants.map((tenant) => fleet.runner.run(tenant, work)));
    expect(outcomes.map(({ state }) => state)).toEqual(['done', 'done', 'done', 'failed', 'gone']);
    const found = await fleet.positions.read(tenants);
    expect(found.get('p1')).toEqual({ rows: ['a'] });
    expect(found.get('missing')).toEqual({ gone: 'There is no schema "missing".' });
    const { rows } = await client.query(
      `SELECT table_schema AS schema FROM information_schema.columns WHERE column_name = 'title' ORDER BY 1`,
    );
    expect(rows.map(({ schema }: { schema: string }) => schema)).toEqual(['p1', 'p2', 'p3']);
    await fleet.runner.close();
    await client.end();
    scene.remove();
  });

  it('drop what is theirs while their transactions hold all connections of the pool', async () => {
    const client = new Client(database.url);
    await client.connect();
    const schemas = ['d1', 'd2', 'd3', 'd4'];
    for (const schema of schemas) {
      await client.query(
        `CREATE SCHEMA ${schema}; CREATE TYPE ${schema}.mood AS ENUM ('a');
         CREATE TABLE ${schema}.song (id serial PRIMARY KEY, title text, mood ${schema}.mood); CREATE INDEX "byTitle" ON ${schema}.song (title)`,
      );
    }
    const scene = new FleetScene({ type: 'postgres', url: pooler.url }).write({
      a: {
        upgrade: `await op.execute('DROP INDEX "byTitle"'); await op.dropTable('song'); await op.execute('DROP TYPE mood'); await op.execute('SELECT pg_sleep(0.1)');`,
      },
      b: { upgrade: `await op.execute('CREATE TABLE note (id integer)');` },
    });
    const fleet = await scene.open();
    const work = scene.work('upgrade', 'b');
    const outcomes = await Promise.all(schemas.map((schema) => fleet.runner.run({ id: schema, schema }, work)));
    expect(outcomes.map(({ state }) => state)).toEqual(['done', 'done', 'done', 'done']);
    await fleet.runner.close();
    await client.end();
    scene.remove();
  }, 15_000);
});
