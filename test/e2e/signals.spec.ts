import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DataSource } from 'typeorm';
import { createPostgresDatabase, createSqliteDatabase, type TestDatabase } from '../support/databases.js';
import { freePort } from '../support/postgres-server.js';
import { CliWorkspace, commandLine, nestCmd } from './cli.workspace.js';

let workspace: CliWorkspace;
let app: string;

beforeAll(async () => {
  workspace = new CliWorkspace();
  app = workspace.add('commonjs');
  await nestCmd(app, ['db', 'init']);
});

afterAll(() => workspace.remove());

/** A command in a process of its own, that can be sent signals. */
class Running {
  output = '';
  readonly ended: Promise<{ code: number | null; signal: string | null; stderr: string; ms: number }>;
  private readonly child: ChildProcess;

  constructor(args: readonly string[], env: Record<string, string>, program = commandLine(args)) {
    const [command = '', ...rest] = program;
    const { JEST_WORKER_ID: _worker, NODE_OPTIONS: _options, NODE_ENV: _env, ...inherited } = process.env;
    this.child = spawn(command, rest, { cwd: app, env: { ...inherited, FORCE_COLOR: '0', ...env } });
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream?.on('data', (chunk: Buffer) => (this.output += chunk.toString()));
    }
    this.ended = once(this.child, 'close').then(([code, signal]) => ({
      code: code as number | null,
      signal: signal as string | null,
      stderr: this.output,
      ms: performance.now() - this.signalled,
    }));
  }

  private signalled = 0;

  /** Waits until it has printed something, and then a little. */
  async until(text: string, more = 300): Promise<this> {
    const deadline = Date.now() + 30_000;
    while (!this.output.includes(text)) {
      if (Date.now() > deadline || this.child.exitCode !== null)
        throw new Error(`never printed "${text}": ${this.output}`);
      await sleep(20);
    }
    await sleep(more);
    return this;
  }

  send(signal: NodeJS.Signals): this {
    this.signalled = performance.now();
    this.child.kill(signal);
    return this;
  }
}

function write(revisions: Readonly<Record<string, { up: string; down?: string }>>): void {
  const folder = join(app, 'migrations/versions');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  let previous: string | null = null;
  for (const [id, { up, down = '' }] of Object.entries(revisions)) {
    writeFileSync(
      join(folder, `${id}.ts`),
      `export const revision = '${id}';
       export const downRevision = ${previous === null ? 'null' : `'${previous}'`};
       export const branchLabels = null;
       export const dependsOn = null;
       export async function upgrade(op) { ${up} }
       export async function downgrade(op) { ${down} }`,
    );
    previous = id;
  }
  expect(readdirSync(folder)).toHaveLength(Object.keys(revisions).length);
}

const makes = (name: string) => ({
  up: `await op.execute('CREATE TABLE ${name} (id integer)');`,
  down: `await op.execute('DROP TABLE ${name}');`,
});
const waits = `await new Promise(() => undefined);`;

