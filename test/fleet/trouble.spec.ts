import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import type { OpenTenants } from '../../src/fleet/tenants/open-tenants.js';
import type { Tenant } from '../../src/service/options/tenants.js';
import { createPostgresDatabase, type TestDatabase } from '../support/databases.js';
import { TcpProxy } from '../support/tcp-proxy.js';
import { FleetScene } from './scene.js';

const SCHEMAS = Array.from({ length: 12 }, (_, index) => `t${index}`);

/** Roles are those of the server, which other tests use as well. */
const [few, reader] = ['few', 'reader'].map((name) => `${name}_${randomBytes(4).toString('hex')}`) as [string, string];

/** What goes wrong around tenants, and is no fault of theirs. */
describe('tenants of a server in trouble', () => {
  let database: TestDatabase;
  let client: Client;
  let scene: FleetScene;
  let fleet: OpenTenants;

  beforeAll(async () => {
    database = await createPostgresDatabase();
    client = new Client(database.url);
    await client.connect();
    for (const name of SCHEMAS) await client.query(`CREATE SCHEMA ${name}; CREATE TABLE ${name}.note (id integer)`);
    scene = new FleetScene(database.options, { lockTimeout: 50, lockAttempts: 2 }).write({
      a: { upgrade: `await op.execute('ALTER TABLE note ADD COLUMN title text');` },
      b: {
        upgrade: `
          await op.execute('CREATE TEMP TABLE scratch (id integer)');
          await op.execute("SET lock_timeout = '7s'");
          await op.execute("SET application_name = 'changed'");
          const [own] = await op.queryRunner.query("SELECT current_setting('lock_timeout') AS lock, pg_backend_pid() AS pid");
          globalThis.sessions.push(own);`,
      },
      c: { upgrade: `await globalThis.interrupt(op);` },
    });
    Object.assign(globalThis, { sessions: [] });
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

  it('leaves one that another runner has to a later try', async () => {
    const other = await scene.open({ tenantTimeout: 0 });
    const done = new Promise<void>((release) => {
      Object.assign(globalThis, {
        interrupt: async () => {
          expect(await other.runner.run(at('t0'), scene.work('upgrade', 'a'))).toMatchObject({
            state: 'busy',
            failure: { tenant: 't0', code: 'RUNNER_BUSY' },
          });
          release();
        },
      });
    });
    expect(await fleet.runner.run(at('t0'), scene.work('upgrade', 'c'))).toMatchObject({ state: 'done' });
    await done;
    await other.runner.close();
  });

  it('leaves one whose table is locked to a later try', async () => {
    await client.query('BEGIN; LOCK TABLE t1.note');
    const work = scene.work('upgrade', 'a');
    expect(await fleet.runner.run(at('t1'), work)).toMatchObject({ state: 'busy', failure: { revision: 'a' } });
    await client.query('ROLLBACK');
    expect(await fleet.runner.run(at('t1'), work)).toMatchObject({ state: 'done', to: ['a'] });
  });

  it('gives each tenant the session as new, and the same connection', async () => {
    const sessions: { lock: string; pid: number }[] = [];
    Object.assign(globalThis, { sessions });
    const work = scene.work('upgrade', 'b');
    for (const schema of ['t2', 't3', 't4']) {
      expect(await fleet.runner.run(at(schema), work)).toMatchObject({ state: 'done' });
    }
    expect(sessions.map(({ lock }) => lock)).toEqual(['7s', '7s', '7s']);
    expect(new Set(sessions.map(({ pid }) => pid)).size).toBe(1);
    const { rows } = await client.query(
      `SELECT application_name FROM pg_stat_activity WHERE pid = ${sessions[0]?.pid}`,
    );
    expect(rows).toEqual([{ application_name: '' }]);
  });

  it('ends a session after some tenants, and after each where the application sets up its connections', async () => {
    const sessions: { pid: number }[] = [];
    Object.assign(globalThis, { sessions });
    const onConnect = (connection: Client): unknown => connection.query("SET work_mem = '7MB'");
    for (const [extra, schemas] of [
      [{}, ['s1', 's2', 's3']],
      [{ onConnect }, ['s4', 's5']],
    ] as const) {
      const few = await scene.open({ tenantsEach: 2 });
      for (const schema of schemas) {
        await client.query(`CREATE SCHEMA ${schema}; CREATE TABLE ${schema}.note (id integer)`);
        const tenant = { id: schema, schema, options: { extra } } as Tenant;
        expect(await few.runner.run(tenant, scene.work('upgrade', 'b'))).toMatchObject({ state: 'done' });
      }
      await few.runner.close();
    }
    const [first, second, third, fourth, fifth] = sessions.map(({ pid }) => pid);
    expect(second).toBe(first);
    expect(third).not.toBe(first);
    expect(fifth).not.toBe(fourth);
  });

  it('runs one again whose connection was ended in its middle', async () => {
    let tries = 0;
    Object.assign(globalThis, {
      interrupt: async (op: { queryRunner: { query(sql: string): Promise<{ pid: number }[]> } }) => {
        tries += 1;
        if (tries > 1) return;
        const [own] = await op.queryRunner.query('SELECT pg_backend_pid() AS pid');
        await client.query(`SELECT pg_terminate_backend(${own?.pid})`);
        await op.queryRunner.query('SELECT 1');
      },
    });
    expect(await fleet.runner.run(at('t5'), scene.work('upgrade', 'c'))).toMatchObject({ state: 'done', to: ['c'] });
    expect(tries).toBe(2);
  });

  it('finds one gone that is dropped in its middle', async () => {
    Object.assign(globalThis, {
      interrupt: async (op: { autocommit(work: () => Promise<void>): Promise<void> }) =>
        op.autocommit(async () => void (await client.query('DROP SCHEMA t6 CASCADE'))),
    });
    expect(await fleet.runner.run(at('t6'), scene.work('upgrade', 'c'))).toMatchObject({ state: 'gone' });
  });

  it('waits for a server that has no connection to give, and asks for fewer', async () => {
    await client.query(`CREATE ROLE ${few} LOGIN PASSWORD 'few' CONNECTION LIMIT 2`);
    for (const schema of SCHEMAS.filter((name) => name !== 't6')) {
      await client.query(`DROP SCHEMA ${schema} CASCADE; CREATE SCHEMA ${schema} AUTHORIZATION ${few}`);
      await client.query(`SET ROLE ${few}; CREATE TABLE ${schema}.note (id integer); RESET ROLE`);
    }
    const limited = await scene.open();
    const tenants = SCHEMAS.filter((name) => name !== 't6').map((schema) => ({
      id: schema,
      schema,
      options: { username: few, password: 'few' },
    }));
    const work = scene.work('upgrade', 'a');
    const server = limited.runner.serverOf(at('t0'));
    const next = tenants.values();
    const worker = async (): Promise<string[]> => {
      const states: string[] = [];
      for (const tenant of next) states.push((await limited.runner.run(tenant, work)).state);
      return states;
    };
    const states = (await Promise.all([worker(), worker(), worker(), worker()])).flat();
    expect(states).toEqual(tenants.map(() => 'done'));
    expect(limited.runner.roomOn(server)).toBeLessThan(4);
    await limited.runner.close();
    await client.query(`REASSIGN OWNED BY ${few} TO CURRENT_USER; DROP OWNED BY ${few}; DROP ROLE ${few}`);
  });

  it('reports a server that is away, and one that has come back', async () => {
    const proxy = await TcpProxy.to(database.url);
    const { port } = new URL(proxy.url);
    proxy.close();
    const away: Tenant = { id: 'away', schema: 't7', options: { port: Number(port) } };
    const outcome = await fleet.runner.run(away, scene.work('upgrade', 'a'));
    expect(outcome).toMatchObject({ state: 'failed', failure: { code: 'DATABASE_UNREACHABLE' } });
    const found = await fleet.positions.read([away, at('t7')]);
    expect(found.get('away')).toEqual({ unreachable: expect.objectContaining({ code: 'DATABASE_UNREACHABLE' }) });
    expect(found.get('t7')).toEqual({ rows: ['a'] });
  });

  it('reads the others where one refuses to be read', async () => {
    await client.query(`CREATE ROLE ${reader} LOGIN PASSWORD 'reader'`);
    for (const schema of ['t8', 't9']) {
      await client.query(
        `GRANT USAGE ON SCHEMA ${schema} TO ${reader}; GRANT SELECT ON ${schema}.migrate_version TO ${reader}`,
      );
    }
    const tenants = ['t8', 't9', 't10'].map((schema) => ({
      id: schema,
      schema,
      options: { username: reader, password: 'reader' },
    }));
    const found = await fleet.positions.read(tenants);
    expect(found.get('t8')).toEqual({ rows: ['a'] });
    expect(found.get('t9')).toEqual({ rows: ['a'] });
    expect(found.get('t10')).toEqual({
      unreachable: expect.objectContaining({ message: expect.stringContaining('denied') }),
    });
    await client.query(`DROP OWNED BY ${reader}; DROP ROLE ${reader}`);
  });
});

describe('an entry with tenants', () => {
  it('has no version table for all of them', async () => {
    const scene = new FleetScene(
      { type: 'postgres', url: 'postgres://nobody@127.0.0.1:1/none' },
      { versionTableSchema: 'x' },
    );
    await expect(scene.open()).rejects.toMatchObject({ code: 'MIGRATE_OPTIONS' });
    scene.remove();
  });
});
