import { setTimeout as sleep } from 'node:timers/promises';
import { DataSource, type Logger, QueryFailedError } from 'typeorm';
import { createPostgresDatabase, type TestDatabase } from '../../../../test/support/databases.js';
import { settings, TestHistory } from '../../../../test/faults/history.js';
import { plainly } from '../../../../test/faults/plainly.js';
import { RunAbortedError } from '../../../errors/abort.errors.js';
import { MigrationFailedError } from '../../../errors/runtime.errors.js';
import type { Operations } from '../../../operations/operations.interface.js';
import type { RunResult } from '../../../results.js';
import { run, type RunRequest } from '../../../runtime/index.js';
import { postgresDialect } from '../index.js';

type Revision = (op: Operations) => Promise<void>;

/** Takes longer than any limit that is set here, and works neither with a function of the server nor beyond the transaction. */
const LONG = 'CREATE TABLE long AS SELECT count(*) FROM generate_series(1, 300000000)';

describe('statements of a plain revision, which are sent as one message', () => {
  let database: TestDatabase;
  let dataSource: DataSource;
  const logged: string[] = [];
  const failed: string[] = [];
  const logger = {
    logQuery: (sql: string) => void logged.push(sql),
    logQueryError: (_error: unknown, sql: string) => void failed.push(sql),
  } as unknown as Logger;

  const upgrade = (
    revisions: Readonly<Record<string, Revision>>,
    { settings: changed, ...more }: Partial<Omit<RunRequest, 'settings'>> & { settings?: object } = {},
  ): Promise<RunResult> => {
    const history = new TestHistory(revisions);
    const request = history.request(dataSource, { dialect: postgresDialect, mayRecordLater: true, ...more });
    return run({ ...request, settings: { ...settings, ...changed } });
  };
  const failureOf = async (work: Promise<unknown>): Promise<MigrationFailedError> => {
    const error: unknown = await work.then(
      () => new Error('It has not failed.'),
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(MigrationFailedError);
    return error as MigrationFailedError;
  };
  const placeIn = ({ cause }: Error): unknown =>
    ((cause as QueryFailedError).driverError as { readonly position?: string }).position;
  const rowsOf = (sql: string): Promise<unknown> => dataSource.query(sql);
  const tables = async (): Promise<readonly string[]> => {
    const rows = (await rowsOf(
      `SELECT relname AS name FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY 1`,
    )) as { name: string }[];
    return rows.map(({ name }) => name).filter((name) => !name.startsWith('migrate_'));
  };
  const history = (): Promise<unknown> =>
    rowsOf('SELECT revision, statements_done AS n, error IS NULL AS ok FROM migrate_version_history ORDER BY id');

  beforeAll(async () => {
    database = await createPostgresDatabase();
    const options = { ...database.options, poolSize: 3, logger, logging: true };
    dataSource = await new DataSource(options as never).initialize();
  });

  beforeEach(async () => {
    await dataSource.query('DROP SCHEMA public CASCADE; CREATE SCHEMA public');
    logged.length = 0;
    failed.length = 0;
  });

  afterAll(async () => {
    await dataSource.destroy();
    await database.drop();
  });

  it('are together in it, with the record of the revision before', async () => {
    await upgrade({
      a: async (op) => {
        await op.execute('CREATE TABLE one (n integer)');
        await op.createTable({
          name: 'two',
          columns: [{ name: 'n', type: 'integer' }],
          indices: [{ name: 'i', columnNames: ['n'] }],
        });
        await op.execute('CREATE TABLE sent AS SELECT current_query() AS sql -- the message');
      },
      b: async (op) => {
        await op.execute('INSERT INTO sent SELECT current_query();');
      },
    });
    const [first, second] = (await rowsOf('SELECT sql FROM sent')) as { sql: string }[];
    expect(first?.sql).toMatch(/CREATE TABLE one[^]*CREATE TABLE "two"[^]*CREATE INDEX "i"[^]*current_query/);
    expect(second?.sql).toMatch(/INSERT INTO "?migrate_version[^]*INSERT INTO sent/);
    expect(await history()).toEqual([
      { revision: 'a', n: 4, ok: true },
      { revision: 'b', n: 1, ok: true },
    ]);
    // Each is one for whoever reads the log.
    const own = logged.filter((sql) => /one|"two"|sent/.test(sql) && !sql.startsWith('SELECT'));
    expect(own).toHaveLength(5);
  });

  it.each([
    'SELECT 1 / 0',
    'INSERT INTO nowhere VALUES (1)',
    'CREATE TABLE one ()',
    'CREATE TABLE 😀 (n nothing)',
    'CREATE TABLE',
    "INSERT INTO one VALUES ('x",
    'CREATE INDEX CONCURRENTLY i ON one (n)',
  ])('fail as if each were alone: %s', async (sql) => {
    const before = ['CREATE TABLE one (n integer)', 'INSERT INTO one VALUES (1)'];
    const first: Revision = (op) => op.execute('SELECT 1');
    const oneByOne: Revision = async (op) => {
      for (const each of [...before, sql]) await op.execute(each);
    };
    const alone = await failureOf(upgrade({ a: first, b: oneByOne }));
    await dataSource.query('DROP SCHEMA public CASCADE; CREATE SCHEMA public');
    const error = await failureOf(upgrade({ a: first, b: plainly(...before, sql, 'CREATE TABLE two ()') }));
    expect({ ...error.failure, line: undefined }).toEqual({ ...alone.failure, line: undefined });
    expect(error.failure.line).toBe(4);
    expect(placeIn(error)).toBe(placeIn(alone));
    expect(await tables()).toEqual([]);
    expect(await history()).toMatchObject([{ revision: 'b', ok: false }]);
  });

  it('are run one by one where another one begins what they end, or they are several', async () => {
    await upgrade({
      a: async (op) => {
        await op.execute("CREATE TABLE one (s text DEFAULT ';')");
        await op.execute("INSERT INTO one VALUES ('a; b'), ('--')");
        await op.execute('CREATE TABLE two (); CREATE TABLE three ()');
        await op.execute("INSERT INTO one VALUES ('\\\\')");
        await op.execute('/* ; */ CREATE TABLE four () /* ; */ ;');
      },
    });
    expect(await tables()).toEqual(['four', 'one', 'three', 'two']);
    expect(await rowsOf('SELECT s FROM one')).toEqual([{ s: 'a; b' }, { s: '--' }, { s: '\\\\' }]);
    expect(await history()).toEqual([{ revision: 'a', n: 5, ok: true }]);
  });

  it('go on one by one behind what depends on the database', async () => {
    await upgrade({
      a: async (op) => {
        await op.execute("CREATE TYPE color AS ENUM ('red')");
        await op.execute("CREATE TABLE one (n integer, c color DEFAULT 'red')");
        await op.execute('INSERT INTO one VALUES (1)');
        await op.alterColumn('one', 'n', { type: 'bigint' });
        await op.addEnumValue('color', 'blue');
        await op.execute("INSERT INTO one VALUES (2, 'blue')");
        await op.execute('CREATE TABLE two (n integer UNIQUE DEFERRABLE INITIALLY DEFERRED)');
        await op.execute('INSERT INTO two VALUES (1), (2)');
        await op.execute('ALTER TABLE two ADD m integer');
      },
    });
    expect(await rowsOf('SELECT n, c FROM one ORDER BY n')).toEqual([
      { n: '1', c: 'red' },
      { n: '2', c: 'blue' },
    ]);
    expect(await tables()).toEqual(['one', 'two']);
  });

  it('are cancelled when they take too long, and the one that did is named', async () => {
    const slow = plainly('CREATE TABLE one ()', LONG, 'CREATE TABLE two ()');
    const { failure } = await failureOf(upgrade({ a: slow }, { settings: { statementTimeout: 100 } }));
    expect(failure).toMatchObject({ revision: 'a', statement: LONG, databaseCode: '57014' });
    expect(failure.line).toBe(3);
    expect(failed).toEqual([LONG]);
    expect(await tables()).toEqual([]);
  });

  it('are lost with the connection, and so is the run', async () => {
    const ended = failureOf(upgrade({ z: plainly('CREATE TABLE one ()'), a: plainly('CREATE TABLE two ()', LONG) }));
    while (!logged.includes(LONG)) await sleep(5);
    await dataSource.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%' || $1 AND pid <> pg_backend_pid()`,
      [LONG],
    );
    const { failure } = await ended;
    expect(failure).toMatchObject({ revision: 'a', kept: [], rolledBack: ['z'], current: [] });
    expect(await tables()).toEqual([]);
  });

  it.each([
    ['has not found its row', "UPDATE migrate_version SET version_num = 'x'", /version table/],
    ['is refused', 'ALTER TABLE migrate_version_history ADD CHECK (duration_ms < 0) NOT VALID', /check constraint/],
  ])('leave the failure of a record that %s to its revision', async (_, sql, reason) => {
    const revisions = { z: plainly('CREATE TABLE one ()'), a: plainly(sql), b: plainly('CREATE TABLE two ()') };
    const error = await upgrade(revisions).catch((thrown: unknown) => thrown as Error);
    expect(error).toMatchObject({ message: expect.stringMatching(reason) });
    if (error instanceof MigrationFailedError) expect(error.failure.revision).toBe('a');
    expect(await tables()).toEqual([]);
  });

  it('are cancelled when the run is stopped', async () => {
    const stop = new AbortController();
    const slow = plainly('CREATE TABLE one ()', LONG);
    const running = upgrade({ z: async (op) => op.execute('SELECT 1'), a: slow }, { signal: stop.signal });
    const ended = running.catch((error: unknown) => error);
    while (!logged.includes(LONG)) await sleep(5);
    const started = performance.now();
    stop.abort('SIGINT');
    const error = await ended;
    expect(performance.now() - started).toBeLessThan(3_000);
    expect(error).toBeInstanceOf(RunAbortedError);
    expect((error as RunAbortedError).step).toMatchObject({ revision: 'a', rolledBack: ['z'] });
    expect(await tables()).toEqual([]);
  });

  describe('where another session holds a table', () => {
    const blocked = plainly('CREATE TABLE one ()', 'ALTER TABLE held ADD m integer', 'CREATE TABLE two ()');

    const holding = async <T>(work: (release: () => Promise<void>) => Promise<T>): Promise<T> => {
      await dataSource.query('CREATE TABLE held (n integer)');
      const holder = dataSource.createQueryRunner();
      await holder.startTransaction();
      await holder.query('SELECT * FROM held');
      const release = async (): Promise<void> => {
        if (holder.isTransactionActive) await holder.rollbackTransaction();
      };
      try {
        return await work(release);
      } finally {
        await release();
        await holder.release();
      }
    };

    it('begin again until it is free, and run once', () =>
      holding(async (release) => {
        const waits: string[] = [];
        const onLockWait = (message: string): void => {
          waits.push(message);
          void release();
        };
        await upgrade({ a: blocked }, { onLockWait, settings: { lockTimeout: 100 } });
        expect(waits.join()).toMatch(/held/);
        expect(await tables()).toEqual(['held', 'one', 'two']);
        expect(await history()).toEqual([{ revision: 'a', n: 3, ok: true }]);
      }));

    it('fail with the statement that waits', () =>
      holding(async () => {
        const limits = { lockTimeout: 50, lockAttempts: 2 };
        const { failure } = await failureOf(upgrade({ a: blocked }, { settings: limits }));
        expect(failure).toMatchObject({ revision: 'a', statement: 'ALTER TABLE held ADD m integer' });
        expect(failure.line).toBe(3);
        expect(await tables()).toEqual(['held']);
      }));
  });

  it('are sent one by one where somebody hears of each', async () => {
    const seen: string[] = [];
    const heard = plainly(
      'CREATE TABLE sent AS SELECT current_query() AS sql',
      'INSERT INTO sent SELECT current_query()',
    );
    const onStatement = ({ sql, state }: { sql: string; state: string }): void => void seen.push(`${state} ${sql}`);
    await upgrade({ a: heard }, { onStatement });
    expect(await rowsOf(`SELECT sql FROM sent WHERE sql LIKE 'CREATE%INSERT%'`)).toEqual([]);
    expect(seen.filter((one) => /^done (?:CREATE|INSERT INTO) .*current_query/.test(one))).toHaveLength(2);
    await dataSource.query('DROP SCHEMA public CASCADE; CREATE SCHEMA public');
    const subscriber = { beforeQuery: ({ query }: { query: string }) => void seen.push(query) };
    (dataSource.subscribers as object[]).push(subscriber);
    try {
      await upgrade({ a: heard });
    } finally {
      dataSource.subscribers.splice(0);
    }
    expect(await rowsOf(`SELECT sql FROM sent WHERE sql LIKE 'CREATE%INSERT%'`)).toEqual([]);
  });
});
