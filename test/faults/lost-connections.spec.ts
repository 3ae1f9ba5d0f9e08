import { setTimeout as sleep } from 'node:timers/promises';
import { DataSource } from 'typeorm';
import { dialectOf } from '../../src/dialects/index.js';
import { MigrateError } from '../../src/errors/index.js';
import type { Operations } from '../../src/operations/operations.interface.js';
import { readRows, run, type RunRequest } from '../../src/runtime/index.js';
import type { RunResult } from '../../src/results.js';
import { createPostgresDatabase, type TestDatabase } from '../support/databases.js';
import type { Side } from './driver/point.js';
import { PointProxy, type Stop } from './driver/point-proxy.js';
import { settings, TestHistory } from './history.js';

const makes = (name: string) => ({
  upgrade: async (op: Operations) => {
    await op.createTable({ name, columns: [{ name: 'id', type: 'integer', isPrimary: true }] });
    await op.queryRunner.query(`INSERT INTO counter VALUES ('${name}')`);
  },
  downgrade: async (op: Operations) => {
    await op.dropTable(name);
    await op.queryRunner.query(`DELETE FROM counter WHERE name = '${name}'`);
  },
});
const history = new TestHistory({
  a: makes('one'),
  b: {
    ...makes('two'),
    upgrade: async (op) => {
      await op.autocommit(() => op.execute('SELECT 1'));
      await makes('two').upgrade(op);
    },
  },
  c: makes('three'),
});

