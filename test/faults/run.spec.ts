import { readFileSync } from 'node:fs';
import { DataSource } from 'typeorm';
import type { MigrationFailedError } from '../../src/errors/index.js';
import type { Operations } from '../../src/operations/operations.interface.js';
import { readRows, run, type RunRequest } from '../../src/runtime/index.js';
import { databases, type TestDatabase } from '../support/databases.js';
import { settings, TestHistory } from './history.js';

const source = readFileSync(__filename, 'utf8').split('\n');
const column = { name: 'id', type: 'integer', isPrimary: true };
const makes = (name: string) => ({
  upgrade: (op: Operations) => op.createTable({ name, columns: [column] }),
  downgrade: (op: Operations) => op.dropTable(name),
});

describe.each(databases)('a run on %s', (dialectName, make) => {
  let database: TestDatabase;
  let dataSource: DataSource;

  beforeEach(async () => {
    database = await make();
    dataSource = await new DataSource(database.options).initialize();
  });

  afterEach(async () => {
    await dataSource.destroy();
    await database.drop();
  });

  const three = new TestHistory({ a: makes('one'), b: makes('two'), c: makes('three') });
  const failing = new TestHistory(
    {
      a: makes('one'),
      b: async (op) => {
        await op.createTable({ name: 'two', columns: [column] });
        await op.execute('INSERT INTO missing (id) VALUES (1)');
      },
      c: makes('three'),
    },
    __filename,
  );

  const upgrade = (history: TestHistory, overrides: Partial<RunRequest> = {}) =>
    run(history.request(dataSource, overrides));
  const failure = async (history: TestHistory, overrides: Partial<RunRequest> = {}): Promise<MigrationFailedError> =>
    upgrade(history, overrides).then(
      () => Promise.reject(new Error('the run was expected to fail')),
      (error: MigrationFailedError) => error,
    );
  const perMigration = { settings: { ...settings, transactionPerMigration: true } };

  async function tables(): Promise<string[]> {
    const rows = (await dataSource.query(
      dialectName === 'postgres'
        ? `SELECT relname AS name FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace`
        : `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'`,
    )) as { name: string }[];
    return rows
      .map((row) => row.name)
      .filter((name) => !name.startsWith('migrate_version'))
      .sort();
  }

  async function rows(): Promise<readonly string[] | undefined> {
    const runner = dataSource.createQueryRunner();
    try {
      return await readRows(runner, three.request(dataSource).dialect, settings.versionTable);
    } finally {
      await runner.release();
    }
  }

  const historyRows = async (): Promise<Record<string, unknown>[]> =>
    (await dataSource.query('SELECT * FROM migrate_version_history ORDER BY id')) as Record<string, unknown>[];

  it('runs the steps in order, moves the version row and writes the history', async () => {
    const seen: string[] = [];
    const result = await upgrade(three, { onStep: (step) => seen.push(step.to.join()) });
    expect(seen).toEqual(['a', 'b', 'c']);
    expect(
      result.steps.map(({ kind, revision, from, to, message }) => ({ kind, revision, from, to, message })),
    ).toEqual([
      { kind: 'upgrade', revision: 'a', from: [], to: ['a'], message: 'message of a' },
      { kind: 'upgrade', revision: 'b', from: ['a'], to: ['b'], message: 'message of b' },
      { kind: 'upgrade', revision: 'c', from: ['b'], to: ['c'], message: 'message of c' },
    ]);
    expect(result).toMatchObject({ dataSource: 'default', current: ['c'], notices: [] });
    expect(await tables()).toEqual(['one', 'three', 'two']);
    expect(await rows()).toEqual(['c']);
    const history = await historyRows();
    expect(history).toHaveLength(3);
    expect(history[1]).toMatchObject({
      revision: 'b',
      direction: 'upgrade',
      statements_done: 1,
      statements_total: 1,
      checksum: 'checksum of b',
      package_version: '0.1.0',
      error: null,
    });
    expect(history[1]?.['applied_by']).toMatch(/@/);
    expect(Math.abs(new Date(history[1]?.['finished_at'] as string).getTime() - Date.now())).toBeLessThan(60_000);
  });

  it('goes down again, and knows base', async () => {
    await upgrade(three);
    const result = await upgrade(three, { plan: (at) => three.downgrade(at) });
    expect(result.steps.map((step) => [step.kind, step.revision])).toEqual([
      ['downgrade', 'c'],
      ['downgrade', 'b'],
      ['downgrade', 'a'],
    ]);
    expect(result.current).toEqual([]);
    expect(await tables()).toEqual([]);
    expect(await rows()).toEqual([]);
  });

  it('knows a database that was never migrated, and makes nothing by reading', async () => {
    expect(await rows()).toBeUndefined();
    expect(await rows()).toBeUndefined();
    await upgrade(three);
    expect(await rows()).toEqual(['c']);
    await dataSource.query('DROP TABLE migrate_version');
    expect(await rows()).toBeUndefined();
  });

  it('names the version table that it cannot read', async () => {
    await dataSource.query('CREATE TABLE migrate_version (something integer)');
    const broken = { code: 'VERSION_TABLE', message: expect.stringMatching(/"migrate_version".*version_num/) };
    await expect(rows()).rejects.toMatchObject(broken);
    await expect(upgrade(three)).rejects.toMatchObject(broken);
  });

  it('makes the version table and nothing else when there is nothing to do', async () => {
    const result = await upgrade(new TestHistory({}));
    expect(result).toMatchObject({ steps: [], current: [] });
    expect(await rows()).toEqual([]);
    await expect(historyRows()).rejects.toThrow(/migrate_version_history/);
  });

  describe('that fails in the second of three revisions', () => {
    it('keeps nothing when the run is one transaction', async () => {
      const error = await failure(failing);
      expect(await tables()).toEqual([]);
      expect(await rows()).toBeUndefined();
      expect(error.failure).toMatchObject({
        revision: 'b',
        direction: 'upgrade',
        file: __filename,
        statement: 'INSERT INTO missing (id) VALUES (1)',
        kept: [],
        rolledBack: ['a'],
        keptStatements: 0,
        current: [],
      });
      expect(error.hint).toContain('Rolled back with it: a.');
      expect(error.hint).toContain('The database is at <base>.');
    });

    it('keeps the first when each revision is a transaction', async () => {
      const error = await failure(failing, perMigration);
      expect(await tables()).toEqual(['one']);
      expect(await rows()).toEqual(['a']);
      expect(error.failure).toMatchObject({ revision: 'b', kept: ['a'], rolledBack: [], current: ['a'] });
      expect(error.hint).toContain('Committed before it and kept: a.');
    });

    it('says the file, the line, the statement and what the database said', async () => {
      const error = await failure(failing);
      expect(error.code).toBe('MIGRATION_FAILED');
      const line = source.findIndex((text) => text.includes(`await op.execute('INSERT INTO missing`)) + 1;
      expect(error.failure.line).toBe(line);
      expect(error.message).toContain(`upgrade of b failed at ${__filename}:${line}: `);
      expect(error.message).toContain('in: INSERT INTO missing (id) VALUES (1)');
      expect(error.message).toMatch(dialectName === 'postgres' ? /does not exist \(42P01\)/ : /no such table: missing/);
      expect(error.message).not.toContain('\n');
      expect((error.cause as Error).name).toBe('QueryFailedError');
    });

    it.each([
      ['an operation', (op: Operations) => op.execute('INSERT INTO missing (id) VALUES (1)')],
      ['an operation that is refused before it runs', (op: Operations) => op.dropTable('')],
      ['the query runner', (op: Operations) => op.queryRunner.query('INSERT INTO missing (id) VALUES (1)')],
      ['the manager', (op: Operations) => op.manager.query('INSERT INTO missing (id) VALUES (1)')],
      [
        'a query builder',
        (op: Operations) => op.manager.createQueryBuilder().select('id').from('missing', 'm').getRawMany(),
      ],
      [
        'a transaction in it',
        (op: Operations) => op.manager.transaction((inner) => inner.query('INSERT INTO missing (id) VALUES (1)')),
      ],
      [
        'what must run outside',
        (op: Operations) => op.autocommit(() => op.execute('INSERT INTO missing (id) VALUES (1)')),
      ],
    ])('knows the line when %s fails', async (_, call) => {
      const error = await failure(new TestHistory({ a: async (op) => void (await call(op)) }, __filename));
      expect(source[(error.failure.line ?? 0) - 1]).toMatch(/missing|dropTable|call\(op\)/);
    });

    it('leaves a row with the error in the history', async () => {
      await failure(failing, perMigration);
      expect(await historyRows()).toMatchObject([
        { revision: 'a', error: null },
        { revision: 'b', statements_done: 0, statements_total: null, error: expect.stringContaining('missing') },
      ]);
      await failure(failing);
      expect((await historyRows()).map((row) => row['revision'])).toEqual(['a', 'b', 'b']);
    });

    it('can be run again when it is mended', async () => {
      await failure(failing);
      await upgrade(three);
      expect(await rows()).toEqual(['c']);
    });
  });

  it('takes a throw of the revision, of whatever kind, for its failure', async () => {
    const throwing = (thrown: unknown) => failure(new TestHistory({ a: () => Promise.reject(thrown) }));
    expect((await throwing(new TypeError('no such thing'))).message).toBe(
      'upgrade of a failed at /app/migrations/versions/history.ts: no such thing',
    );
    expect((await throwing('a word')).message).toContain(': a word');
    expect((await throwing(undefined)).message).toContain(': undefined');
  });

  it('waits for the calls that a revision forgot to await', async () => {
    const forgetful = new TestHistory({
      a: (op) => {
        void op.createTable({ name: 'one', columns: [column] });
        void op.execute('INSERT INTO one (id) VALUES (1)');
      },
    });
    await upgrade(forgetful);
    expect(await dataSource.query('SELECT id FROM one')).toEqual([{ id: 1 }]);
    const error = await failure(
      new TestHistory({ a: makes('one'), b: (op) => void op.execute('INSERT INTO missing (id) VALUES (1)') }),
    );
    expect(error.failure).toMatchObject({ revision: 'b', statement: 'INSERT INTO missing (id) VALUES (1)' });
  });

  it('runs what a revision does with the query runner and the manager in the same transaction', async () => {
    const history = new TestHistory({
      a: makes('one'),
      b: async (op) => {
        await op.manager.transaction((manager) => manager.query('INSERT INTO one (id) VALUES (1)'));
        await op.queryRunner.query('INSERT INTO one (id) VALUES (2)');
        await op.manager.createQueryBuilder().insert().into('one').values({ id: 3 }).execute();
        expect(await op.manager.query('SELECT count(*) AS n FROM one')).toEqual([
          { n: dialectName === 'postgres' ? '3' : 3 },
        ]);
        throw new Error('enough');
      },
    });
    await failure(history, perMigration);
    expect(await dataSource.query('SELECT * FROM one')).toEqual([]);
  });

  it('fails when a revision ends its transaction, and names the revision', async () => {
    const committing = new TestHistory({
      a: makes('one'),
      b: async (op) => {
        await op.queryRunner.query('COMMIT');
        await op.queryRunner.query('INSERT INTO one (id) VALUES (1)');
      },
    });
    await expect(upgrade(committing)).rejects.toMatchObject({
      code: 'TRANSACTION_ENDED',
      message: expect.stringContaining('Revision b (/app/migrations/versions/history.ts) ended the run'),
      current: ['a'],
    });
    const throwing = new TestHistory({
      a: makes('one'),
      b: async (op) => {
        await op.queryRunner.query('COMMIT');
        throw new Error('after that');
      },
    });
    await expect(upgrade(throwing)).rejects.toMatchObject({
      code: 'TRANSACTION_ENDED',
      cause: { message: 'after that' },
    });
    expect(dataSource.createQueryRunner().isTransactionActive).toBe(false);
  });

  it('fails when a revision leaves a transaction open, and names the revision', async () => {
    const history = new TestHistory({ a: makes('one'), b: (op) => op.queryRunner.startTransaction() });
    await expect(upgrade(history)).rejects.toMatchObject({ code: 'TRANSACTION_LEFT_OPEN', revision: 'b' });
    expect(await tables()).toEqual([]);
    expect((await historyRows()).map((row) => row['revision'])).toEqual(['b']);
  });

  it('goes on after an error that the revision caught, and names it when the revision fails later', async () => {
    const forgiving = (then: (op: Operations) => Promise<void>) =>
      new TestHistory({
        a: makes('one'),
        b: async (op) => {
          await op.execute('INSERT INTO missing (id) VALUES (1)').catch(() => undefined);
          await then(op);
        },
      });
    await upgrade(forgiving((op) => op.execute('INSERT INTO one (id) VALUES (1)')));
    expect(await rows()).toEqual(['b']);
    await upgrade(three, { plan: () => [], purge: true });
    await dataSource.query('DROP TABLE one');
    const error = await failure(forgiving((op) => op.execute('INSERT INTO gone (id) VALUES (1)')));
    expect(error.failure.statement).toContain('gone');
    expect(error.hint).toMatch(/An earlier error was caught by the revision: .*missing/);
  });

  it('commits before what must run outside the transaction, and begins again', async () => {
    const history = new TestHistory({
      a: makes('one'),
      b: async (op) => {
        await op.execute('INSERT INTO one (id) VALUES (1)');
        await op.autocommit(async () => {
          await op.execute('VACUUM');
        });
        await op.execute('INSERT INTO one (id) VALUES (2)');
        if ((await op.manager.query('SELECT * FROM one')).length === 2 && op.context.xArgs['fail'])
          throw new Error('late');
      },
      c: makes('three'),
    });
    const error = await failure(history, { settings: { ...settings, xArgs: { fail: 'yes' } } });
    expect(error.failure).toMatchObject({ kept: ['a'], rolledBack: [], keptStatements: 2, current: ['a'] });
    expect(error.hint).toContain('2 statements of it are committed and kept, and the next run goes on behind them');
    expect(await dataSource.query('SELECT id FROM one')).toEqual([{ id: 1 }]);
    expect(await historyRows()).toMatchObject([
      { revision: 'a', error: null },
      { revision: 'b', statements_done: 2, error: 'late' },
    ]);
    await dataSource.query('DELETE FROM one');
    const result = await upgrade(history);
    expect(result).toMatchObject({ current: ['c'], notices: [] });
    expect((await historyRows()).at(-2)).toMatchObject({
      revision: 'b',
      statements_done: 3,
      statements_total: 3,
      error: null,
    });
  });

  it('says that an earlier runner died in a revision, once', async () => {
    await upgrade(three, { plan: (at) => three.upgrade(at, 'a') });
    await dataSource.query(
      `INSERT INTO migrate_version_history (revision, direction, started_at, statements_done, applied_by)
       VALUES ('b', 'upgrade', '2026-01-02T03:04:05.000Z', 4, 'ann@build')`,
    );
    const result = await upgrade(three);
    expect(result.notices).toEqual([
      'The upgrade of b that ann@build started at 2026-01-02T03:04:05.000Z was never finished: its runner died, or lost the database. ' +
        'At least 4 statements of it had been committed and stay. It is run again from its first statement.',
    ]);
    expect((await upgrade(three, { plan: (at) => three.downgrade(at, 'a') })).notices).toEqual([]);
  });

  it('says that an earlier runner died in a revision where that revision then fails', async () => {
    await upgrade(three, { plan: (at) => three.upgrade(at, 'a') });
    await dataSource.query(
      `INSERT INTO migrate_version_history (revision, direction, started_at, statements_done, applied_by)
       VALUES ('b', 'upgrade', '2026-01-02T03:04:05.000Z', 4, 'ann@build')`,
    );
    await dataSource.query('CREATE TABLE two (id integer)');
    const error = await failure(three);
    expect(error.hint).toContain('The upgrade of b that ann@build started at');
    expect(error.hint).toContain(
      'its runner died, or lost the database. At least 4 statements of it had been committed and stay.',
    );
  });

  it('refuses a version row that is not there', async () => {
    const lost = { plan: () => three.upgrade(['a'], 'b') };
    await expect(upgrade(three, lost)).rejects.toMatchObject({
      code: 'VERSION_ROW_MISMATCH',
      message: `Expected to match one row when updating 'a' to 'b' in version table "migrate_version"; 0 found.`,
    });
    expect(await tables()).toEqual([]);
    await expect(upgrade(three, { plan: () => three.downgrade(['a']) })).rejects.toMatchObject({
      code: 'MIGRATION_FAILED',
    });
  });

  it('stops when the version rows move between two of its transactions', async () => {
    const moving = new TestHistory({
      a: makes('one'),
      b: async (op) => {
        await op.autocommit(async () => {
          await op.execute(`UPDATE migrate_version SET version_num = 'elsewhere'`);
        });
        await op.createTable({ name: 'two', columns: [column] });
      },
    });
    await expect(upgrade(moving)).rejects.toMatchObject({
      code: 'VERSION_ROWS_MOVED',
      expected: ['a'],
      found: ['elsewhere'],
    });
    expect(await tables()).toEqual(['one']);
  });

  it('runs only what is left when another runner did a part of the plan meanwhile', async () => {
    const result = await upgrade(three, {
      ...perMigration,
      dialect: afterFirstCommit(three.request(dataSource).dialect, async () => {
        await dataSource.query(`UPDATE migrate_version SET version_num = 'b'`);
      }),
    });
    expect(result.steps.map((step) => step.revision)).toEqual(['a', 'c']);
    expect(result.notices).toEqual(['Another runner meanwhile ran b.']);
    expect(result.current).toEqual(['c']);
  });

  it('purges the version rows before a stamp, and plans from none', async () => {
    await upgrade(three);
    await dataSource.query(`INSERT INTO migrate_version (version_num) VALUES ('lost')`);
    const planned: (readonly string[])[] = [];
    const result = await upgrade(three, {
      purge: true,
      plan: (at) => {
        planned.push(at);
        return [{ kind: 'stamp', from: [], to: ['b'], rowChanges: [{ kind: 'insert', id: 'b' }], rows: ['b'] }];
      },
    });
    expect(planned).toEqual([[]]);
    expect(result).toMatchObject({ steps: [{ kind: 'stamp', to: ['b'] }], current: ['b'] });
    expect(await rows()).toEqual(['b']);
    expect((await historyRows()).at(-1)).toMatchObject({ revision: 'b', direction: 'stamp', checksum: null });
  });

  it('keeps the rows when the plan is refused after a purge', async () => {
    await upgrade(three);
    const plan = () => {
      throw new Error('no such revision');
    };
    await expect(upgrade(three, { purge: true, plan })).rejects.toThrow('no such revision');
    expect(await rows()).toEqual(['c']);
  });

  it('calls onVersionApply for each step, inside its transaction', async () => {
    const applied: unknown[] = [];
    await upgrade(three, {
      settings: { ...settings, onVersionApply: (event) => void applied.push([event.revision, event.rows]) },
    });
    expect(applied).toEqual([
      ['a', ['a']],
      ['b', ['b']],
      ['c', ['c']],
    ]);
    const refuse = { settings: { ...settings, onVersionApply: () => Promise.reject(new Error('audit is down')) } };
    const error = await failure(three, { ...refuse, plan: (at) => three.downgrade(at, 'b') });
    expect(error.message).toContain('downgrade of c failed');
    expect(error.message).toContain('audit is down');
    expect(await rows()).toEqual(['c']);
  });

  it('loads every revision of the plan before the first statement', async () => {
    const load: RunRequest['load'] = async (revision) => {
      if (revision.id === 'c') throw new SyntaxError('c does not parse');
      return three.load(revision);
    };
    await expect(upgrade(three, { ...perMigration, load })).rejects.toThrow('c does not parse');
    expect(await tables()).toEqual([]);
    expect(await rows()).toBeUndefined();
  });

  it('runs one after the other when asked twice at once on one data source', async () => {
    const slow = new TestHistory({
      a: async (op) => {
        await op.createTable({ name: 'one', columns: [column] });
        await new Promise((resolve) => setTimeout(resolve, 50));
      },
    });
    const onWait = jest.fn();
    const results = await Promise.all([
      upgrade(slow, { onWait }),
      upgrade(slow, { onWait }),
      upgrade(slow, { onWait }),
    ]);
    expect(results.map(({ steps }) => steps.length)).toEqual([1, 0, 0]);
    expect(onWait).toHaveBeenCalledTimes(2);
  });

  it('gives up on a runner that takes too long', async () => {
    const other = await new DataSource(database.options).initialize();
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    let started: () => void = () => undefined;
    const running = new Promise<void>((resolve) => (started = resolve));
    const slow = new TestHistory({
      a: async (op) => {
        await op.createTable({ name: 'one', columns: [column] });
        started();
        await held;
      },
    });
    const first = upgrade(slow);
    await running;
    const impatient = { settings: { ...settings, runnerTimeout: 300 } };
    await expect(run(slow.request(other, impatient))).rejects.toMatchObject({ code: 'RUNNER_BUSY' });
    await expect(upgrade(slow, impatient)).rejects.toMatchObject({ code: 'RUNNER_BUSY' });
    release();
    await first;
    expect((await run(slow.request(other))).steps).toEqual([]);
    await other.destroy();
  });
});

/** The dialect with something done behind the first commit of a session, when no transaction is open. */
function afterFirstCommit(dialect: RunRequest['dialect'], then: () => Promise<void>): RunRequest['dialect'] {
  let isFirst = true;
  return Object.assign(Object.create(dialect) as RunRequest['dialect'], {
    openSession: async (...args: Parameters<RunRequest['dialect']['openSession']>) => {
      const session = await dialect.openSession(...args);
      const commit = session.commit.bind(session);
      session.commit = async () => {
        await commit();
        if (isFirst) await then();
        isFirst = false;
      };
      return session;
    },
  });
}
