import { DataSource, QueryFailedError } from 'typeorm';
import { createPostgresDatabase, type TestDatabase } from '../../../../test/support/databases.js';
import { TestHistory } from '../../../../test/faults/history.js';
import type { Operations } from '../../../operations/operations.interface.js';
import { run } from '../../../runtime/index.js';
import type { DialectSession } from '../../dialect.js';
import { postgresDialect } from '../index.js';
import { openSession } from './open-session.js';

const options = {
  lockTimeout: 1000,
  statementTimeout: 0,
  runnerTimeout: 5000,
  versionTable: { name: 'migrate_version' },
};

describe('what was done before a statement that fails', () => {
  let database: TestDatabase;
  let dataSource: DataSource;
  let session: DialectSession;

  const execute = (sql: string, ...parameters: unknown[]): Promise<unknown> =>
    session.execute({ sql, ...(parameters.length > 0 && { parameters }) });
  const fails = (sql: string): Promise<void> => expect(execute(sql)).rejects.toThrow(QueryFailedError);
  const rows = async (sql = 'SELECT n FROM t ORDER BY n'): Promise<unknown[]> =>
    ((await session.runner.query(sql)) as { n: number }[]).map(({ n }) => Number(n));

  beforeAll(async () => {
    database = await createPostgresDatabase();
    dataSource = await new DataSource({ ...database.options, poolSize: 2 } as never).initialize();
  });

  beforeEach(async () => {
    await dataSource.query('DROP SCHEMA public CASCADE; CREATE SCHEMA public');
    await dataSource.query('CREATE TABLE t (n integer); CREATE SEQUENCE s; CREATE TABLE u (n serial, m integer)');
    session = await openSession(dataSource, options);
    await session.begin();
  });

  afterEach(() => session.close());

  afterAll(async () => {
    await dataSource.destroy();
    await database.drop();
  });

  it('is kept, with and without parameters, however many fail', async () => {
    await execute('INSERT INTO t VALUES (1)');
    await execute('INSERT INTO t VALUES ($1)', 2);
    await execute('INSERT INTO t VALUES (3); -- the last');
    await fails('INSERT INTO t VALUES (1 / 0)');
    await fails('INSERT INTO nowhere VALUES (1)');
    await execute('CREATE TABLE v (n integer)');
    await fails('SELEC');
    expect(await rows()).toEqual([1, 2, 3]);
    expect(await rows('SELECT n FROM v')).toEqual([]);
    await session.commit();
    expect(await rows()).toEqual([1, 2, 3]);
  });

  it('is kept by a commit that comes next', async () => {
    await execute('INSERT INTO t VALUES (1)');
    await fails('INSERT INTO t VALUES (1 / 0)');
    await session.commit();
    expect(await rows()).toEqual([1]);
  });

  it('is there for a query of the revision, a cursor and a callback', async () => {
    await execute('INSERT INTO t VALUES (1)');
    await fails('SELECT 1 / 0');
    expect(await session.revisionRunner.query('SELECT n FROM t')).toEqual([{ n: 1 }]);
    await fails('SELECT 1 / 0');
    const client = (await session.revisionRunner.connect()) as {
      query(sql: string, callback: (error: unknown, result: { rows: unknown[] }) => void): void;
    };
    const found = await new Promise((resolve, reject) =>
      client.query('SELECT n FROM t', (error, result) => (error ? reject(error as Error) : resolve(result.rows))),
    );
    expect(found).toEqual([{ n: 1 }]);
  });

  it('is not done again once the revision has read from the database, or where it works beyond the transaction', async () => {
    await execute('INSERT INTO u (m) VALUES (1)');
    const seen = await session.revisionRunner.query('SELECT n FROM u');
    await fails('SELECT 1 / 0');
    expect(await session.revisionRunner.query('SELECT n FROM u')).toEqual(seen);
    await execute(`SELECT nextval('s')`);
    await fails('SELECT 1 / 0');
    expect(await rows(`SELECT currval('s') AS n`)).toEqual([1]);
    await execute('SELECT pg_advisory_lock(15)');
    await fails('SELECT 1 / 0');
    await execute('SELECT pg_advisory_unlock(15)');
    expect(await rows(`SELECT count(*) AS n FROM pg_locks WHERE locktype = 'advisory' AND objid = 15`)).toEqual([0]);
  });

  it('is undone by a rollback to a savepoint of the revision, before which a statement failed', async () => {
    const { revisionRunner } = session;
    await execute('INSERT INTO t VALUES (1)');
    await revisionRunner.startTransaction();
    await execute('INSERT INTO t VALUES (2)');
    await fails('SELECT 1 / 0');
    await revisionRunner.rollbackTransaction();
    await execute('INSERT INTO t VALUES (3)');
    await fails('SELECT 1 / 0');
    expect(await rows()).toEqual([1, 3]);
  });

  it('counts only once where another session works on the same connection', async () => {
    const other = await openSession(dataSource, { ...options, queryRunner: session.revisionRunner });
    await execute('INSERT INTO t VALUES (1)');
    await other.begin();
    await other.execute({ sql: 'INSERT INTO t VALUES (2)' });
    await expect(other.execute({ sql: 'SELECT 1 / 0' })).rejects.toThrow(QueryFailedError);
    await other.execute({ sql: 'INSERT INTO t VALUES (3)' });
    await other.commit();
    await other.close();
    await fails('SELECT 1 / 0');
    expect(await rows()).toEqual([1, 2, 3]);
  });

  it('is kept where a batch comes next, and the savepoint of a revision is set before what may end the transaction', async () => {
    const [SET, RELEASE] = ['SAVEPOINT revision', 'RELEASE SAVEPOINT revision'];
    await session.batch([SET]);
    await execute('INSERT INTO t VALUES (1)');
    await fails('SELECT 1 / 0');
    expect(await session.batch([RELEASE, 'UPDATE t SET n = n + 1', 'SELECT n FROM t', SET])).toEqual([
      { rows: [] },
      { rows: [], affected: 1 },
      { rows: [{ n: 2 }], affected: 1 },
      { rows: [] },
    ]);
    await session.revisionRunner.query('SELECT 1');
    await session.batch([RELEASE]);
    await session.batch([SET]);
    await session.revisionRunner.query('COMMIT');
    await expect(session.batch([RELEASE])).rejects.toMatchObject({ driverError: { code: '25P01' } });
  });

  it.each(['SELECT 1 / 0', 'INSERT INTO t VALUES (1 / 0)'])(
    'does not hide that a query runner has failed: %s',
    async (sql) => {
      await session.batch(['SAVEPOINT revision']);
      await execute('INSERT INTO t VALUES (1)');
      await expect(session.revisionRunner.query(sql)).rejects.toThrow(QueryFailedError);
      const again = session.batch(['RELEASE SAVEPOINT revision', 'UPDATE t SET n = 5', 'SAVEPOINT revision']);
      await expect(again).rejects.toMatchObject({ driverError: { code: '25P02' } });
      await session.batch(['ROLLBACK TO SAVEPOINT revision']);
      expect(await session.runner.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
    },
  );

  it('is kept in revisions that catch their errors, with the rows of all of them', async () => {
    await session.commit();
    const revisions = Array.from({ length: 5 }, (_, index) => [
      `r${index}`,
      {
        upgrade: async (op: Operations) => {
          await op.execute(`INSERT INTO t VALUES (${index})`);
          await op.createTable({ name: 't', columns: [{ name: 'n', type: 'integer' }] }).catch(() => undefined);
          await op.execute('INSERT INTO t VALUES ($1)', [index + 10]);
          await op.execute(`SELECT ${index} / 0`).catch(() => undefined);
        },
      },
    ]);
    await run(new TestHistory(Object.fromEntries(revisions)).request(dataSource, { dialect: postgresDialect }));
    expect(await rows()).toEqual([0, 1, 2, 3, 4, 10, 11, 12, 13, 14]);
    expect(await session.runner.query('SELECT version_num FROM migrate_version')).toEqual([{ version_num: 'r4' }]);
    expect(
      await session.runner.query('SELECT revision, statements_done AS n FROM migrate_version_history ORDER BY 1'),
    ).toEqual([0, 1, 2, 3, 4].map((index) => ({ revision: `r${index}`, n: 2 })));
  });
});