describe('a connection that is lost', () => {
  let database: TestDatabase;
  let direct: DataSource;

  beforeEach(async () => {
    database = await createPostgresDatabase();
    direct = await new DataSource(database.options).initialize();
    await direct.query('CREATE TABLE counter (name text)');
  });

  afterEach(async () => {
    await direct.destroy();
    await database.drop();
  });

  const plans = {
    upgrade: (rows: readonly string[]) => history.upgrade(rows),
    downgrade: (rows: readonly string[]) => history.downgrade(rows),
  };

  /** A run through a proxy that cuts the connection at one of its requests. */
  async function runThrough(
    request: Partial<RunRequest>,
    stop?: Omit<Stop, 'strike'>,
    end: 'cut' | 'close' | 'stay' = 'cut',
    meanwhile?: () => Promise<unknown>,
  ) {
    const { hostname: host, port } = new URL(database.url);
    let proxy: PointProxy | undefined;
    const strike = async (): Promise<void> => {
      await meanwhile?.();
      if (end !== 'stay') proxy?.[end]();
    };
    proxy = await PointProxy.to({ host, port: Number(port) }, stop && { ...stop, strike });
    const url = new URL(database.url);
    url.host = `127.0.0.1:${proxy.port}`;
    const dataSource = await new DataSource({ type: 'postgres', url: url.href, poolSize: 1 } as never).initialize();
    const before = proxy.requests.length;
    const outcome = await run(history.request(dataSource, request)).then(
      (result): { result?: RunResult; error?: unknown } => ({ result }),
      (error: unknown): { result?: RunResult; error?: unknown } => ({ error }),
    );
    await proxy.settled;
    const { requests, isReached } = proxy;
    await dataSource.destroy().catch(() => undefined);
    proxy.close();
    return { ...outcome, requests, before, isReached };
  }

  async function state() {
    const runner = direct.createQueryRunner();
    const rows = await readRows(runner, dialectOf(direct), settings.versionTable);
    await runner.release();
    const counted = (await direct.query('SELECT name FROM counter ORDER BY name')) as { name: string }[];
    return { rows: rows ?? [], counted: counted.map(({ name }) => name) };
  }

  async function reset(direction: keyof typeof plans): Promise<void> {
    await direct.query('DROP TABLE IF EXISTS one, two, three, migrate_version, migrate_version_history');
    await direct.query('DELETE FROM counter');
    if (direction === 'downgrade') await run(history.request(direct));
  }

  /** What an error says of the database is what it is. */
  function tellsTruth(error: unknown, rows: readonly string[]): string {
    expect(error).toBeInstanceOf(MigrateError);
    const { code, current, failure } = error as MigrateError & {
      current?: readonly string[];
      failure?: { current?: readonly string[]; kept: readonly string[]; rolledBack: readonly string[] };
    };
    const known = current ?? failure?.current;
    if (known !== undefined) expect(known).toEqual(rows);
    else if (code !== 'COMMIT_UNKNOWN') throw new Error(`${code} says nothing of the database: ${String(error)}`);
    return code;
  }

  const kinds: [keyof typeof plans, boolean, Side][] = [
    ['upgrade', false, 'before'],
    ['upgrade', false, 'after'],
    ['upgrade', true, 'before'],
    ['upgrade', true, 'after'],
    ['downgrade', false, 'after'],
    ['downgrade', true, 'after'],
  ];

  it.each(kinds)(
    'at any request of an %s, with a transaction for each revision: %s, %s it reaches the server',
    async (direction, transactionPerMigration, side) => {
      // Without a limit nobody looks over another connection whether a statement waits, which would have a number too.
      const request = { plan: plans[direction], settings: { ...settings, lockTimeout: 0, transactionPerMigration } };
      await reset(direction);
      const clean = await runThrough(request);
      expect(clean.error).toBeUndefined();
      const goal = await state();
      const codes: Record<string, number> = {};
      for (let message = clean.before + 1; message <= clean.requests.length; message += 1) {
        await reset(direction);
        const { result, error, isReached } = await runThrough(request, { message, side });
        const where = `${side} ${message}: ${clean.requests[message - 1]}`;
        const { rows } = await state();
        const outcome = result === undefined ? tellsTruth(error, rows) : 'done';
        codes[outcome] = (codes[outcome] ?? 0) + 1;
        if (result !== undefined) expect({ where, rows: result.current }).toEqual({ where, rows });
        if (result !== undefined) expect({ where, rows }).toEqual({ where, rows: goal.rows });
        expect({ where, isReached }).toEqual({ where, isReached: true });
        await run(history.request(direct, { ...request, settings: { ...request.settings, runnerTimeout: 3_000 } }));
        expect({ where, ...(await state()) }).toEqual({ where, ...goal });
      }
      expect(codes).not.toHaveProperty('COMMIT_UNKNOWN');
      // One of them is the last COMMIT, whose answer was lost.
      if (side === 'after') expect(codes).toHaveProperty('done');
    },
    240_000,
  );

  /** The COMMIT of the last revision: what other connections send has no fixed place among the requests. */
  const lastCommit = (side: Side): Omit<Stop, 'strike'> => {
    let isLast = false;
    const message = (sql: string): boolean => {
      isLast ||= sql.includes(`'three'`);
      return isLast && /\bCOMMIT$/.test(sql);
    };
    return { message, side };
  };

  it('at the last COMMIT is a success when the database has committed, and says so', async () => {
    const { result } = await runThrough({}, lastCommit('after'));
    expect(result).toMatchObject({
      current: ['c'],
      notices: [
        expect.stringMatching(
          /^The connection was lost at the COMMIT of c \(.*\)\. The database was asked again: it is committed\.$/,
        ),
      ],
    });
  });

  it('at the last COMMIT is an unknown end when the database cannot be asked', async () => {
    const started = Date.now();
    const { error } = await runThrough({}, lastCommit('after'), 'close');
    expect(error).toMatchObject({
      code: 'COMMIT_UNKNOWN',
      steps: ['c'],
      kept: ['a', 'b'],
      message: expect.stringMatching(/^Whether data source "default" committed c is not known: /),
      hint: expect.stringContaining('Committed before and kept: a, b.'),
    });
    expect(Date.now() - started).toBeLessThan(15_000);
  });

  describe('where the lock is a lease, at the last COMMIT', () => {
    const leased = { settings: { ...settings, lock: 'lease' as const } };
    const taken = () => direct.query(`UPDATE migrate_version_lock SET owner = 'another'`);
    const isNot = { code: 'MIGRATION_FAILED', failure: { revision: 'c', kept: ['a', 'b'], current: ['b'] } };
    const isCommitted = { current: ['c'], notices: [expect.stringContaining('it is committed')] };

    it.each([
      ['before it', 'before', undefined, isNot],
      ['before it, with the lease', 'before', taken, isNot],
      ['after it', 'after', undefined, isCommitted],
      ['after it, with the lease', 'after', taken, isCommitted],
    ] as const)('is settled by what the database has: %s', async (_what, side, meanwhile, expected) => {
      const { result, error, isReached } = await runThrough(leased, lastCommit(side), 'cut', meanwhile);
      expect(isReached).toBe(true);
      expect(result ?? error).toMatchObject(expected);
    });

    it('no record of what runs outside a transaction is written behind the loss of the lease', async () => {
      const message = (sql: string): boolean => sql.startsWith('INSERT INTO "migrate_version_journal"');
      const built = new TestHistory({
        a: (op) => op.autocommit(() => op.execute('CREATE INDEX CONCURRENTLY ix ON counter (name)')),
      });
      const request = { ...leased, plan: (rows: readonly string[]) => built.upgrade(rows), load: built.load };
      const { error, isReached } = await runThrough(request, { message, side: 'before' }, 'stay', taken);
      expect(isReached).toBe(true);
      expect(error).toMatchObject({ cause: expect.objectContaining({ code: 'LEASE_LOST' }) as Error });
      expect(await direct.query('SELECT * FROM migrate_version_journal')).toEqual([]);
    });

    it('is settled when the COMMIT that still goes on has ended', async () => {
      await direct.query(`
        CREATE FUNCTION late() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(0.7); RETURN NULL; END';
        CREATE CONSTRAINT TRIGGER late AFTER INSERT ON counter DEFERRABLE INITIALLY DEFERRED
          FOR EACH ROW WHEN (NEW.name = 'three') EXECUTE FUNCTION late()`);
      const { result } = await runThrough(leased, lastCommit('during'), 'cut', () => sleep(200));
      expect(result).toMatchObject(isCommitted);
    });
  });

  const outside: Record<string, (op: Operations) => Promise<unknown>> = {
    'a statement': (op) => op.execute(`INSERT INTO counter VALUES ('lost')`),
    'a statement of the query runner': (op) => op.queryRunner.query(`INSERT INTO counter VALUES ('lost')`),
    'a transaction of its own': async (op) => {
      await op.execute('BEGIN');
      await op.execute(`INSERT INTO counter VALUES ('lost')`);
      await op.execute('COMMIT');
    },
    'a transaction of TypeORM': (op) =>
      op.manager.transaction((manager) => manager.query(`INSERT INTO counter VALUES ('lost')`)),
  };
  const losses = [
    ...Object.keys(outside).flatMap((what) =>
      (['after', 'before'] as const).map((side) => [side, what, 'cut'] as const),
    ),
    ['after', 'a statement', 'close'] as const,
  ];

  it.each(losses)(
    '%s the COMMIT of %s outside the transaction is counted, or not known: %s',
    async (side, what, end) => {
      const revisions = new TestHistory({
        a: (op) =>
          op.autocommit(async () => {
            await op.execute(`INSERT INTO counter VALUES ('first')`);
            await outside[what]?.(op);
          }),
      });
      let isLost = false;
      const message = (sql: string): boolean => {
        isLost ||= sql.includes(`'lost'`);
        return isLost && /\bCOMMIT\b/.test(sql);
      };
      const plan = (rows: readonly string[]) => revisions.upgrade(rows);
      const { error } = await runThrough({ plan, load: revisions.request(direct).load }, { message, side }, end);
      const { counted } = await state();
      expect(counted).toEqual(side === 'after' ? ['first', 'lost'] : ['first']);
      if (end === 'close') {
        expect(error).toMatchObject({ failure: { isLastUnknown: true } });
        expect(String((error as MigrateError).hint)).toMatch(
          /Whether the statement under way is committed is not known/,
        );
        return;
      }
      expect(error).toMatchObject({ failure: { keptStatements: counted.length } });
      expect(await direct.query('SELECT statements_done FROM migrate_version_history')).toEqual([
        { statements_done: counted.length },
      ]);
    },
  );

  it('between two statements is noticed at the next one, and ends in an error of the step', async () => {
    let pid = 0;
    const killed = new TestHistory({
      a: makes('one'),
      b: async (op) => {
        const [row] = (await op.queryRunner.query('SELECT pg_backend_pid() AS pid')) as [{ pid: number }];
        pid = row.pid;
        await direct.query('SELECT pg_terminate_backend($1)', [pid]);
        await new Promise((resolve) => void setTimeout(resolve, 200));
        await op.queryRunner.query('SELECT 1');
      },
    });
    const dataSource = await new DataSource(database.options).initialize();
    await expect(run(killed.request(dataSource))).rejects.toMatchObject({
      code: 'MIGRATION_FAILED',
      message: expect.stringContaining('the connection to the database was lost'),
      failure: { rolledBack: ['a'], kept: [], current: [] },
    });
    await dataSource.destroy();
  });

  it('names no error as caught by a revision that it ends outside the transaction', async () => {
    const ended = new TestHistory({
      a: (op) =>
        op.autocommit(async () => {
          await op.execute('SELECT pg_terminate_backend(pg_backend_pid())');
          await op.execute('SELECT 1');
        }),
    });
    const dataSource = await new DataSource(database.options).initialize();
    const error = await run(ended.request(dataSource)).catch((thrown: unknown) => thrown as MigrateError);
    expect(error).toMatchObject({ code: 'MIGRATION_FAILED', failure: { caught: undefined } });
    await dataSource.destroy();
  });

  it('has its failure recorded over another one, so that the next run does not take its runner for dead', async () => {
    const killed = (isKilled: boolean) =>
      new TestHistory({
        a: async (op) => {
          await op.autocommit(() => op.execute('SELECT 1'));
          if (isKilled) await op.execute('SELECT pg_terminate_backend(pg_backend_pid())');
        },
      });
    const dataSource = await new DataSource(database.options).initialize();
    await expect(run(killed(true).request(dataSource))).rejects.toMatchObject({ code: 'MIGRATION_FAILED' });
    const rows = () =>
      direct.query('SELECT finished_at IS NULL AS open, error FROM migrate_version_history ORDER BY id');
    expect(await rows()).toEqual([{ open: false, error: expect.stringContaining('terminat') }]);
    const { notices } = await run(killed(false).request(dataSource));
    expect(notices).toEqual([]);
    await dataSource.destroy();
  });

  it('to a connection of the pool is no matter before anything has run', async () => {
    const dataSource = await new DataSource({ ...database.options, poolSize: 2 } as never).initialize();
    const runners = [dataSource.createQueryRunner(), dataSource.createQueryRunner()];
    for (const runner of runners) await runner.query('SELECT 1');
    for (const runner of runners) await runner.release();
    // In one go: the pool has no turn in which it could notice.
    const ended = direct.query(
      'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()',
    );
    const results = await Promise.all([ended, run(history.request(dataSource))]);
    expect((results[1] as RunResult).current).toEqual(['c']);
    await dataSource.destroy();
  });
});