describe.each([
  ['postgres', createPostgresDatabase],
  ['sqlite', createSqliteDatabase],
] as const)('a signal to a run on %s', (name, make) => {
  let database: TestDatabase;
  let env: Record<string, string>;
  let dataSource: DataSource;

  beforeEach(async () => {
    database = await make();
    env = name === 'postgres' ? { DATABASE_URL: database.url } : { DATABASE_FILE: database.url };
    dataSource = await new DataSource(database.options).initialize();
  });

  afterEach(async () => {
    await dataSource.destroy();
    await database.drop();
  });

  const start = (args: readonly string[], more: Record<string, string> = {}) => new Running(args, { ...env, ...more });
  const rows = async (): Promise<unknown> =>
    (await dataSource.query('SELECT version_num FROM migrate_version')).map(
      (row: { version_num: string }) => row.version_num,
    );

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)('%s rolls back, frees the lock and exits with %d', async (signal, code) => {
    const slow = name === 'postgres' ? `await op.execute('SELECT pg_sleep(60)');` : waits;
    write({ a1: makes('one'), b2: { up: `${makes('two').up} ${slow}` } });
    const run = await start(['db', 'upgrade']).until('-> b2');
    const ended = await run.send(signal).ended;
    expect(ended).toMatchObject({ code, signal: null });
    expect(ended.ms).toBeLessThan(5_000);
    expect(ended.stderr).toContain(`WARN  ${signal}: stopping, within 10 s; a second signal ends the process at once`);
    expect(ended.stderr).toContain(`Error: upgrade of b2 was stopped by ${signal}.`);
    expect(ended.stderr).toContain('Rolled back with it: a1. The database is at <base>.');
    expect(await dataSource.query('SELECT revision, error FROM migrate_version_history')).toEqual([
      { revision: 'b2', error: `stopped by ${signal}` },
    ]);
    write({ a1: makes('one'), b2: makes('two') });
    expect(await start(['db', 'upgrade']).ended).toMatchObject({ code: 0 });
    expect(await rows()).toEqual(['b2']);
  });

  it('says what a downgrade keeps', async () => {
    write({ a1: makes('one'), b2: { ...makes('two'), down: waits } });
    await start(['db', 'upgrade']).ended;
    const run = await start(['db', 'downgrade', 'base']).until('downgrade b2');
    const ended = await run.send('SIGTERM').ended;
    expect(ended).toMatchObject({ code: 143, stderr: expect.stringContaining('The database is at b2.') });
    expect(await rows()).toEqual(['b2']);
  });

  it('is handled between the statements of a driver that blocks the process', async () => {
    write({ a1: { up: `for (let i = 0; i < 1e7; i += 1) await op.execute('SELECT 1');` } });
    const run = await start(['db', 'upgrade']).until('-> a1');
    expect(await run.send('SIGINT').ended).toMatchObject({
      code: 130,
      stderr: expect.stringContaining('was stopped by SIGINT'),
    });
  });

  it('ends the process at once when it is the second one', async () => {
    // A rollback that never ends is a run that does not stop by itself.
    const hangs = `op.queryRunner.rollbackTransaction = () => new Promise(() => undefined); ${waits}`;
    write({ a1: { up: hangs } });
    const run = await start(['db', 'upgrade', '--grace', '60']).until('-> a1');
    await run.send('SIGINT').until('stopping', 500);
    const ended = await run.send('SIGTERM').ended;
    const stderr = expect.stringContaining('A second signal, SIGTERM, ended the process before the run had stopped.');
    expect(ended).toMatchObject({ code: 143, stderr });
    expect(ended.ms).toBeLessThan(2_000);
    write({ a1: makes('one') });
    expect(await start(['db', 'upgrade']).ended).toMatchObject({ code: 0 });
  });

  it('ends a run that hangs when the grace is over, given by its variable', async () => {
    write({ a1: { up: `op.queryRunner.rollbackTransaction = () => new Promise(() => undefined); ${waits}` } });
    const run = await start(['db', 'upgrade'], { NEST_DB_GRACE: '1.5' }).until('-> a1');
    const ended = await run.send('SIGINT').ended;
    expect(ended).toMatchObject({ code: 130, stderr: expect.stringContaining('did not stop within 1.5 s of SIGINT') });
    expect(ended.ms).toBeLessThan(3_000);
  });

  it('ends a run at once that waits for another one', async () => {
    write({ a1: { up: name === 'postgres' ? `await op.execute('SELECT pg_sleep(60)');` : waits } });
    const holder = await start(['db', 'upgrade']).until('-> a1');
    const waiting = await start(['db', 'upgrade']).until('waiting for it to finish');
    const ended = await waiting.send('SIGTERM').ended;
    expect(ended).toMatchObject({
      code: 143,
      stderr: expect.stringContaining('The run was stopped by SIGTERM before it began.'),
    });
    expect(ended.ms).toBeLessThan(1_500);
    await holder.send('SIGINT').ended;
  });
});

it('ends at once while it waits for a database that is down', async () => {
  write({ a1: makes('one') });
  const env = { DATABASE_URL: `postgres://nobody@127.0.0.1:${await freePort()}/none` };
  const run = await new Running(['db', 'upgrade', '--wait', '60'], env).until('Waiting 60 s at most');
  const ended = await run.send('SIGTERM').ended;
  expect(ended).toMatchObject({ code: 143, stderr: expect.stringContaining('stopped by SIGTERM before it began') });
  expect(ended.ms).toBeLessThan(1_500);
});

