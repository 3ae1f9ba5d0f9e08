import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { DataSource } from 'typeorm';
import { dialects, type SubjectName } from '../../src/dialects/contract/dialects.js';
import { subjects } from '../../src/dialects/contract/subjects.js';
import type { RunAbortedError } from '../../src/errors/index.js';
import type { Operations } from '../../src/operations/operations.interface.js';
import { readRows, run, type RunRequest } from '../../src/runtime/index.js';
import type { TestDatabase } from '../support/databases.js';
import { settings, TestHistory } from './history.js';

const column = { name: 'id', type: 'integer', isPrimary: true };
const makes = (name: string) => ({
  upgrade: (op: Operations) => op.createTable({ name, columns: [column] }),
  downgrade: (op: Operations) => op.dropTable(name),
});
const perMigration = { settings: { ...settings, transactionPerMigration: true } };
/** A statement that takes minutes unless it is cancelled; SQLite cannot cancel one. */
const SLOW = 'SELECT pg_sleep(120)';

describe.each(subjects)('a run that is stopped, on %s', (name, { make }) => {
  const dialect = dialects[name as SubjectName];
  const isPostgres = name === 'postgres';
  let database: TestDatabase;
  let dataSource: DataSource;
  let controller: AbortController;
  let tries = 20;

  beforeEach(async () => {
    database = await make();
    dataSource = await new DataSource(database.options).initialize();
    controller = new AbortController();
  });

  afterEach(async () => {
    await dataSource.destroy();
    await database.drop();
  });

  const stop = () => controller.abort('SIGINT');
  const request = (history: TestHistory, overrides: Partial<RunRequest> = {}): RunRequest =>
    history.request(dataSource, { dialect, signal: controller.signal, grace: 5_000, ...overrides });

  async function stopped(history: TestHistory, overrides: Partial<RunRequest> = {}): Promise<RunAbortedError> {
    const started = Date.now();
    const error = await run(request(history, overrides)).then(
      () => Promise.reject(new Error('the run was expected to stop')),
      (thrown: RunAbortedError) => thrown,
    );
    expect(error).toMatchObject({ code: 'RUN_ABORTED', reason: 'stopped by SIGINT' });
    expect(Date.now() - started).toBeLessThan(8_000);
    return error;
  }

  /** The run that follows finds the lock free, and reaches the head. */
  async function goesOn(history: TestHistory): Promise<void> {
    const { current } = await run(
      history.request(dataSource, { dialect, settings: { ...settings, runnerTimeout: 300 } }),
    );
    expect(current).toEqual(['c']);
  }

  async function rows(): Promise<readonly string[] | undefined> {
    const runner = dataSource.createQueryRunner();
    try {
      return await readRows(runner, dialect, settings.versionTable);
    } finally {
      await runner.release();
    }
  }

  const lastError = async (): Promise<unknown> =>
    (
      (await dataSource.query(
        'SELECT revision, error FROM migrate_version_history ORDER BY id DESC LIMIT 1',
      )) as object[]
    )[0];

  const rollsBack = dialect.transactions === 'whole';

  const works: [string, (op: Operations) => Promise<unknown>][] = [
    ['waits for something', () => new Promise<never>(() => undefined)],
    [
      'is busy',
      async (op: Operations) => {
        while (!controller.signal.aborted || tries-- > 0) await op.execute('SELECT 1');
      },
    ],
    [
      'is busy on its query runner',
      async (op: Operations) => {
        while (!controller.signal.aborted || tries-- > 0) await op.queryRunner.query('SELECT 1');
      },
    ],
    [
      'catches every error',
      async (op: Operations) => {
        while (!controller.signal.aborted || tries-- > 0) await op.manager.query('SELECT 1').catch(() => sleep(5));
      },
    ],
    ...(isPostgres
      ? ([
          ['runs a statement', (op: Operations) => op.execute(SLOW)],
          ['runs one on its query runner', (op: Operations) => op.queryRunner.query(SLOW)],
          ['runs one by its entity manager', (op: Operations) => op.manager.query(SLOW)],
          ['runs one and catches its error', (op: Operations) => op.execute(SLOW).catch(() => undefined)],
          [
            'runs one after the other',
            async (op: Operations) => {
              while (!controller.signal.aborted || tries-- > 0) await op.execute(SLOW).catch(() => undefined);
            },
          ],
        ] as [string, (op: Operations) => Promise<unknown>][])
      : []),
  ];

  it.each(works)('rolls back when the revision %s', async (_what, work) => {
    const begun = new EventTarget();
    let isFirst = true;
    const history = new TestHistory({
      a: makes('one'),
      b: async (op) => {
        await op.createTable({ name: 'two', columns: [column] });
        // Where rows are asked before the run, that ends here.
        await op.queryRunner.query('SELECT 1');
        begun.dispatchEvent(new Event('begun'));
        if (isFirst) await work(op);
      },
      c: makes('three'),
    });
    void once(begun, 'begun').then(async () => (await sleep(200), stop()));
    const error = await stopped(history);
    isFirst = false;
    expect(error.step).toMatchObject({ direction: 'upgrade', revision: 'b', dataSource: 'default' });
    expect(error.message).toBe('upgrade of b was stopped by SIGINT.');
    if (rollsBack) {
      expect(error.step).toMatchObject({ kept: [], rolledBack: ['a'], keptStatements: 0, current: [] });
      expect(await rows()).toBeUndefined();
      expect(await lastError()).toEqual({ revision: 'b', error: 'stopped by SIGINT' });
      await goesOn(history);
    } else {
      expect(error.step).toMatchObject({ kept: ['a'], rolledBack: [], keptStatements: 1, current: ['a'] });
      expect(await rows()).toEqual(['a']);
    }
  });

  it('keeps what is committed, up and down', async () => {
    const history = new TestHistory({ a: makes('one'), b: makes('two'), c: makes('three') });
    const stopAt = (revision: string) => ({
      ...perMigration,
      onStep: (step: { revision?: { id: string } }) => step.revision?.id === revision && stop(),
    });
    const up = await stopped(history, stopAt('b'));
    expect(up.step).toMatchObject({ kept: ['a'], rolledBack: [], current: ['a'] });
    expect(up.hint).toContain('Committed before it and kept: a. The database is at a.');
    await goesOn(history);
    controller = new AbortController();
    const down = await stopped(history, { plan: (at) => history.downgrade(at), ...stopAt('a') });
    expect(down.step).toMatchObject({ direction: 'downgrade', revision: 'a', kept: ['c', 'b'], current: ['a'] });
    await goesOn(history);
  });

  it('rolls back all before the commit, and stops nothing after it', async () => {
    const history = new TestHistory({ a: makes('one'), b: makes('two'), c: makes('three') });
    const onVersionApply = ({ revision }: { revision?: string }) => void (revision === 'c' && stop());
    const last = run(request(history, { settings: { ...settings, onVersionApply } }));
    if (rollsBack) {
      await expect(last).rejects.toMatchObject({
        code: 'RUN_ABORTED',
        step: { revision: 'c', rolledBack: ['a', 'b'] },
      });
      await goesOn(history);
    } else {
      expect((await last).current).toEqual(['c']);
    }
  });

  it('runs nothing when it is stopped before, or while it waits', async () => {
    const history = new TestHistory({ a: makes('one'), b: makes('two'), c: makes('three') });
    const other = await new DataSource(database.options).initialize();
    const holder = await dialect.openSession(other, settings);
    await holder.lock();
    await holder.begin();
    const waiting = new EventTarget();
    void once(waiting, 'wait').then(stop);
    const error = await stopped(history, { onWait: () => void waiting.dispatchEvent(new Event('wait')) });
    expect(error).toMatchObject({
      message: 'The run was stopped by SIGINT before it began.',
      hint: 'Nothing was changed.',
    });
    await holder.close();
    await other.destroy();
    await stopped(history);
    await goesOn(history);
  });

  it('does not wait for the turn of another run in this process', async () => {
    let end: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (end = resolve));
    const slow = new TestHistory({ a: makes('one'), b: makes('two'), c: () => gate });
    const first = run(slow.request(dataSource, { dialect }));
    await sleep(100);
    void sleep(100).then(stop);
    await stopped(slow);
    end();
    expect((await first).current).toEqual(['c']);
  });

  if (isPostgres) {
    it.each([
      ['lets end', 'SELECT pg_sleep(1)', true],
      ['cancels after its time', SLOW, false],
    ])('%s a statement outside of a transaction', async (_what, sql, ends) => {
      let isFirst = true;
      const history = new TestHistory({
        a: makes('one'),
        b: async (op) => {
          await op.execute('CREATE TABLE two (id integer)');
          await op.autocommit(async () => {
            if (isFirst) void sleep(300).then(stop);
            if (isFirst) await op.execute(sql);
            await op.execute('INSERT INTO two VALUES (1)');
          });
        },
        c: makes('three'),
      });
      const error = await stopped(history, { grace: 3_000 });
      isFirst = false;
      expect(error.step).toMatchObject({ revision: 'b', kept: ['a'], keptStatements: ends ? 2 : 1, current: ['a'] });
      expect(await dataSource.query('SELECT * FROM two')).toEqual([]);
    });

    it('cancels nothing of the application', async () => {
      const history = new TestHistory({ a: makes('one'), b: (op) => op.execute(SLOW), c: makes('three') });
      const busy = dataSource.query('SELECT pg_sleep(2)');
      void sleep(500).then(stop);
      await stopped(history);
      await busy;
    });
  }
});
