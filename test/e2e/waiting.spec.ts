import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { DataSource } from 'typeorm';
import { createPostgresDatabase, type TestDatabase } from '../support/databases.js';
import { freePort } from '../support/postgres-server.js';
import { TcpProxy } from '../support/tcp-proxy.js';
import { CliWorkspace, nestCmd } from './cli.workspace.js';

let workspace: CliWorkspace;
let database: TestDatabase;
let app: string;

beforeAll(async () => {
  workspace = new CliWorkspace();
  database = await createPostgresDatabase();
  app = workspace.add('commonjs');
  await nestCmd(app, ['db', 'init']);
});

afterAll(async () => {
  workspace.remove();
  await database.drop();
});

const current = (url: string, args: readonly string[], env: Record<string, string> = {}) =>
  nestCmd(app, ['db', 'current', ...args], { DATABASE_URL: url, ...env });

/** The address of the test database behind a port on which nobody listens yet. */
async function laterUrl(): Promise<{ readonly url: string; readonly port: number }> {
  const port = await freePort();
  const url = new URL(database.url);
  url.host = `127.0.0.1:${port}`;
  return { url: url.href, port };
}

describe('--wait', () => {
  it.each([
    ['the option', ['--wait', '30'], {}],
    ['its variable', [], { NEST_DB_WAIT: '30' }],
    ['the variable of the command', [], { NEST_DB_CURRENT_WAIT: '30', NEST_DB_WAIT: 'soon' }],
  ])('waits for a server that does not listen yet, by %s', async (_what, args, env) => {
    const { url, port } = await laterUrl();
    const run = current(url, args, env as Record<string, string>);
    await sleep(4_000);
    const proxy = await TcpProxy.to(database.url, port);
    const { code, stderr } = await run;
    await proxy.close();
    expect({ code, stderr }).toMatchObject({ code: 0, stderr: expect.stringContaining('Waiting 30 s at most') });
    expect(stderr).toContain(`postgres at 127.0.0.1:${port}/`);
    expect(stderr.match(/Waiting/g)).toHaveLength(1);
  });

  it('waits for a server that says it does not accept connections yet', async () => {
    const server = await startingServer();
    try {
      const early = await current(server.url, []);
      expect(early).toMatchObject({ code: 1, stderr: expect.stringContaining('not accepting connections') });
      const run = current(server.url, ['--wait', '60']);
      await sleep(3_000);
      server.finishStarting();
      expect(await run).toMatchObject({ code: 0, stderr: expect.stringContaining('Waiting 60 s at most') });
    } finally {
      await server.stop();
    }
  });

  it('ends when the time is over, and says how long it was', async () => {
    const { url } = await laterUrl();
    const { code, stdout, stderr, ms } = await current(url, ['--wait', '1.5']);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^Error: Cannot reach the database .*ECONNREFUSED.*; waited 1\.5 s for it$/m);
    expect(ms).toBeGreaterThan(1_500);
  });

  it('has nothing to wait for with SQLite, nor with a database that is not there', async () => {
    const file = { DATABASE_FILE: '/dev/null/shop.sqlite' };
    const [sqlite, missing] = await Promise.all([
      nestCmd(app, ['db', 'current', '--wait', '60'], file),
      current(`${database.url}_not_there`, ['--wait', '60']),
    ]);
    for (const { code, stderr, ms } of [sqlite, missing]) {
      expect({ code, stderr }).toEqual({ code: 1, stderr: expect.not.stringContaining('Waiting') });
      expect(ms).toBeLessThan(30_000);
    }
    expect(missing.stderr).toContain('does not exist');
  });

  it.each([
    [['--wait', 'soon'], {}, '--wait is "soon"'],
    [['--wait', '-5'], {}, '--wait is "-5"'],
    [['--wait='], {}, '--wait is ""'],
    [['--wait'], {}, 'argument missing'],
    [['--connect-timeout', '1s'], {}, '--connect-timeout is "1s"'],
    [[], { NEST_DB_WAIT: 'Infinity' }, 'NEST_DB_WAIT is "Infinity"'],
    [[], { NEST_DB_CONNECT_TIMEOUT: '1 s' }, 'NEST_DB_CONNECT_TIMEOUT is "1 s"'],
  ])('is wrong usage with %j and %j', async (args, env, message) => {
    const { code, stdout, stderr } = await current(database.url, args, env as Record<string, string>);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(message);
  });
});

