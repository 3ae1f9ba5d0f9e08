import { setTimeout as sleep } from 'node:timers/promises';
import { DataSource, type QueryRunner } from 'typeorm';
import type { Operation } from '../../src/operations/operation.js';
import { applyOperations, operationsOn, rehearse, run, runAll, type RunRequest } from '../../src/runtime/index.js';
import { createPostgresDatabase, type TestDatabase } from '../support/databases.js';
import { describeWithPgBouncer, PgBouncer, Traffic } from '../support/pgbouncer.js';
import { settings, TestHistory } from './history.js';

const execute = (sql: string): Operation => ({ kind: 'execute', sql });

describe('a lock that is not free on PostgreSQL', () => {
  const databases: TestDatabase[] = [];
  let first: DataSource;
  let second: DataSource;
  let other: QueryRunner;

  const open = async (): Promise<DataSource> => {
    const database = await createPostgresDatabase();
    databases.push(database);
    return new DataSource(database.options).initialize();
  };

  beforeEach(async () => {
    first = await open();
    second = await open();
    for (const dataSource of [first, second]) {
      await dataSource.query('CREATE TABLE cold (id integer); CREATE TABLE hot (id integer)');
    }
    other = second.createQueryRunner();
    await other.startTransaction();
    await other.query('SELECT * FROM hot');
  });

  afterEach(async () => {
    if (other.isTransactionActive) await other.rollbackTransaction();
    await other.release();
    for (const dataSource of [first, second]) await dataSource.destroy();
    for (const database of databases.splice(0)) await database.drop();
  });

  const letGoAfter = async (ms: number): Promise<void> => {
    await sleep(ms);
    await other.rollbackTransaction();
  };

  const request = (dataSource: DataSource, overrides: Partial<RunRequest> = {}): RunRequest =>
    new TestHistory({}).request(dataSource, { settings: { ...settings, lockTimeout: 100 }, ...overrides });

  /** The longest time that a query of a table takes while work is done, ms. */
  const worstWhile = async (dataSource: DataSource, table: string, work: Promise<unknown>): Promise<number> => {
    const over = new AbortController();
    const done = work.finally(() => over.abort());
    let worst = 0;
    while (!over.signal.aborted) {
      const asked = performance.now();
      await dataSource.query(`SELECT * FROM ${table}`);
      worst = Math.max(worst, performance.now() - asked);
      await sleep(5);
    }
    await done;
    return worst;
  };

  it('on one database of a run keeps no lock on the others, and all of them begin again', async () => {
    const history = new TestHistory({
      a: async (op) => {
        await op.execute('ALTER TABLE cold ADD COLUMN a integer');
        await op.execute('INSERT INTO cold VALUES (1, 1)');
      },
      b: (op) => op.execute(op.context.dataSource === 'second' ? 'ALTER TABLE hot ADD COLUMN b integer' : 'SELECT 1'),
    });
    const requests = [first, second].map((dataSource, index) =>
      request(dataSource, {
        dataSourceName: index === 0 ? 'first' : 'second',
        plan: (rows) => history.upgrade(rows),
        load: history.load,
      }),
    );
    const running = runAll(requests);
    const worst = await worstWhile(first, 'cold', Promise.all([running, letGoAfter(2_500)]));
    expect(worst).toBeLessThan(1_100);
    const results = await running;
    expect(results.map(({ current, steps }) => [current, steps.length])).toEqual([
      [['b'], 2],
      [['b'], 2],
    ]);
    for (const dataSource of [first, second]) {
      expect(await dataSource.query('SELECT id FROM cold')).toEqual([{ id: 1 }]);
      expect(await dataSource.query('SELECT revision FROM migrate_version_history')).toHaveLength(2);
    }
  });

  it('on one database ends the run in the end, and says of all that they are rolled back', async () => {
    const history = new TestHistory({
      a: (op) => op.execute(op.context.dataSource === 'second' ? 'DROP TABLE hot' : 'DROP TABLE cold'),
    });
    const requests = [first, second].map((dataSource, index) =>
      request(dataSource, {
        dataSourceName: index === 0 ? 'first' : 'second',
        settings: { ...settings, lockTimeout: 20, lockAttempts: 2 },
        plan: (rows) => history.upgrade(rows),
        load: history.load,
      }),
    );
    await expect(runAll(requests)).rejects.toMatchObject({
      failure: { dataSource: 'second', elsewhere: [{ dataSource: 'first', kept: [], rolledBack: ['a'] }] },
      cause: { code: 'LOCK_TIMEOUT', attempts: 2 },
    });
    expect(await first.query('SELECT * FROM cold')).toEqual([]);
  });

  describeWithPgBouncer('behind a pooler', () => {
    it('keeps no other lock, and the run begins again under its lease', async () => {
      const bouncer = await PgBouncer.to(databases[1]!.url, { mode: 'transaction', poolSize: 6 });
      const traffic = new Traffic(bouncer.url);
      const pooled = await new DataSource({ type: 'postgres', url: bouncer.url }).initialize();
      const history = new TestHistory({
        a: (op) => op.execute('ALTER TABLE cold ADD COLUMN a integer'),
        b: (op) => op.execute('INSERT INTO cold VALUES (1, 1)'),
        c: (op) => op.execute('ALTER TABLE hot ADD COLUMN c integer'),
        d: (op) => op.autocommit(() => op.execute('ALTER TABLE hot ADD COLUMN d integer')),
      });
      const running = run(history.request(pooled, { settings: { ...settings, lockTimeout: 100 } }));
      const worst = await worstWhile(second, 'cold', Promise.all([running, letGoAfter(1_500)]));
      expect(worst).toBeLessThan(1_100);
      expect((await running).current).toEqual(['d']);
      expect(await second.query('SELECT id FROM cold')).toEqual([{ id: 1 }]);
      await traffic.stop();
      await pooled.destroy();
      await bouncer.stop();
    });
  });

  it('lets operations begin again, which counts none twice', async () => {
    const operations = [execute('INSERT INTO cold VALUES (1)'), execute('ALTER TABLE hot ADD COLUMN b integer')];
    const applying = applyOperations(request(second), operations);
    const worst = await worstWhile(second, 'cold', Promise.all([applying, letGoAfter(600)]));
    expect(worst).toBeLessThan(1_100);
    expect(await applying).toBe(2);
    expect(await second.query('SELECT id FROM cold')).toEqual([{ id: 1 }]);
  });

  it('lets operations begin again behind those that are committed', async () => {
    const operations: Operation[] = [
      execute('INSERT INTO cold VALUES (1)'),
      {
        kind: 'createIndex',
        table: { name: 'cold' },
        index: { name: 'cold_id', columnNames: ['id'], isConcurrent: true },
      },
      execute('INSERT INTO cold VALUES (2)'),
      execute('ALTER TABLE hot ADD COLUMN b integer'),
    ];
    await Promise.all([applyOperations(request(second), operations), letGoAfter(600)]);
    expect(await second.query('SELECT id FROM cold ORDER BY id')).toEqual([{ id: 1 }, { id: 2 }]);
  });

  it('refuses operations in the end, with what is kept of them', async () => {
    const impatient = request(second, { settings: { ...settings, lockTimeout: 20, lockAttempts: 2 } });
    const operations = [execute('INSERT INTO cold VALUES (1)'), execute('DROP TABLE hot')];
    await expect(applyOperations(impatient, operations)).rejects.toMatchObject({
      code: 'OPERATION_FAILED',
      cause: { code: 'LOCK_TIMEOUT', attempts: 2, blocker: { table: 'hot' } },
    });
    expect(await second.query('SELECT * FROM cold')).toEqual([]);
  });

  it('lets an operation on a connection begin again', async () => {
    const queryRunner = second.createQueryRunner();
    const op = operationsOn({ ...request(second), queryRunner });
    await Promise.all([op.execute('ALTER TABLE hot ADD COLUMN b integer'), letGoAfter(400)]);
    await queryRunner.release();
    expect(await second.query('SELECT b FROM hot')).toEqual([]);
  });

  it('lets a rehearsal begin again, and refuses it in the end', async () => {
    const parts = [
      { direction: 'upgrade' as const, operations: [execute('DROP TABLE cold'), execute('DROP TABLE hot')] },
    ];
    const notices: string[] = [];
    const onLockWait = (message: string): void => void notices.push(message);
    const impatient = request(second, { settings: { ...settings, lockTimeout: 20, lockAttempts: 2 } });
    await expect(rehearse({ ...impatient, parts })).rejects.toMatchObject({ code: 'LOCK_TIMEOUT' });
    const rehearsing = rehearse({ ...request(second), parts, onLockWait });
    const worst = await worstWhile(second, 'cold', Promise.all([rehearsing, letGoAfter(600)]));
    expect(worst).toBeLessThan(1_100);
    expect((await rehearsing)[0]).toHaveLength(2);
    expect(notices).toEqual([expect.stringContaining('holds "hot"')]);
    expect(await second.query('SELECT * FROM hot')).toEqual([]);
  });
});