it('ends at once while the application is loaded', async () => {
  const run = new Running(['db', 'upgrade'], { NEST_APP: 'slow.mjs#App' });
  writeFileSync(
    join(app, 'slow.mjs'),
    `console.error('loading slowly'); await new Promise((done) => setTimeout(done, 60000)); export class App {}`,
  );
  await run.until('loading slowly', 50);
  const ended = await run.send('SIGINT').ended;
  expect(ended).toMatchObject({ code: 130, stderr: expect.stringContaining('stopped by SIGINT before it began') });
  expect(ended.ms).toBeLessThan(1_500);
});

it('stops an adoption before it has written anything', async () => {
  write({});
  const database = await createPostgresDatabase();
  const dataSource = await new DataSource(database.options).initialize();
  await dataSource.query('CREATE TABLE migrate_version (version_num varchar(255) PRIMARY KEY)');
  const runner = dataSource.createQueryRunner();
  await runner.startTransaction();
  await runner.query('LOCK TABLE migrate_version');
  const run = new Running(['db', 'adopt', '--from', 'database'], { DATABASE_URL: database.url });
  const waits = `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
  while (((await dataSource.query(waits)) as unknown[]).length === 0) await sleep(50);
  const ended = await run.send('SIGTERM').ended;
  expect(ended).toMatchObject({ code: 143, stderr: expect.stringContaining('stopped by SIGTERM before it began') });
  expect(ended.ms).toBeLessThan(3_000);
  expect(await dataSource.query(waits)).toEqual([]);
  await dataSource.destroy();
  await database.drop();
});

it('ends a command that only reads as Node does', async () => {
  const env = { DATABASE_URL: `postgres://nobody@127.0.0.1:${await freePort()}/none` };
  const run = await new Running(['db', 'current', '--wait', '60'], env).until('Waiting 60 s at most');
  expect(await run.send('SIGTERM').ended).toMatchObject({ code: null, signal: 'SIGTERM' });
});

describe('a signal to an application that upgrades when it starts', () => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await createPostgresDatabase();
    writeFileSync(
      join(app, 'starts.js'),
      `const { Module } = require('@nestjs/common');
       const { NestFactory } = require('@nestjs/core');
       const { TypeOrmModule } = require('@nestjs/typeorm');
       (async () => {
         const { MigrateModule } = await import('nestjs-migrate');
         class App {}
         const database = TypeOrmModule.forRoot({ type: 'postgres', url: process.env.DATABASE_URL, logging: true });
         Module({ imports: [database, MigrateModule.forRoot({ upgradeOnBootstrap: true })] })(App);
         const app = await NestFactory.create(App, { abortOnError: false });
         if (process.env.HOOKS) app.enableShutdownHooks();
         await app.init();
       })().catch((error) => console.log('start failed', error.code));`,
    );
    write({ a1: { up: `await op.execute('SELECT pg_sleep(30)');` } });
  });

  afterAll(() => database.drop());

  it.each([
    ['stops the run, and then the application, with shutdown hooks', { HOOKS: 'yes' }, 'start failed RUN_ABORTED'],
    ['ends the process as ever, without them', {}, 'pg_sleep'],
  ])('%s', async (_what, more, text) => {
    const env = { DATABASE_URL: database.url, ...more } as Record<string, string>;
    const run = await new Running([], env, [process.execPath, 'starts.js']).until('pg_sleep');
    const ended = await run.send('SIGTERM').ended;
    expect(ended.stderr).toContain(text);
    expect(ended.ms).toBeLessThan(3_000);
    const dataSource = await new DataSource(database.options).initialize();
    const [{ locked }] = (await dataSource.query(
      `SELECT count(*)::integer AS locked FROM pg_locks JOIN pg_database ON pg_database.oid = database
       WHERE locktype = 'advisory' AND datname = current_database()`,
    )) as [{ locked: number }];
    await dataSource.destroy();
    if ('HOOKS' in more) expect(locked).toBe(0);
  });
});
