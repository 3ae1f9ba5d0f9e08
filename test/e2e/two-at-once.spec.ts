import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type DataSource, EntitySchema } from 'typeorm';
import type { MigrationService, RunResult } from '../../src/index.js';
import { createTestDatabase, dropTestDatabases } from '../../src/testing/index.js';
import { startApplication, temporaryDirectory, type TestApplication } from '../support/application.js';
import { databasesWithMysql, type TestDatabase } from '../support/databases.js';

const entity = new EntitySchema({ name: 't_a', columns: { id: { type: 'integer', primary: true } } });

/** Of a process, what a library must leave as it was. */
function processState(): object {
  const events = [
    'SIGINT',
    'SIGTERM',
    'SIGHUP',
    'exit',
    'beforeExit',
    'uncaughtException',
    'unhandledRejection',
    'warning',
  ];
  return {
    listeners: Object.fromEntries(events.map((name) => [name, process.listenerCount(name)])),
    exitCode: process.exitCode,
    directory: process.cwd(),
    environment: { ...process.env },
  };
}

describe.each(databasesWithMysql)('two calls at once in one process, on %s', (name, make) => {
  const { directory, remove } = temporaryDirectory();
  let database: TestDatabase;
  let application: TestApplication;
  let migrations: MigrationService;
  let dataSource: DataSource;
  let before: object;

  beforeAll(async () => {
    database = await make();
    application = await startApplication({ database, entities: [entity], migrate: { directory } });
    ({ migrations, dataSource } = application);
    await migrations.init();
    mkdirSync(join(directory, 'versions'), { recursive: true });
    for (const [index, id] of ['a', 'b', 'c'].entries()) write(id, index === 0 ? null : (['a', 'b'][index - 1] ?? ''));
    // What is loaded at the first use is no part of what is counted.
    await migrations.upgrade();
    await migrations.downgrade('base');
    before = processState();
  });

  afterAll(async () => {
    await application.module.close();
    await database.drop();
    remove();
  });

  afterEach(async () => {
    await migrations.downgrade('base');
  });

  /** Nothing of the process has changed, and no connection is held. */
  async function leavesNothing(): Promise<void> {
    expect(processState()).toEqual(before);
    expect(await heldByOthers()).toEqual([]);
  }

  function write(id: string, previous: string | null): void {
    writeFileSync(
      join(directory, 'versions', `${id}.ts`),
      `export const revision = '${id}';
       export const downRevision = ${previous === null ? null : `'${previous}'`};
       export const branchLabels = null;
       export const dependsOn = null;
       export async function upgrade(op) { await op.execute('CREATE TABLE t_${id} (id integer)'); }
       export async function downgrade(op) { await op.execute('DROP TABLE t_${id}'); }`,
    );
  }

  /** Sessions that do or hold something beyond those idle in the application's pool, and those of connections beyond it. */
  async function heldByOthers(): Promise<readonly unknown[]> {
    if (name !== 'postgres') return [];
    const sql = `SELECT a.pid, a.state, a.query FROM pg_stat_activity a WHERE a.datname = current_database() AND a.pid <> pg_backend_pid()
      AND (a.state <> 'idle' OR EXISTS (SELECT FROM pg_locks l WHERE l.pid = a.pid AND l.locktype = 'advisory')
           OR (SELECT count(*) FROM pg_stat_activity o WHERE o.datname = a.datname) > $1)`;
    for (let tries = 0; ; tries += 1) {
      const { totalCount } = (dataSource.driver as unknown as { master: { totalCount: number } }).master;
      const held = (await dataSource.query(sql, [totalCount])) as unknown[];
      if (held.length === 0 || tries === 50) return held;
      await sleep(20);
    }
  }

  const tables = async (): Promise<readonly string[]> => {
    const runner = dataSource.createQueryRunner();
    const found: string[] = [];
    for (const id of ['a', 'b', 'c']) if (await runner.hasTable(`t_${id}`)) found.push(id);
    await runner.release();
    return found;
  };
  const ran = (results: readonly RunResult[]): readonly string[] =>
    results.flatMap(({ steps }) => steps.map(({ kind, revision }) => `${kind} ${revision}`));

  it('upgrade once, and both report the head', async () => {
    const both = await Promise.all([migrations.upgrade(), migrations.upgrade()]);
    expect(both.flat()).toMatchObject([{ current: ['c'] }, { current: ['c'] }]);
    expect(ran(both.flat())).toEqual(['upgrade a', 'upgrade b', 'upgrade c']);
    expect(await tables()).toEqual(['a', 'b', 'c']);
    await leavesNothing();
  });

  it('go up and down one after the other', async () => {
    await migrations.upgrade('b');
    const [up, down] = await Promise.all([migrations.upgrade(), migrations.downgrade('base')]);
    expect([...ran(up), ...ran(down)]).toEqual(['upgrade c', 'downgrade c', 'downgrade b', 'downgrade a']);
    expect([up, down].flat()).toMatchObject([{ current: ['c'] }, { current: [] }]);
    expect(await tables()).toEqual([]);
    await leavesNothing();
  });

  it('give readers what is committed, before or after', async () => {
    const [up, ...asked] = await Promise.all([
      migrations.upgrade(),
      migrations.status(),
      migrations.current(),
      migrations.verify(),
      migrations.log(),
      migrations.plan(),
      migrations.check().catch((error: { code: string }) => error.code),
    ]);
    expect(up).toMatchObject([{ current: ['c'] }]);
    const [states, ids, , , , found] = asked;
    const rows = [[], ['a'], ['b'], ['c']];
    expect(rows).toContainEqual(states[0]?.current);
    expect(rows).toContainEqual(ids[0]?.revisions.map(({ revision }) => revision));
    // A check that comes behind the run finds tables without entities.
    if (!Array.isArray(found)) expect(found).toBe('DATABASE_NOT_UP_TO_DATE');
    await leavesNothing();
  });

  it('leave nothing behind where one is stopped, and one fails', async () => {
    const failing = migrations.with({
      onStep: ({ to }) => {
        if (to.includes('b')) throw new Error('no room for the log');
      },
    });
    const settled = await Promise.allSettled([
      failing.upgrade(),
      migrations.upgrade('head', { signal: AbortSignal.abort('SIGTERM') }),
      migrations.upgrade('head', { signal: AbortSignal.timeout(60_000) }),
    ]);
    expect(settled.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'fulfilled']);
    await expect(migrations.status()).resolves.toMatchObject([{ current: ['c'] }]);
    await leavesNothing();
  });

  it('upgrade once where the application starts twice, and a third one asks', async () => {
    const start = (): Promise<TestApplication> =>
      startApplication({ database, migrate: { directory, upgradeOnBootstrap: true } });
    const [one, two] = await Promise.all([start(), start(), migrations.upgrade()]);
    for (const { module, migrations: other } of [one, two]) {
      await expect(other.status()).resolves.toMatchObject([{ current: ['c'] }]);
      await module.close();
    }
    expect((await migrations.log()).filter(({ direction }) => direction === 'upgrade').slice(0, 3)).toMatchObject([
      { revision: 'c' },
      { revision: 'b' },
      { revision: 'a' },
    ]);
    expect(await tables()).toEqual(['a', 'b', 'c']);
    await leavesNothing();
  });

  it('make databases of tests, each with its own, and leave no connection to what they were copied from', async () => {
    const request = {
      dataSource: database.options,
      migrate: { directory },
      cacheDirectory: join(directory, '../cache'),
    };
    const made = await Promise.all([1, 2, 3].map(() => createTestDatabase(request)));
    expect(new Set(made.map(({ url }) => url)).size).toBe(3);
    for (const one of made) {
      const copy = await startApplication({ database: { ...one, dialect: name }, migrate: { directory } });
      await expect(copy.migrations.status()).resolves.toMatchObject([{ current: ['c'] }]);
      await copy.module.close();
      await one.drop();
    }
    await dropTestDatabases(request, { templates: true });
    await leavesNothing();
  });
});
