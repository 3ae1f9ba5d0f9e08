import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { createConnection } from 'mysql2/promise';
import { Client } from 'pg';
import type { DataSourceOptions } from 'typeorm';
import type { OpenTenants } from '../../src/fleet/tenants/open-tenants.js';
import type { Tenant } from '../../src/service/options/tenants.js';
import { hasMysql, mysqlTestName } from '../support/databases.js';
import { scratchDirectory } from '../support/scratch.js';
import { FleetScene } from './scene.js';

/** A place for databases of tenants. */
interface Databases {
  readonly options: DataSourceOptions;
  /** The database of a tenant, made or not. */
  tenant(id: string): Tenant;
  make(id: string): Promise<void>;
  exists(id: string): Promise<boolean>;
  columns(id: string): Promise<readonly string[]>;
  drop(): Promise<void>;
}

const COLUMNS = 'SELECT column_name AS name FROM information_schema.columns WHERE table_name';

const kinds: Readonly<Record<string, () => Promise<Databases>>> = {
  'databases of PostgreSQL': async () => {
    const server = process.env['TEST_POSTGRES_URL'] ?? '';
    const prefix = mysqlTestName();
    const admin = new Client({ connectionString: `${server}/postgres` });
    await admin.connect();
    const made: string[] = [];
    return {
      options: { type: 'postgres', url: `${server}/postgres` },
      tenant: (id) => ({ id, options: { database: `${prefix}_${id}` } }),
      make: async (id) => {
        await admin.query(`CREATE DATABASE ${prefix}_${id}`);
        made.push(`${prefix}_${id}`);
      },
      exists: async (id) =>
        (await admin.query('SELECT FROM pg_database WHERE datname = $1', [`${prefix}_${id}`])).rowCount === 1,
      columns: async (id) => {
        const client = new Client({ connectionString: `${server}/${prefix}_${id}` });
        await client.connect();
        const { rows } = await client.query<{ name: string }>(`${COLUMNS} = 'note' ORDER BY 1`);
        await client.end();
        return rows.map(({ name }) => name);
      },
      drop: async () => {
        for (const name of made) await admin.query(`DROP DATABASE ${name} WITH (FORCE)`);
        await admin.end();
      },
    };
  },
  'files of SQLite': async () => {
    const directory = mkdtempSync(join(scratchDirectory(), 'nestjs-migrate-fleet-'));
    const file = (id: string): string => join(directory, `${id}.sqlite`);
    return {
      options: { type: 'better-sqlite3', database: ':memory:' },
      tenant: (id) => ({ id, options: { database: file(id) } }),
      make: async (id) => writeFileSync(file(id), ''),
      exists: async (id) => existsSync(file(id)),
      columns: async (id) => {
        const database = new Database(file(id));
        const rows = database.prepare(`SELECT name FROM pragma_table_info('note') ORDER BY 1`).all();
        database.close();
        return (rows as { name: string }[]).map(({ name }) => name);
      },
      drop: async () => rmSync(directory, { recursive: true, force: true }),
    };
  },
  ...(hasMysql && {
    'databases of MySQL': async () => {
      const server = process.env['TEST_MYSQL_URL'] ?? '';
      const prefix = mysqlTestName();
      const admin = await createConnection(server);
      const made: string[] = [];
      const names = async (sql: string): Promise<readonly string[]> => {
        const [rows] = await admin.query(sql);
        return (rows as { name: string }[]).map(({ name }) => name);
      };
      return {
        options: { type: 'mariadb', url: `${server}/${prefix}_entry` },
        tenant: (id) => ({ id, options: { database: `${prefix}_${id}` } }),
        make: async (id) => {
          await admin.query(`CREATE DATABASE ${prefix}_${id}`);
          made.push(`${prefix}_${id}`);
        },
        exists: async (id) => (await names(`SHOW DATABASES LIKE '${prefix}_${id}'`)).length === 1,
        columns: (id) => names(`${COLUMNS} = 'note' AND table_schema = '${prefix}_${id}' ORDER BY 1`),
        drop: async () => {
          for (const name of made) await admin.query(`DROP DATABASE ${name}`);
          await admin.end();
        },
      };
    },
  }),
};

describe.each(Object.entries(kinds))('tenants in %s', (kind, prepare) => {
  let databases: Databases;
  let scene: FleetScene;
  let fleet: OpenTenants;

  beforeAll(async () => {
    databases = await prepare();
    for (const id of ['a', 'b', 'new']) await databases.make(id);
    scene = new FleetScene(databases.options).write({
      one: {
        upgrade: `await op.createTable({ name: 'note', columns: [{ name: 'id', type: 'integer', isPrimary: true }] });`,
      },
      two: {
        upgrade: `await op.execute('ALTER TABLE note ADD COLUMN title varchar(20)');`,
        downgrade: `await op.execute('ALTER TABLE note DROP COLUMN title');`,
      },
    });
    fleet = await scene.open();
  });

  afterAll(async () => {
    await fleet.runner.close();
    await fleet.positions.close();
    scene.remove();
    await databases.drop();
  });

  it('runs each in its own, and reads where they are', async () => {
    const up = scene.work('upgrade', 'two');
    for (const id of ['a', 'b']) {
      expect(await fleet.runner.run(databases.tenant(id), up)).toMatchObject({ state: 'done', from: [], to: ['two'] });
      expect(await databases.columns(id)).toEqual(['id', 'title']);
    }
    expect(await fleet.runner.run(databases.tenant('b'), up)).toMatchObject({ state: 'unchanged' });
    const down = await fleet.runner.run(databases.tenant('b'), scene.work('downgrade', 'one'));
    expect(down).toMatchObject({ state: 'done', from: ['two'], to: ['one'] });
    const found = await fleet.positions.read(['a', 'b', 'new'].map((id) => databases.tenant(id)));
    expect(Object.fromEntries(found)).toEqual({ a: { rows: ['two'] }, b: { rows: ['one'] }, new: { rows: [] } });
  });

  it('makes none that is missing', async () => {
    const tenant = databases.tenant('missing');
    expect((await fleet.positions.read([tenant])).get('missing')).toEqual({ gone: expect.stringContaining('missing') });
    expect(await fleet.runner.run(tenant, scene.work('upgrade', 'two'))).toMatchObject({ state: 'gone' });
    expect(await databases.exists('missing')).toBe(false);
  });

  it('knows which two are the same', () => {
    const { places } = fleet;
    expect(places.of({ ...databases.tenant('a'), id: 'again' }).key).toBe(places.of(databases.tenant('a')).key);
    expect(places.of(databases.tenant('b')).key).not.toBe(places.of(databases.tenant('a')).key);
  });

  if (!kind.includes('PostgreSQL')) {
    it('refuses a schema where there are none', async () => {
      const outcome = await fleet.runner.run({ id: 'x', schema: 'x' }, scene.work('upgrade', 'two'));
      expect(outcome).toMatchObject({ state: 'failed', failure: { tenant: 'x', code: 'MIGRATE_OPTIONS' } });
    });
  }
});
