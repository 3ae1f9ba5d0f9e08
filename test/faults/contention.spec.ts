import { setTimeout as sleep } from 'node:timers/promises';
import { DataSource, type QueryRunner } from 'typeorm';
import type { MigrationFailedError } from '../../src/errors/index.js';
import type { Operations } from '../../src/operations/operations.interface.js';
import { run, type RunRequest, type RunSettings } from '../../src/runtime/index.js';
import { createPostgresDatabase, type TestDatabase } from '../support/databases.js';
import { settings, TestHistory, type TestRevision } from './history.js';

type Revisions = Readonly<Record<string, TestRevision | TestRevision['upgrade']>>;

/** Alters a table that queries, and then another one. */
const coldThenHot: Revisions = {
  a: (op) => op.execute('ALTER TABLE cold ADD COLUMN a integer'),
  b: (op) => op.execute('ALTER TABLE hot ADD COLUMN b integer'),
};

describe('a run on PostgreSQL whose tables other sessions hold', () => {
  let database: TestDatabase;
  let dataSource: DataSource;
  let other: QueryRunner;

  beforeEach(async () => {
    database = await createPostgresDatabase();
    dataSource = await new DataSource(database.options).initialize();
    await dataSource.query('CREATE TABLE cold (id integer); CREATE TABLE hot (id integer); INSERT INTO hot VALUES (1)');
    other = dataSource.createQueryRunner();
    await other.startTransaction();
  });

  afterEach(async () => {
    if (other.isTransactionActive) await other.rollbackTransaction();
    await other.release();
    await dataSource.destroy();
    await database.drop();
  });

  const upgrade = (
    revisions: Revisions,
    { lockTimeout = 100, ...changes }: Partial<RunSettings> = {},
    overrides: Partial<RunRequest> = {},
  ) =>
    run(
      new TestHistory(revisions as Record<string, TestRevision>).request(dataSource, {
        settings: { ...settings, lockTimeout, ...changes },
        ...overrides,
      }),
    );

  /** Lets go of the other session's locks after a time. */
  const letGoAfter = async (ms: number): Promise<void> => {
    await sleep(ms);
    await other.rollbackTransaction();
  };

  const columnsOf = async (table: string): Promise<string[]> =>
    (
      await dataSource.query(
        `SELECT attname FROM pg_attribute WHERE attrelid = $1::regclass AND attnum > 0 ORDER BY attnum`,
        [table],
      )
    ).map(({ attname }: { attname: string }) => attname);

  /** Asks a table again and again until told to stop. @returns the longest time that an answer took, ms, and the share that waited */
  const reading = (table: string): { stop(): Promise<{ worst: number; blocked: number }> } => {
    const over = new AbortController();
    const work = (async () => {
      const started = performance.now();
      let worst = 0;
      let blocked = 0;
      while (!over.signal.aborted) {
        const asked = performance.now();
        await dataSource.query(`SELECT count(*) FROM ${table}`);
        const took = performance.now() - asked;
        worst = Math.max(worst, took);
        if (took > 50) blocked += took;
        await sleep(5);
      }
      return { worst, blocked: blocked / (performance.now() - started) };
    })();
    return {
      stop: () => {
        over.abort();
        return work;
      },
    };
  };

  it.each([
    ['a reader idle in its transaction', 'SELECT * FROM hot'],
    ['a writer idle in its transaction', 'INSERT INTO hot VALUES (2)'],
    ['a row lock of a reader', 'SELECT * FROM hot FOR UPDATE'],
  ])('lets the application read what it altered before, behind %s', async (_who, sql) => {
    await other.query(sql);
    const [cold, hot] = [reading('cold'), reading('hot')];
    const [result] = await Promise.all([upgrade(coldThenHot, { lockTimeout: 300 }), letGoAfter(3_000)]);
    const stalls = [await cold.stop(), await hot.stop()];
    for (const { worst, blocked } of stalls) {
      expect(worst).toBeLessThan(300 + 1_000);
      expect(blocked).toBeLessThan(0.55);
    }
    expect(result.steps.map(({ revision }) => revision)).toEqual(['a', 'b']);
    expect([await columnsOf('cold'), await columnsOf('hot')]).toEqual([
      ['id', 'a'],
      ['id', 'b'],
    ]);
  });

  it('does not keep a table locked for the sum of the waits for others', async () => {
    const hot = ['hot1', 'hot2', 'hot3'];
    for (const table of hot) await dataSource.query(`CREATE TABLE ${table} (id integer)`);
    const holders = hot.map((table, index) =>
      dataSource.query(
        `BEGIN; LOCK TABLE ${table} IN ACCESS SHARE MODE; SELECT pg_sleep(${(index + 1) * 0.9}); COMMIT`,
      ),
    );
    await sleep(100);
    const running = upgrade(
      {
        a: coldThenHot['a'],
        b: async (op) => {
          for (const table of hot) await op.execute(`ALTER TABLE ${table} ADD COLUMN b integer`);
        },
      },
      { lockTimeout: 1_000 },
    );
    const stalls: number[] = [];
    const done = new AbortController();
    const reading = (async () => {
      while (!done.signal.aborted) {
        const since = performance.now();
        await dataSource.query('SELECT FROM cold');
        stalls.push(performance.now() - since);
        await sleep(20);
      }
    })();
    expect((await running).current).toEqual(['b']);
    done.abort();
    await Promise.all([reading, ...holders]);
    expect(Math.max(...stalls)).toBeLessThan(2_000);
  });

  it('waits for a long SELECT', async () => {
    const long = other.query('SELECT pg_sleep(1.5) FROM hot');
    await sleep(100);
    const done = long.then(() => other.rollbackTransaction());
    expect((await upgrade(coldThenHot)).current).toEqual(['b']);
    await done;
  });

  it.each([[false], [true]])('counts a data migration once, with transactionPerMigration: %s', async (perMigration) => {
    await other.query('SELECT * FROM hot');
    const [result] = await Promise.all([
      upgrade(
        {
          a: (op) => op.execute('INSERT INTO cold VALUES (1)'),
          b: async (op) => {
            await op.execute('INSERT INTO cold VALUES (2)');
            await op.execute('ALTER TABLE hot ADD COLUMN b integer');
          },
          c: (op) => op.execute('INSERT INTO cold VALUES (3)'),
        },
        { transactionPerMigration: perMigration },
      ),
      letGoAfter(700),
    ]);
    expect(await dataSource.query('SELECT id FROM cold ORDER BY id')).toEqual([{ id: 1 }, { id: 2 }, { id: 3 }]);
    expect(result.steps.map(({ revision }) => revision)).toEqual(['a', 'b', 'c']);
    expect(await dataSource.query('SELECT revision, error FROM migrate_version_history ORDER BY id')).toEqual(
      ['a', 'b', 'c'].map((revision) => ({ revision, error: null })),
    );
  });

  it.each<[string, TestRevision['upgrade']]>([
    ['op.queryRunner', (op) => op.queryRunner.query('ALTER TABLE hot ADD COLUMN b integer').then(() => undefined)],
    ['op.manager', (op) => op.manager.query('ALTER TABLE hot ADD COLUMN b integer').then(() => undefined)],
    [
      'a nested transaction of op.manager',
      (op) => op.manager.transaction(async (inner) => void (await inner.query('ALTER TABLE hot ADD COLUMN b integer'))),
    ],
    ['an operation', (op) => op.addColumn('hot', { name: 'b', type: 'integer', isNullable: true })],
    [
      'an operation of two statements',
      (op) => op.addColumn('hot', { name: 'b', type: 'integer', isNullable: true, comment: 'new' }),
    ],
    ['a call that is not awaited', (op) => void op.execute('ALTER TABLE hot ADD COLUMN b integer')],
    [
      'a revision that catches the error',
      async (op) => {
        await op.execute('ALTER TABLE hot ADD COLUMN b integer').catch(() => undefined);
        await op.execute('INSERT INTO cold VALUES (9)').catch(() => undefined);
      },
    ],
    [
      'a revision that throws another error instead',
      (op) =>
        op.execute('ALTER TABLE hot ADD COLUMN b integer').catch(() => {
          throw new Error('no luck');
        }),
    ],
    [
      'a revision that tries by itself for long',
      async (op) => {
        for (let count = 0; count < 100; count += 1) {
          try {
            await op.execute('ALTER TABLE hot ADD COLUMN b integer');
            return;
          } catch {
            await sleep(20);
          }
        }
      },
    ],
  ])('begins again where a lock was not free in %s', async (_what, b) => {
    await other.query('SELECT * FROM hot');
    const [result] = await Promise.all([
      upgrade({ a: (op) => op.execute('INSERT INTO cold VALUES (1)'), b }),
      letGoAfter(500),
    ]);
    expect(result.current).toEqual(['b']);
    expect(await columnsOf('hot')).toEqual(['id', 'b']);
    expect((await dataSource.query('SELECT id FROM cold WHERE id = 1')) as unknown[]).toHaveLength(1);
  });

  it('begins again after a deadlock', async () => {
    await other.query('LOCK TABLE hot');
    await other.query("SET LOCAL deadlock_timeout = '1h'");
    let waiting: Promise<unknown> | undefined;
    let tries = 0;
    const result = await upgrade(
      {
        a: async (op) => {
          tries += 1;
          await op.execute('LOCK TABLE cold');
          waiting ??= other.query('LOCK TABLE cold').finally(() => other.rollbackTransaction());
          await sleep(200);
          await op.execute('INSERT INTO cold VALUES (1)');
          await op.execute('ALTER TABLE hot ADD COLUMN b integer');
        },
      },
      { lockTimeout: 2_000 },
    );
    await waiting;
    expect(tries).toBe(2);
    expect(result.current).toEqual(['a']);
    expect(await dataSource.query('SELECT id FROM cold')).toEqual([{ id: 1 }]);
  });

  it('takes the lock of a deadlock first, and so gets through transactions that always lock in the other order', async () => {
    const over = new AbortController();
    const shopping = async (): Promise<void> => {
      const shopper = dataSource.createQueryRunner();
      while (!over.signal.aborted) {
        await shopper.startTransaction();
        try {
          await shopper.query('UPDATE hot SET id = id');
          await sleep(100);
          await shopper.query('UPDATE cold SET id = id');
          await shopper.commitTransaction();
        } catch {
          await shopper.rollbackTransaction();
        }
      }
      await shopper.release();
    };
    const shoppers = [shopping(), shopping()];
    await sleep(200);
    let tries = 0;
    const running = upgrade(
      {
        a: async (op) => {
          tries += 1;
          await op.execute('ALTER TABLE cold ADD COLUMN a integer');
        },
        b: (op) => op.execute('ALTER TABLE hot ADD COLUMN b integer'),
      },
      { lockTimeout: 2_000, lockAttempts: 4 },
    );
    const result = await running.finally(() => over.abort());
    await Promise.all(shoppers);
    expect(result.current).toEqual(['b']);
    expect(tries).toBeLessThan(4);
  });

  it('begins again in a downgrade', async () => {
    const history = new TestHistory({
      a: { upgrade: async () => undefined, downgrade: (op) => op.execute('DROP TABLE hot') },
      b: { upgrade: async () => undefined, downgrade: (op) => op.execute('INSERT INTO cold VALUES (2)') },
    });
    const request = (overrides: Partial<RunRequest>): RunRequest =>
      history.request(dataSource, { settings: { ...settings, lockTimeout: 100 }, ...overrides });
    await run(request({}));
    await other.query('SELECT * FROM hot');
    const [result] = await Promise.all([run(request({ plan: (rows) => history.downgrade(rows) })), letGoAfter(500)]);
    expect(result).toMatchObject({ current: [], steps: [{ revision: 'b' }, { revision: 'a' }] });
    expect(await dataSource.query('SELECT id FROM cold')).toEqual([{ id: 2 }]);
  });

  it('begins again where the bookkeeping meets a lock', async () => {
    await upgrade({ a: async () => undefined });
    await other.query('LOCK TABLE migrate_version_history');
    const [result] = await Promise.all([
      upgrade({ a: async () => undefined, b: (op) => op.execute('INSERT INTO cold VALUES (1)') }),
      letGoAfter(500),
    ]);
    expect(result.current).toEqual(['b']);
    expect(await dataSource.query('SELECT id FROM cold')).toEqual([{ id: 1 }]);
  });

  it('begins again where the version table is locked at the start', async () => {
    await upgrade({ a: async () => undefined });
    await other.query('LOCK TABLE migrate_version');
    const [result] = await Promise.all([
      upgrade({ a: async () => undefined, b: async () => undefined }),
      letGoAfter(500),
    ]);
    expect(result.current).toEqual(['b']);
  });

  it('begins again where the commit meets a lock', async () => {
    await dataSource.query(
      `CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN UPDATE hot SET id = id; RETURN NULL; END $$;
       CREATE CONSTRAINT TRIGGER late AFTER INSERT ON cold DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION touch()`,
    );
    await other.query('SELECT * FROM hot FOR UPDATE');
    const [result] = await Promise.all([
      upgrade({
        a: (op) => op.execute('INSERT INTO cold VALUES (1)'),
        b: (op) => op.execute('INSERT INTO cold VALUES (2)'),
      }),
      letGoAfter(500),
    ]);
    expect(result.current).toEqual(['b']);
    expect(await dataSource.query('SELECT id FROM cold ORDER BY id')).toEqual([{ id: 1 }, { id: 2 }]);
  });

  it('gives up in the end, rolls all of it back, and names the session', async () => {
    await other.query('SELECT * FROM hot');
    const notices: string[] = [];
    const error = await upgrade(
      { ...coldThenHot, c: async () => undefined },
      { lockTimeout: 20, lockAttempts: 3 },
      { onLockWait: (message) => notices.push(message) },
    ).catch((thrown: MigrationFailedError) => thrown as MigrationFailedError);
    expect(error).toMatchObject({
      code: 'MIGRATION_FAILED',
      failure: {
        revision: 'b',
        kept: [],
        rolledBack: ['a'],
        current: [],
        statement: 'ALTER TABLE hot ADD COLUMN b integer',
        reason: expect.stringMatching(
          /^Could not get a lock in 3 attempts: pid \d+ \(idle in transaction\) holds "hot" and last ran: SELECT \* FROM hot$/,
        ),
      },
      cause: { code: 'LOCK_TIMEOUT', attempts: 3, blocker: { table: 'hot' } },
    });
    expect((error as MigrationFailedError).failure.caught).toBeUndefined();
    expect(notices).toEqual([
      expect.stringMatching(/^Waiting for a lock, which is tried 2 more times: pid \d+ .* holds "hot"/),
    ]);
    expect(await columnsOf('cold')).toEqual(['id']);
    expect(await dataSource.query('SELECT revision FROM migrate_version_history')).toEqual([{ revision: 'b' }]);
  });

  it('reports each step once, and what came of its last try', async () => {
    await other.query('SELECT * FROM hot');
    const seen: string[] = [];
    let tries = 0;
    const [result] = await Promise.all([
      upgrade(
        {
          ...coldThenHot,
          c: async (op) => {
            tries += 1;
            await op.execute('INSERT INTO cold VALUES (1)');
          },
        },
        { onVersionApply: ({ revision }) => void seen.push(`applied ${revision}`) },
        {
          onStep: ({ revision }) => void seen.push(`step ${revision?.id}`),
          aroundStep: async ({ revision }, work) => {
            seen.push(`start ${revision?.id}`);
            const report = await work();
            seen.push(`end ${revision?.id}, ${report.statements} statements`);
            return report;
          },
        },
      ),
      letGoAfter(500),
    ]);
    expect(seen).toEqual(
      ['a', 'b', 'c'].flatMap((id) => [`start ${id}`, `step ${id}`, `applied ${id}`, `end ${id}, 1 statements`]),
    );
    expect(result.steps).toHaveLength(3);
    expect(tries).toBe(1);
  });

  it('leaves a lock that a hook could not get to the hook', async () => {
    await other.query('LOCK TABLE hot');
    let calls = 0;
    const failing = upgrade(
      { a: (op) => op.execute('INSERT INTO cold VALUES (1)') },
      {
        onVersionApply: async () => {
          calls += 1;
          await dataSource.transaction(async (manager) => {
            await manager.query(`SET LOCAL lock_timeout = 20`);
            await manager.query('SELECT * FROM hot');
          });
        },
      },
    );
    await expect(failing).rejects.toMatchObject({ code: 'MIGRATION_FAILED', failure: { databaseCode: '55P03' } });
    expect(calls).toBe(1);
  });

  it.each<[string, TestRevision['upgrade']]>([
    ['op.execute', (op) => op.execute('ALTER TABLE hot ADD COLUMN b integer')],
    ['op.queryRunner', (op) => op.queryRunner.query('ALTER TABLE hot ADD COLUMN b integer').then(() => undefined)],
  ])('begins again behind the part of a revision that is committed, and counts it once: %s', async (_how, alter) => {
    await other.query('SELECT * FROM hot');
    const cold = reading('cold');
    const revisions: Revisions = {
      a: (op) => op.execute('INSERT INTO cold VALUES (1)'),
      b: async (op) => {
        await op.execute('INSERT INTO cold VALUES (2)');
        await op.autocommit(() => op.execute('INSERT INTO cold VALUES (3)'));
        await op.execute('ALTER TABLE cold ADD COLUMN a integer');
        await op.execute('INSERT INTO cold VALUES (4)');
        await alter?.(op);
      },
      c: (op) => op.execute('INSERT INTO cold VALUES (5)'),
    };
    const [result] = await Promise.all([upgrade(revisions), letGoAfter(1_500)]);
    expect((await cold.stop()).worst).toBeLessThan(100 + 1_000);
    expect(result).toMatchObject({ current: ['c'], steps: [{ revision: 'a' }, { revision: 'b' }, { revision: 'c' }] });
    expect(await dataSource.query('SELECT id FROM cold ORDER BY id')).toEqual([1, 2, 3, 4, 5].map((id) => ({ id })));
    expect(
      await dataSource.query(
        'SELECT revision, error, finished_at IS NULL AS open FROM migrate_version_history ORDER BY id',
      ),
    ).toEqual(['a', 'b', 'c'].map((revision) => ({ revision, error: null, open: false })));
    expect(await columnsOf('hot')).toEqual(['id', 'b']);
    expect((await upgrade(revisions)).notices).toEqual([]);
  });

  it('gives up behind the part of a revision that is committed, and keeps that part', async () => {
    await other.query('SELECT * FROM hot');
    const revisions: Revisions = {
      a: async (op) => {
        await op.execute('INSERT INTO cold VALUES (1)');
        await op.autocommit(() => op.execute('INSERT INTO cold VALUES (2)'));
        await op.execute('INSERT INTO cold VALUES (3)');
        await op.execute('ALTER TABLE hot ADD COLUMN b integer');
      },
    };
    await expect(upgrade(revisions, { lockTimeout: 20, lockAttempts: 2 })).rejects.toMatchObject({
      failure: { revision: 'a', keptStatements: 2, current: [] },
      cause: { code: 'LOCK_TIMEOUT', attempts: 2 },
    });
    expect(await dataSource.query('SELECT id FROM cold ORDER BY id')).toEqual([{ id: 1 }, { id: 2 }]);
    await other.rollbackTransaction();
    expect((await upgrade(revisions)).current).toEqual(['a']);
    expect(await dataSource.query('SELECT id FROM cold ORDER BY id')).toEqual([{ id: 1 }, { id: 2 }, { id: 3 }]);
  });

  it('does not run a procedure again that may have committed', async () => {
    await dataSource.query(
      `CREATE PROCEDURE fill() LANGUAGE plpgsql AS $$ BEGIN INSERT INTO cold VALUES (1); COMMIT; LOCK TABLE hot; END $$`,
    );
    await other.query('SELECT * FROM hot');
    const failing = upgrade({ a: (op) => op.autocommit(() => op.execute('CALL fill()')) });
    await expect(failing).rejects.toMatchObject({ failure: { databaseCode: '55P03' } });
    expect(await dataSource.query('SELECT id FROM cold')).toEqual([{ id: 1 }]);
  });

  it.each<[string, TestRevision['upgrade']]>([
    ['op.execute', (op) => op.execute('ALTER TABLE hot ADD COLUMN b integer')],
    ['op.queryRunner', (op) => op.queryRunner.query('ALTER TABLE hot ADD COLUMN b integer').then(() => undefined)],
    [
      'an operation of two statements',
      (op) => op.addColumn('hot', { name: 'b', type: 'text', isNullable: true, comment: 'b' }),
    ],
  ])('tries a statement outside the transaction again: %s', async (_how, alter) => {
    await other.query('SELECT * FROM hot');
    const [result] = await Promise.all([
      upgrade({
        a: async (op) => {
          await op.execute('INSERT INTO cold VALUES (1)');
          await op.autocommit(async () => alter?.(op));
        },
      }),
      letGoAfter(500),
    ]);
    expect(result.current).toEqual(['a']);
    expect(await dataSource.query('SELECT id FROM cold')).toEqual([{ id: 1 }]);
  });

  const owns: [string, (op: Operations) => Promise<unknown>][] = [
    ['SQL', (op) => inOrder(op, 'BEGIN', 'ALTER TABLE cold ADD COLUMN b integer', alterHot, 'COMMIT')],
    [
      'SQL with a lock of its own',
      (op) => inOrder(op, 'BEGIN', 'LOCK TABLE cold', 'LOCK TABLE hot', alterHot, 'COMMIT'),
    ],
    ['a savepoint in it', (op) => inOrder(op, 'BEGIN', 'SAVEPOINT s', alterHot, 'RELEASE SAVEPOINT s', 'COMMIT')],
    [
      'its operations',
      async (op) => {
        await op.execute('BEGIN');
        await op.addColumn('hot', { name: 'b', type: 'integer', isNullable: true });
        await op.execute('COMMIT');
      },
    ],
    [
      'its query runner',
      async (op) => {
        for (const sql of ['BEGIN', alterHot, 'COMMIT']) await op.queryRunner.query(sql);
      },
    ],
    [
      'TypeORM',
      async (op) => {
        await op.queryRunner.startTransaction();
        await inOrder(op, 'ALTER TABLE cold ADD COLUMN b integer', alterHot);
        await op.queryRunner.commitTransaction();
      },
    ],
    ['TypeORM, by its manager', (op) => op.manager.transaction((manager) => manager.query(alterHot))],
  ];

  const ofLease = owns.filter(([whose]) => whose === 'SQL' || whose === 'TypeORM');
  const byLock = [
    ...owns.map((own) => ['session', ...own] as const),
    ...ofLease.map((own) => ['lease', ...own] as const),
  ];

  it.each(byLock)(
    'begins a transaction of the revision itself again, with the lock %s, of %s',
    async (lock, _whose, revise) => {
      await other.query('SELECT * FROM hot');
      let tries = 0;
      const notices: string[] = [];
      const revisions: Revisions = {
        a: (op) =>
          op.autocommit(async () => {
            await op.execute('INSERT INTO cold VALUES (1)');
            tries += 1;
            await revise(op);
          }),
      };
      const onLockWait = (message: string): void => void notices.push(message);
      await Promise.all([upgrade(revisions, { lock }, { onLockWait }), letGoAfter(400)]);
      expect(tries).toBeGreaterThan(1);
      expect(await columnsOf('hot')).toEqual(['id', 'b']);
      expect(await dataSource.query('SELECT id FROM cold')).toEqual([{ id: 1 }]);
      expect(notices[0]).toMatch(/hot/);
    },
  );

  it.each(owns)('names what such a transaction has waited for in the end, of %s', async (_whose, revise) => {
    await other.query('SELECT * FROM hot');
    const revisions: Revisions = { a: (op) => op.autocommit(async () => void (await revise(op))) };
    const error = await upgrade(revisions, { lockAttempts: 2, lockTimeout: 20 }).catch(
      (thrown: MigrationFailedError) => thrown,
    );
    expect(error).toMatchObject({ cause: { code: 'LOCK_TIMEOUT' }, failure: { keptStatements: 0, current: [] } });
    expect((error as Error).message).toMatch(/"?hot"?/);
  });
});

const alterHot = 'ALTER TABLE hot ADD COLUMN b integer';

async function inOrder(op: Operations, ...statements: readonly string[]): Promise<void> {
  for (const sql of statements) await op.execute(sql);
}