describe('NEST_DB_CONNECT_TIMEOUT', () => {
  it('is how long a server may stay silent', async () => {
    const proxy = await TcpProxy.to(database.url);
    proxy.fallSilent();
    const { code, stderr } = await current(proxy.url, [], { NEST_DB_CONNECT_TIMEOUT: '400' });
    await proxy.close();
    expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringContaining('no answer within 400 ms') });
    expect(stderr).toContain('NEST_DB_CONNECT_TIMEOUT');
  });
});

/** A real server that refuses connections as one that is starting, until `finishStarting`. */
async function startingServer() {
  const child = spawn(process.execPath, [join(__dirname, '../support/standby-postgres.js')], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  const [address] = (await once(child.stdout, 'data')) as [Buffer];
  return {
    url: String(address).trim(),
    finishStarting: () => void child.stdin.write('\n'),
    async stop(): Promise<void> {
      child.stdin.end();
      await exited;
    },
  };
}

describe('who is waited for', () => {
  let shop: string;

  beforeAll(async () => {
    shop = workspace.add('commonjs', 'shop');
    await nestCmd(shop, ['db', 'init']);
    writeFileSync(
      join(shop, 'migrations/versions/a1.ts'),
      `export const revision = 'a1';
       export const downRevision = null;
       export const branchLabels = null;
       export const dependsOn = null;
       export async function upgrade(op) {
         await op.execute('CREATE TABLE IF NOT EXISTS busy (id integer)');
         await op.addColumn('busy', { name: 'note', type: 'text', isNullable: true });
       }
       export async function downgrade() {}`,
    );
  });

  it('is, on SQLite, somebody who writes, and not always a migration run', async () => {
    const writer = new Database(join(shop, 'shop.sqlite'));
    writer.exec('CREATE TABLE other (id integer)');
    writer.exec('BEGIN IMMEDIATE; INSERT INTO other VALUES (1)');
    const run = nestCmd(shop, ['db', 'upgrade']);
    await sleep(6_000);
    writer.exec('COMMIT');
    writer.close();
    const { code, stderr } = await run;
    expect({ code, stderr }).toMatchObject({
      code: 0,
      stderr: expect.stringContaining(
        'INFO  Another connection is writing to this database, a migration run or something else; waiting for it',
      ),
    });
    expect(stderr).not.toContain('Another process is running migrations');
  });

  it('is, on PostgreSQL, whoever holds the table', async () => {
    const holder = await new DataSource({
      type: 'postgres',
      url: database.url,
      applicationName: 'nightly report',
    }).initialize();
    await holder.query('CREATE TABLE busy (id integer)');
    const runner = holder.createQueryRunner();
    await runner.startTransaction();
    await runner.query('SELECT count(*) FROM busy');
    const env = { DATABASE_URL: database.url };
    const run = nestCmd(shop, ['db', 'upgrade'], env);
    await sleep(12_000);
    await runner.rollbackTransaction();
    await holder.destroy();
    const { code, stderr } = await run;
    expect({ code, stderr }).toMatchObject({
      code: 0,
      stderr: expect.stringMatching(
        /INFO {2}Waiting for a lock, which is tried 9 more times: pid \d+ \(application "nightly report", idle in transaction\) holds "busy" and last ran: SELECT count\(\*\) FROM busy\. Statement: ALTER TABLE/,
      ),
    });
    expect(stderr.match(/Waiting for a lock/g)).toHaveLength(1);
  });
});
