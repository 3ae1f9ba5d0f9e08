import { DataSource, type Logger } from 'typeorm';
import { createPostgresDatabase, type TestDatabase } from '../../../../test/support/databases.js';
import { TcpProxy } from '../../../../test/support/tcp-proxy.js';
import type { DialectSession, SessionOptions, Statement } from '../../dialect.js';
import type { Operations } from '../../../operations/operations.interface.js';
import { run } from '../../../runtime/index.js';
import { TestHistory } from '../../../../test/faults/history.js';
import { postgresDialect } from '../index.js';
import { openSession } from './open-session.js';

const options: SessionOptions = {
  lockTimeout: 1000,
  statementTimeout: 0,
  runnerTimeout: 5000,
  versionTable: { name: 'migrate_version' },
};

describe('statements that share a message', () => {
  let database: TestDatabase;
  let proxy: TcpProxy;
  let dataSource: DataSource;
  let session: DialectSession;
  let logged: string[];
  let own: string[];

  const open = async (changes: object = {}): Promise<void> => {
    dataSource = await new DataSource({
      ...database.options,
      url: proxy.url,
      poolSize: 2,
      ...changes,
    } as never).initialize();
    session = await openSession(dataSource, { ...options, onQuery: (sql) => own.push(sql) });
    await session.begin();
    proxy.takeRounds();
    logged.length = 0;
  };
  const execute = (sql: string, parameters?: readonly unknown[]): Promise<unknown> =>
    session.execute({ sql, ...(parameters && { parameters }) });
  const group = async (...statements: Statement[]): Promise<void> => {
    for (const [index, statement] of statements.entries()) {
      const part = index === 0 ? 'first' : index === statements.length - 1 ? 'last' : 'next';
      await session.execute(statement, part);
    }
  };
  const numbers = async (): Promise<unknown> =>
    ((await session.runner.query('SELECT n FROM t ORDER BY n')) as { n: number }[]).map(({ n }) => n);
  const failure = (work: Promise<unknown>): Promise<Error & { driverError: Record<string, unknown> }> =>
    work.then(
      () => Promise.reject(new Error('It has not failed.')),
      (error: Error & { driverError: Record<string, unknown> }) => error,
    );

  beforeEach(async () => {
    [logged, own] = [[], []];
    database = await createPostgresDatabase();
    proxy = await TcpProxy.to(database.url);
    const setup = await new DataSource(database.options).initialize();
    await setup.query('CREATE TABLE t (n integer)');
    await setup.destroy();
  });

  afterEach(async () => {
    await session.close();
    await dataSource.destroy();
    await proxy.close();
    await database.drop();
  });

  it('need no other savepoint after the session has read', async () => {
    await open();
    await execute('INSERT INTO t VALUES (1)');
    proxy.takeRounds();
    await session.runner.query('SELECT * FROM pg_catalog.pg_class WHERE oid = $1', [1]);
    await execute('INSERT INTO t VALUES (2)');
    expect(proxy.takeRounds()).toBe(2);
    await session.runner.query(`SELECT set_config('search_path', 'elsewhere', false)`);
    await failure(execute('SELECT 1 / 0'));
    expect(await session.runner.query('SHOW search_path')).toEqual([{ search_path: 'elsewhere' }]);
    await session.runner.query(`SELECT set_config('search_path', 'public', false)`);
  });

  it('cost a round trip each, and the savepoints between them none', async () => {
    await open();
    for (const n of [1, 2, 3]) await execute(`INSERT INTO t VALUES (${n}) -- ${n}`);
    // The first one sets the savepoint for itself.
    expect(proxy.takeRounds()).toBe(4);
    await group(
      { sql: 'INSERT INTO t VALUES (4)' },
      { sql: 'INSERT INTO t VALUES (5);' },
      { sql: 'CREATE TABLE u ()' },
    );
    expect(proxy.takeRounds()).toBe(3);
    expect(await numbers()).toEqual([1, 2, 3, 4, 5]);
  });

  it('are sent by themselves where they have parameters', async () => {
    await open();
    for (const n of [1, 2, 3]) await execute('INSERT INTO t SELECT CASE WHEN true THEN $1::integer END', [n]);
    await failure(execute('INSERT INTO t VALUES ($1)', ['x']));
    await execute('INSERT INTO t VALUES (4)');
    expect(await numbers()).toEqual([1, 2, 3, 4]);
  });

  it('are undone alone when they fail, whatever was sent between them', async () => {
    await open();
    await execute('INSERT INTO t VALUES (1)');
    await session.revisionRunner.query('INSERT INTO t VALUES (2)');
    await failure(execute('INSERT INTO t VALUES (3), (1 / 0)'));
    await session.revisionRunner.query('INSERT INTO t VALUES ($1)', [4]);
    await failure(execute('INSERT INTO nowhere VALUES (5)'));
    await session.revisionRunner.manager.transaction(async (manager) => {
      await manager.query('INSERT INTO t VALUES (6)');
      await execute('INSERT INTO t VALUES (7)');
      await failure(execute('INSERT INTO t VALUES (8), (1 / 0)'));
    });
    await failure(
      session.revisionRunner.manager.transaction(async () => {
        await execute('INSERT INTO t VALUES (9)');
        throw new Error('not this');
      }),
    );
    await failure(execute('INSERT INTO t VALUES (10), (1 / 0)'));
    expect(await numbers()).toEqual([1, 2, 4, 6, 7]);
  });

  it('of a group are undone together, and those before it are kept', async () => {
    await open();
    await execute('INSERT INTO t VALUES (1)');
    for (const wrong of [0, 1, 2]) {
      const statements = [2, 3, 4].map((n, at) => ({ sql: `INSERT INTO t VALUES (${at === wrong ? '1 / 0' : n})` }));
      await failure(group(...statements));
      await session.undoGroup?.();
      expect(await numbers()).toEqual([1]);
    }
    await group({ sql: 'INSERT INTO t VALUES (5)' }, { sql: 'INSERT INTO t VALUES ($1)', parameters: [6] });
    await group({ sql: 'INSERT INTO t VALUES ($1)', parameters: [7] }, { sql: 'INSERT INTO t VALUES (8)' });
    await failure(execute('SELEC'));
    expect(await numbers()).toEqual([1, 5, 6, 7, 8]);
  });

  it('do not revive a transaction that failed before them', async () => {
    await open();
    await execute('INSERT INTO t VALUES (1)');
    await failure(session.revisionRunner.query('INSERT INTO t VALUES (1 / 0)'));
    for (const work of [() => execute('SELECT 1'), () => group({ sql: 'SELECT 1' }, { sql: 'SELECT 2' })]) {
      expect(await failure(work())).toMatchObject({ driverError: { code: '25P02' } });
      await session.undoGroup?.();
    }
    expect(await failure(session.runner.query('SELECT 1'))).toMatchObject({ driverError: { code: '25P02' } });
  });

  it.each([
    'SELECT * FROM',
    "SELECT 'open",
    'SELECT 1 /* open',
    'SELECT $$ open',
    'SELECT (1',
    'SELEC 1',
    'SELECT nothing',
    '-- x\nDROP',
  ])('give the error that the statement alone gives: %s', async (sql) => {
    await open();
    const alone = await failure(dataSource.query(sql));
    await execute('INSERT INTO t VALUES (1)');
    const error = await failure(execute(sql));
    const { message, position, code } = alone.driverError;
    expect(error).toMatchObject({ query: sql, message, driverError: { message, position, code } });
    await execute('INSERT INTO t VALUES (2)');
    expect(await numbers()).toEqual([1, 2]);
  });

  it('show the logger and subscribers of the application the statement alone, and its result', async () => {
    const events: unknown[] = [];
    await open({
      logger: { logQuery: (sql: string) => logged.push(sql), logQueryError: () => undefined } as unknown as Logger,
    });
    dataSource.subscribers.push({ afterQuery: ({ query, rawResults }) => void events.push([query, rawResults]) });
    expect(await execute('SELECT 1 AS one')).toEqual([{ one: 1 }]);
    expect(await execute('INSERT INTO t VALUES (1) RETURNING n')).toEqual([{ n: 1 }]);
    expect(await execute('UPDATE t SET n = 2')).toEqual([[], 1]);
    expect(await execute('-- nothing')).toEqual([]);
    await execute('SELECT 1 AS one; SELECT 2 AS two');
    expect(logged).toEqual([
      'SELECT 1 AS one',
      'INSERT INTO t VALUES (1) RETURNING n',
      'UPDATE t SET n = 2',
      '-- nothing',
      'SELECT 1 AS one; SELECT 2 AS two',
    ]);
    expect(events).toContainEqual(['UPDATE t SET n = 2', expect.objectContaining({ command: 'UPDATE', rowCount: 1 })]);
    expect(events).toContainEqual([
      'SELECT 1 AS one; SELECT 2 AS two',
      [expect.objectContaining({ rows: [{ one: 1 }] }), expect.objectContaining({ rows: [{ two: 2 }] })],
    ]);
  });

  it('may end the transaction, which is not an error of the statement', async () => {
    const errors: unknown[] = [];
    await open({
      logger: { logQuery: () => undefined, logQueryError: (error: unknown) => errors.push(error) } as unknown as Logger,
    });
    await execute('INSERT INTO t VALUES (1); COMMIT');
    await session.runner.query('BEGIN');
    await execute('INSERT INTO t VALUES (2); ROLLBACK');
    expect(errors).toEqual([]);
    expect(await numbers()).toEqual([1]);
  });

  it.each(['COMMIT; SELECT 1 / 0', 'INSERT INTO t VALUES (1); COMMIT', 'INSERT INTO t VALUES (1); ROLLBACK; SELEC'])(
    'are refused outside the transaction once one has ended it: %s',
    async (sql) => {
      await open();
      await execute('SELECT 1');
      await execute(sql).catch(() => undefined);
      if (sql.endsWith('SELEC')) await execute('ROLLBACK');
      expect(await failure(execute('CREATE TABLE outside ()'))).toMatchObject({ driverError: { code: '25P01' } });
      expect(await dataSource.query(`SELECT to_regclass('outside') AS outside`)).toEqual([{ outside: null }]);
    },
  );

  it('begin at the savepoint that ends a batch', async () => {
    await open();
    for (const n of [1, 3]) {
      await session.batch(['SELECT 1', 'SAVEPOINT one']);
      proxy.takeRounds();
      await failure(execute('INSERT INTO t VALUES (1 / 0)'));
      await execute(`INSERT INTO t VALUES (${n})`);
      await group({ sql: `INSERT INTO t VALUES (${n + 1})` }, { sql: 'SELECT $1::text', parameters: ['x'] });
      await failure(group({ sql: 'SELECT 1' }, { sql: 'SELECT 1 / 0' }));
      await session.undoGroup?.();
      await session.batch(['RELEASE SAVEPOINT one']);
    }
    for (const sql of ['INSERT INTO t VALUES (1 / 0)', 'SELEC']) {
      await session.batch(['SAVEPOINT two']);
      await failure(group({ sql: 'INSERT INTO t VALUES (5)' }, { sql }));
      await session.undoGroup?.();
      await session.batch(['SAVEPOINT two']);
      await failure(group({ sql }, { sql: 'INSERT INTO t VALUES (5)' }));
      await session.undoGroup?.();
      await session.batch(['RELEASE SAVEPOINT two']);
    }
    expect(await numbers()).toEqual([1, 2, 3, 4]);
  });

  it('of the session are one message, with their results, and are reported singly', async () => {
    await open();
    own.length = 0;
    const statements = [
      'SAVEPOINT one',
      'INSERT INTO t VALUES (1), (2)',
      'UPDATE t SET n = n + 10 WHERE n = 1',
      'SELECT n FROM t ORDER BY n',
      'SAVEPOINT two',
    ];
    const results = await session.batch(statements);
    expect(proxy.takeRounds()).toBe(1);
    expect(own).toEqual(statements);
    expect(results).toEqual([
      { rows: [] },
      { rows: [], affected: 2 },
      { rows: [], affected: 1 },
      { rows: [{ n: 2 }, { n: 11 }], affected: 2 },
      { rows: [] },
    ]);
    await execute('INSERT INTO t VALUES (3)');
    expect(proxy.takeRounds()).toBe(1);
    expect(await failure(session.batch(['SELECT 1', 'SELECT 1 / 0', 'SELECT 2']))).toMatchObject({
      name: 'QueryFailedError',
      driverError: { code: '22012' },
    });
  });

  it('leave the client of the caller as it was', async () => {
    await open();
    const runner = dataSource.createQueryRunner();
    const client = (await runner.connect()) as { query: unknown };
    const { query } = client;
    const first = await openSession(dataSource, { ...options, queryRunner: runner });
    const second = await openSession(dataSource, { ...options, queryRunner: runner });
    await first.close();
    expect(client.query).not.toBe(query);
    await second.close();
    await second.close();
    expect(client.query).toBe(query);
    expect(Object.hasOwn(client, 'query')).toBe(false);
    await runner.release();
  });

  it('are sent one by one where the driver is not known to take several', async () => {
    await open();
    const runner = dataSource.createQueryRunner();
    const client = (await runner.connect()) as { query: unknown; connection: unknown };
    const { connection } = client;
    const own = {
      query: (...args: unknown[]) => (client.query as (...args: unknown[]) => unknown)(...args),
      on: () => own,
    };
    Object.assign(runner, { databaseConnection: own });
    const other = await openSession(dataSource, { ...options, queryRunner: runner });
    expect(connection).toBeDefined();
    await other.begin();
    await other.execute({ sql: 'INSERT INTO t VALUES (1)' });
    await failure(other.execute({ sql: 'INSERT INTO t VALUES (2), (1 / 0)' }));
    await other.execute({ sql: 'INSERT INTO t VALUES (3)' }, 'first');
    await other.execute({ sql: 'INSERT INTO t VALUES (4)' }, 'next');
    await other.execute({ sql: 'INSERT INTO t VALUES (5)' }, 'last');
    await other.execute({ sql: 'INSERT INTO t VALUES (6)' }, 'first');
    await failure(other.execute({ sql: 'INSERT INTO t VALUES (7), (1 / 0)' }, 'last'));
    await other.undoGroup?.();
    expect(await other.batch(['UPDATE t SET n = 8 WHERE n = 5', 'SELECT 1 AS one'])).toEqual([
      { rows: [], affected: 1 },
      { rows: [{ one: 1 }], affected: 1 },
    ]);
    await other.commit();
    await other.close();
    Object.assign(runner, { databaseConnection: client });
    await runner.release();
    expect(await numbers()).toEqual([1, 3, 4, 8]);
  });

  it.each([
    [3, false],
    [2, true],
  ])(
    'make a revision of two statements %d round trips of a run, where it may record later: %s',
    async (each, mayRecordLater) => {
      await open();
      const rounds = async (count: number, more: object = {}): Promise<number> => {
        const revisions = Array.from({ length: count }, (_, index) => [
          `r${count}_${index}`,
          {
            upgrade: async (op: Operations) => {
              await op.execute(`INSERT INTO t VALUES (${index})`);
              await op.execute(`CREATE INDEX t_${count}_${index} ON t (n)`);
            },
          },
        ]);
        const history = new TestHistory(Object.fromEntries(revisions));
        const request = history.request(dataSource, { dialect: postgresDialect, mayRecordLater, ...more });
        // Without a limit nobody asks over another connection whether a statement waits, as on a busy machine.
        const settings = { ...request.settings, lockTimeout: 0, versionTable: { name: `v_${count}` } };
        proxy.takeRounds();
        await run({ ...request, settings });
        return proxy.takeRounds();
      };
      await session.commit();
      const [few, many] = [await rounds(2), await rounds(22)];
      expect(many - few).toBe(20 * each);
    },
  );
});
