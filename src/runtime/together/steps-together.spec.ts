import { setTimeout as sleep } from 'node:timers/promises';
import { DataSource, type Logger } from 'typeorm';
import { createPostgresDatabase, type TestDatabase } from '../../../test/support/databases.js';
import { settings, TestHistory } from '../../../test/faults/history.js';
import { plainly } from '../../../test/faults/plainly.js';
import { RunAbortedError } from '../../errors/abort.errors.js';
import { MigrationFailedError, VersionRowError } from '../../errors/runtime.errors.js';
import type { Operations } from '../../operations/operations.interface.js';
import type { RunResult } from '../../results.js';
import { run, type RunRequest } from '../index.js';
import { isPlain } from '../revision/plain/plain-function.js';

type Revision = (op: Operations) => Promise<void>;
type Changes = Partial<Omit<RunRequest, 'settings'>> & { readonly settings?: object };

const LONG = 'CREATE TABLE long AS SELECT count(*) FROM generate_series(1, 300000000)';

describe('plain revisions that are sent as one message', () => {
  let database: TestDatabase;
  let dataSource: DataSource;
  const logged: string[] = [];
  const logger = { logQuery: (sql: string) => void logged.push(sql), logQueryError() {} } as unknown as Logger;

  const runOf = (history: TestHistory, { settings: changed, ...more }: Changes = {}): Promise<RunResult> =>
    run({
      ...history.request(dataSource, { mayRecordLater: true, mayJoinSteps: true, ...more }),
      settings: { ...settings, ...changed },
    });
  const upgrade = (revisions: Readonly<Record<string, Revision>>, changes?: Changes): Promise<RunResult> =>
    runOf(new TestHistory(revisions), changes);
  const failureOf = (work: Promise<unknown>): Promise<Error> =>
    work.then(
      () => Promise.reject(new Error('It has not failed.')),
      (error: Error) => error,
    );
  const clear = (): Promise<unknown> => dataSource.query('DROP SCHEMA public CASCADE; CREATE SCHEMA public');
  const tables = async (): Promise<readonly string[]> => {
    const rows = (await dataSource.query(
      `SELECT relname AS name FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY 1`,
    )) as { name: string }[];
    return rows.map(({ name }) => name).filter((name) => !name.startsWith('migrate_'));
  };
  const versions = (): Promise<unknown> => dataSource.query('SELECT version_num AS id FROM migrate_version');
  const history = (): Promise<Record<string, unknown>[]> =>
    dataSource.query(
      'SELECT revision, direction, started_at, finished_at, duration_ms, statements_done, checksum, error IS NULL AS ok ' +
        'FROM migrate_version_history ORDER BY id',
    );

  const one = plainly('CREATE TABLE one (n integer)', 'CREATE INDEX i ON one (n)');
  const two = plainly('CREATE TABLE two (n integer)');
  const three = plainly('CREATE TABLE three (n integer)');

  beforeAll(async () => {
    database = await createPostgresDatabase();
    const options = { ...database.options, poolSize: 3, logger, logging: true };
    dataSource = await new DataSource(options as never).initialize();
  });

  beforeEach(async () => {
    await clear();
    logged.length = 0;
  });

  afterAll(async () => {
    await dataSource.destroy();
    await database.drop();
  });

  it('are in it with their version rows, and in the history each with its times', async () => {
    const own: string[] = [];
    const working = plainly('CREATE TABLE work AS SELECT count(*) FROM generate_series(1, 1000000)');
    const sent = plainly('CREATE TABLE sent AS SELECT current_query() AS sql');
    const before = Date.now();
    const { steps, current } = await upgrade({ a: one, b: working, c: sent }, { onQuery: (sql) => void own.push(sql) });
    const [message] = (await dataSource.query('SELECT sql FROM sent')) as [{ sql: string }];
    expect(message.sql).toMatch(
      /CREATE TABLE one[^]*INSERT INTO "migrate_version"[^]*CREATE TABLE work[^]*current_query/,
    );
    expect(current).toEqual(['c']);
    expect(await versions()).toEqual([{ id: 'c' }]);
    const rows = await history();
    expect(rows).toMatchObject([
      { revision: 'a', direction: 'upgrade', statements_done: 2, checksum: 'checksum of a', ok: true },
      { revision: 'b', statements_done: 1 },
      { revision: 'c', statements_done: 1 },
    ]);
    const times = rows.flatMap((row) => [Number(row['started_at']), Number(row['finished_at'])]);
    expect(times.toSorted((left, right) => left - right)).toEqual(times);
    expect([times[1], times[3]]).toEqual([times[2], times[4]]);
    expect(times[0]).toBeGreaterThanOrEqual(before);
    expect(times[5]).toBeLessThanOrEqual(Date.now());
    const took = rows.map((row) => row['duration_ms']) as [number, number, number];
    expect(steps.map(({ ms }) => ms)).toEqual(took);
    expect(took[1]).toBeGreaterThan(took[0] + took[2]);
    expect(logged.filter((sql) => /^CREATE (?:TABLE|INDEX) \w/.test(sql))).toHaveLength(4);
    expect(own.filter((sql) => sql.includes('RETURNING'))).toHaveLength(3);
  });

  it.each([
    ['as one message', { b: two }],
    ['by itself', {}],
  ])(
    'and that end with a call which is wrong fail, with all before it: %s',
    async (_how, others: Record<string, Revision>) => {
      const wrong: Revision = async (op) => {
        await op.execute('CREATE TABLE right_call (n integer)');
        await op.bulkInsert('right_call', null as never);
      };
      expect(isPlain(wrong, new Set(['execute', 'bulkInsert']))).toBe(true);
      const error = await failureOf(upgrade({ a: one, ...others, c: wrong }));
      expect(error.message).toContain('the rows are missing');
      expect(await tables()).toEqual([]);
    },
  );

  it('are as many as fit, and others between them are run by themselves', async () => {
    const answers: unknown[] = [];
    const ids = Array.from({ length: 150 }, (_, index) => `r${index}`);
    const revisions = Object.fromEntries(ids.map((id): [string, Revision] => [id, plainly(`CREATE TABLE t_${id} ()`)]));
    const reading: Revision = async (op) => {
      const { queryRunner } = op;
      answers.push(...(await queryRunner.query('SELECT version_num AS id FROM migrate_version')));
      answers.push(...(await queryRunner.query('SELECT count(*)::integer AS n FROM migrate_version_history')));
    };
    await upgrade({
      ...revisions,
      r70: reading,
      r90: async () => undefined,
      r100: plainly("CREATE TABLE t_r100 (s text DEFAULT '\\')"),
      r110: plainly('CREATE TABLE t_r110 (); CREATE TABLE t_more ()'),
      r120: (op) => op.autocommit(() => op.execute('CREATE TABLE t_r120 ()')),
    });
    expect(answers).toEqual([{ id: 'r69' }, { n: 70 }]);
    expect((await history()).map((row) => row['revision'])).toEqual(ids);
    expect(await versions()).toEqual([{ id: 'r149' }]);
    expect(await tables()).toHaveLength(149);
  });

  it('go down as well', async () => {
    const down = (table: string): Revision => plainly(`DROP TABLE ${table}`);
    const both = new TestHistory({
      a: { upgrade: one, downgrade: down('one') },
      b: { upgrade: two, downgrade: down('two') },
      c: { upgrade: three, downgrade: down('three') },
    });
    await runOf(both);
    await runOf(both, { plan: (rows) => both.downgrade(rows) });
    expect(await tables()).toEqual([]);
    expect(await versions()).toEqual([]);
    expect((await history()).slice(3)).toMatchObject(['c', 'b', 'a'].map((revision) => ({ revision, ok: true })));
  });

  it.each(['INSERT INTO nowhere VALUES (1)', 'CREATE TABLE', 'SELECT 1 / 0', "INSERT INTO one VALUES ('x"])(
    'fail with the revision and the line: %s',
    async (sql) => {
      const failing = plainly('CREATE TABLE two ()', sql, 'CREATE TABLE four ()');
      const revisions = { a: one, b: failing, c: three };
      const alone = (await failureOf(upgrade(revisions, { mayJoinSteps: false }))) as MigrationFailedError;
      await clear();
      const error = (await failureOf(upgrade(revisions))) as MigrationFailedError;
      expect(error).toBeInstanceOf(MigrationFailedError);
      expect(error.failure).toEqual(alone.failure);
      expect(error.failure).toMatchObject({ revision: 'b', line: 3, rolledBack: ['a'], kept: [], current: [] });
      expect(await tables()).toEqual([]);
      expect(await history()).toMatchObject([{ revision: 'b', ok: false }]);
    },
  );

  it('fail with the one that takes too long', async () => {
    const revisions = { a: one, b: plainly('CREATE TABLE two ()', LONG), c: three };
    const error = await failureOf(upgrade(revisions, { settings: { statementTimeout: 100 } }));
    expect(error).toMatchObject({
      failure: { revision: 'b', statement: LONG, line: 3, databaseCode: '57014', rolledBack: ['a'] },
    });
    expect(await tables()).toEqual([]);
  });

  it('are cancelled when the run is stopped, and lost with the connection', async () => {
    const revisions = { a: one, b: plainly('CREATE TABLE two ()', LONG), c: three };
    const stop = new AbortController();
    const stopped = failureOf(upgrade(revisions, { signal: stop.signal }));
    while (!logged.includes(LONG)) await sleep(5);
    await sleep(50);
    stop.abort('SIGINT');
    const error = await stopped;
    expect(error).toBeInstanceOf(RunAbortedError);
    expect(error).toMatchObject({ step: { revision: 'b', rolledBack: ['a'], kept: [] } });
    logged.length = 0;
    const lost = failureOf(upgrade(revisions));
    while (!logged.includes(LONG)) await sleep(5);
    await dataSource.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%' || $1 || '%' AND pid <> pg_backend_pid()`,
      [LONG],
    );
    expect(await lost).toBeInstanceOf(MigrationFailedError);
    expect(await tables()).toEqual([]);
    await upgrade({ ...revisions, b: two });
    expect(await tables()).toEqual(['one', 'three', 'two']);
  });

  it('begin again where another session holds a table', async () => {
    await dataSource.query('CREATE TABLE held (n integer)');
    const holder = dataSource.createQueryRunner();
    await holder.startTransaction();
    await holder.query('SELECT * FROM held');
    const onLockWait = (): void => void (holder.isTransactionActive && holder.rollbackTransaction());
    const revisions = { a: one, b: plainly('CREATE TABLE two ()', 'ALTER TABLE held ADD m integer'), c: three };
    await upgrade(revisions, { onLockWait, settings: { lockTimeout: 100 } });
    await holder.release();
    expect(await tables()).toEqual(['held', 'one', 'three', 'two']);
    expect((await history()).map((row) => row['revision'])).toEqual(['a', 'b', 'c']);
  });

  it('fail with the one whose version row is refused, and the last one where the history is', async () => {
    const refusing = (table: string, condition: string): Promise<unknown> =>
      dataSource.query(`ALTER TABLE ${table} ADD CONSTRAINT refusing CHECK (${condition}) NOT VALID`);
    const revisions = { a: one, b: plainly('CREATE TABLE b ()'), c: two, d: three };
    await upgrade({ a: one });
    await refusing('migrate_version', "version_num <> 'c'");
    const refused = await failureOf(upgrade(revisions));
    expect(refused).toMatchObject({ failure: { revision: 'c', rolledBack: ['b'], kept: [], current: ['a'] } });
    await dataSource.query('ALTER TABLE migrate_version DROP CONSTRAINT refusing');
    await refusing('migrate_version_history', "revision = 'a'");
    const unwritten = await failureOf(upgrade(revisions));
    expect(unwritten).toMatchObject({ failure: { revision: 'd', rolledBack: ['b', 'c'] } });
    expect(await tables()).toEqual(['one']);
  });

  it('are run by themselves where they are about the tables of the run', async () => {
    const moving = plainly(`UPDATE migrate_version SET version_num = 'x'`);
    const moved = await failureOf(upgrade({ a: one, b: moving, c: three }));
    expect(moved).toBeInstanceOf(VersionRowError);
    expect(moved).toMatchObject({ change: { from: 'a', to: 'b' } });
    await upgrade({
      a: one,
      b: two,
      c: plainly('CREATE TABLE seen AS SELECT revision FROM migrate_version_history'),
      d: three,
    });
    const seen = (await dataSource.query('SELECT revision FROM seen')) as { revision: string }[];
    // The first is of the run that has failed.
    expect(seen.map(({ revision }) => revision)).toEqual(['b', 'a', 'b']);
  });
});
