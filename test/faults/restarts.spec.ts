import { setTimeout as sleep } from 'node:timers/promises';
import { DataSource } from 'typeorm';
import type { MigrateError } from '../../src/errors/index.js';
import type { Operations } from '../../src/operations/operations.interface.js';
import { run, type RunRequest } from '../../src/runtime/index.js';
import { OwnPostgres } from '../support/own-postgres.js';
import { settings, TestHistory } from './history.js';

const makes = (name: string) => (op: Operations) =>
  op.createTable({ name, columns: [{ name: 'id', type: 'integer', isPrimary: true }] });

/** A real server that is started again: in order, where its clients are told, and after a crash, where they are not. */
describe('a server that is started again', () => {
  let server: OwnPostgres;
  let dataSource: DataSource;
  let count = 0;

  beforeAll(async () => {
    server = await OwnPostgres.start();
  });
  afterAll(() => server.stop());

  beforeEach(async () => {
    const admin = await open('postgres');
    await admin.query(`CREATE DATABASE restarts_${++count}`);
    await admin.destroy();
    dataSource = await open(`restarts_${count}`);
  });
  afterEach(() => dataSource.destroy());

  const open = (database: string): Promise<DataSource> =>
    new DataSource({ type: 'postgres', url: `${server.url}/${database}`, poolSize: 4 } as never).initialize();

  const restarts: [string, () => Promise<void>][] = [
    ['in order', () => server.restart()],
    ['after a crash', () => server.crash()],
  ];
  const locks = ['session', 'lease'] as const;
  const each = restarts.flatMap(([how, restart]) => locks.map((lock) => [how, lock, restart] as const));

  const request = (history: TestHistory, lock: (typeof locks)[number], changes: Partial<RunRequest['settings']> = {}) =>
    history.request(dataSource, { settings: { ...settings, lock, ...changes } });

  const failed = (work: Promise<unknown>): Promise<MigrateError> =>
    work.then(
      () => Promise.reject(new Error('it was expected to fail')),
      (error: MigrateError) => error,
    );

  /** Has the pool some connections that nobody uses. */
  async function fillPool(): Promise<void> {
    await Promise.all([1, 2, 3].map(() => dataSource.query('SELECT pg_sleep(0.05)')));
  }

  it.each(each)('%s, with connections of the pool that nobody has used since: lock %s', async (_how, lock, restart) => {
    const history = new TestHistory({ a: makes('one'), b: makes('two') });
    await fillPool();
    await restart();
    const result = await run(request(history, lock));
    expect(result).toMatchObject({ current: ['b'], notices: [] });
  });

  it.each(each)('%s, in the middle of a run: lock %s', async (_how, lock, restart) => {
    let isFirst = true;
    const history = new TestHistory({
      a: makes('one'),
      b: async (op) => {
        await makes('two')(op);
        await fillPool();
        if (isFirst) await restart();
        isFirst = false;
        await op.execute('SELECT 1');
      },
    });
    expect(await failed(run(request(history, lock)))).toMatchObject({
      code: 'MIGRATION_FAILED',
      failure: { revision: 'b', kept: [], rolledBack: ['a'], current: [] },
    });
    expect(await run(request(history, lock))).toMatchObject({ current: ['b'], notices: [] });
  });

  it.each(each)('%s, between two revisions that are committed: lock %s', async (_how, lock, restart) => {
    let isFirst = true;
    const history = new TestHistory({ a: makes('one'), b: makes('two'), c: makes('three') });
    const stopping = {
      ...request(history, lock, { transactionPerMigration: true }),
      aroundStep: async <T>(step: { revision?: { id: string } | undefined }, work: () => Promise<T>): Promise<T> => {
        if (step.revision?.id === 'b' && isFirst) await restart();
        isFirst = step.revision?.id === 'a' && isFirst;
        return work();
      },
    } as RunRequest;
    const error = await failed(run(stopping));
    expect(error).toMatchObject({ code: 'MIGRATION_FAILED', failure: { revision: 'b', kept: ['a'], current: ['a'] } });
    expect(await run(request(history, lock))).toMatchObject({ current: ['c'] });
  });

  it.each(each)('%s, in the middle of a build outside the transaction: lock %s', async (_how, lock, restart) => {
    await dataSource.query('CREATE TABLE busy (id integer)');
    const other = dataSource.createQueryRunner();
    await other.startTransaction();
    await other.query('INSERT INTO busy VALUES (1)');
    const history = new TestHistory({
      a: async (op) => {
        await makes('one')(op);
        await op.autocommit(() => op.execute('CREATE INDEX CONCURRENTLY ix_busy ON busy (id)'));
      },
    });
    const running = failed(run(request(history, lock)));
    const building = `SELECT 1 FROM pg_stat_activity WHERE query LIKE 'CREATE INDEX%' AND wait_event = 'virtualxid'`;
    while (((await dataSource.query(building)) as unknown[]).length === 0) await sleep(20);
    await restart();
    expect(await running).toMatchObject({ code: 'MIGRATION_FAILED', failure: { revision: 'a', keptStatements: 1 } });
    await other.release();
    expect(await run(request(history, lock))).toMatchObject({ current: ['a'] });
    const invalid = 'SELECT count(*)::integer AS invalid FROM pg_index WHERE NOT indisvalid';
    expect(await dataSource.query(invalid)).toEqual([{ invalid: 0 }]);
  });

  it.each(each)('%s, while a run waits for another one: lock %s', async (_how, lock, restart) => {
    const gate: { open?: () => void } = {};
    const holds = new TestHistory({
      a: async (op) => {
        await makes('one')(op);
        await new Promise<void>((resolve) => (gate.open = resolve));
      },
    });
    const second = await open(`restarts_${count}`);
    const history = new TestHistory({ a: makes('one'), b: makes('two') });
    const holder = failed(run(request(holds, lock)));
    while (gate.open === undefined) await sleep(10);
    let waiting = Promise.resolve<unknown>(undefined);
    await new Promise<unknown>((onWait) => {
      waiting = run(history.request(second, { settings: { ...settings, lock }, onWait }));
    });
    await restart();
    gate.open();
    expect(await holder).toMatchObject({ code: 'MIGRATION_FAILED' });
    expect(await waiting).toMatchObject({ current: ['b'] });
    await second.destroy();
  });

  it('is waited for before anything has run, as long as `waitForDatabase`', async () => {
    const history = new TestHistory({ a: makes('one') });
    await fillPool();
    const restarted = server.restart(1_000);
    while (
      await dataSource.query('SELECT 1').then(
        () => true,
        () => false,
      )
    )
      await sleep(20);
    expect(await failed(run(request(history, 'session')))).toMatchObject({ code: 'RUN_CUT_OFF', isBefore: true });
    const notices: string[] = [];
    const waiting = request(history, 'session', { waitForDatabase: 20_000 });
    const result = await run({ ...waiting, onLockWait: (message) => notices.push(message) });
    expect(result).toMatchObject({ current: ['a'] });
    expect(notices).toEqual([
      expect.stringMatching(/^Waiting 20 s at most for the database: .* before anything was run/),
    ]);
    await restarted;
  });

  it('is waited for, while it is down for a moment, to report where the database is', async () => {
    let restarted: Promise<void> | undefined;
    const history = new TestHistory({
      a: async (op) => {
        await makes('one')(op);
        restarted = server.restart(1_500);
        await sleep(500);
        await op.execute('SELECT 1');
      },
    });
    const error = await failed(run(request(history, 'session')));
    expect(error).toMatchObject({ code: 'MIGRATION_FAILED', failure: { current: [] } });
    await restarted;
  });
});
