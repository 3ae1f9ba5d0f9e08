import { setTimeout as sleep } from 'node:timers/promises';
import { createConnection } from 'mysql2/promise';
import { DataSource, type QueryRunner } from 'typeorm';
import { ContractDatabase, type Revisions } from '../../contract/contract-database.js';
import { subjects } from '../../contract/subjects.js';
import { settings, TestHistory } from '../../../../test/faults/history.js';
import type { RevisionFunction } from '../../../operations/operations.interface.js';
import { sendOnce } from './own-connection.js';
import { withinLimit } from './statement-limit.js';

const mysql = subjects.find(([name]) => name === 'mysql');
const describeHere = mysql === undefined ? describe.skip : describe;

describeHere('A run on MySQL', () => {
  let database: ContractDatabase;
  let other: Awaited<ReturnType<typeof createConnection>>;
  beforeEach(async () => {
    database = await ContractDatabase.make(mysql![1]);
    other = await createConnection(String((database.dataSource.options as { url: string }).url));
    other.on('error', () => undefined);
    await database.query('CREATE TABLE t (id int PRIMARY KEY, n int)');
    await database.query('INSERT INTO t VALUES (1, 0), (2, 0)');
  });
  afterEach(async () => {
    other.destroy();
    await database.drop();
  });

  const history = (revise: Revisions[string]): Revisions => ({ a: revise });
  const values = async (): Promise<unknown[]> =>
    (await database.query('SELECT n FROM t ORDER BY id')).map(({ n }) => n);

  it('begins the transaction of a revision again where a row is held, behind its last change of the schema', async () => {
    await other.query('START TRANSACTION');
    await other.query('UPDATE t SET n = n + 10 WHERE id = 2');
    const notices: string[] = [];
    let calls = 0;
    const run = database.upgrade(
      history(async (op) => {
        calls += 1;
        await op.execute('UPDATE t SET n = n + 100');
        await op.addColumn('t', { name: 'c', type: 'int', isNullable: true });
        await op.execute('UPDATE t SET n = n + 1 WHERE id = 1');
        await op.execute('UPDATE t SET n = n + 1 WHERE id = 2');
      }),
      {
        onLockWait: (message) => {
          notices.push(message);
          // Nobody waits for a row that the run holds in the pause.
          void other.query('UPDATE t SET n = n + 10 WHERE id = 1').then(() => other.query('COMMIT'));
        },
      },
    );
    // The first statement of the revision waits already.
    await run;
    expect(await values()).toEqual([111, 111]);
    expect(notices.length).toBeGreaterThan(0);
    expect(calls).toBeGreaterThan(2);
  });

  it('is the victim of a deadlock, and begins again', async () => {
    let hasMet = false;
    const meet = async (): Promise<void> => {
      if (hasMet) return;
      hasMet = true;
      await other.query('SET innodb_lock_wait_timeout = 20');
      await other.query('START TRANSACTION');
      // The one that has changed more goes on.
      await other.query('INSERT INTO t SELECT seq + 10, 0 FROM seq_1_to_50');
      await other.query('UPDATE t SET n = n + 10 WHERE id = 2');
      void other.query('UPDATE t SET n = n + 10 WHERE id = 1').then(() => other.query('COMMIT'));
      await sleep(200);
    };
    const { current } = await database.upgrade(
      history(async (op) => {
        await op.execute('UPDATE t SET n = n + 1 WHERE id = 1');
        await op.queryRunner.query('SELECT 1');
        await meet();
        // Even where the revision catches the error, nothing of it is committed without the rest.
        await op.execute('UPDATE t SET n = n + 1 WHERE id = 2').catch(() => undefined);
        await op.addColumn('t', { name: 'c', type: 'int', isNullable: true });
      }),
      { settings: { ...settings, lockTimeout: 3_000 } },
    );
    expect(current).toEqual(['a']);
    expect((await values()).slice(0, 2)).toEqual([11, 11]);
  });

  it('takes another connection where that of the pool has ended before anything has run', async () => {
    const { url, type } = database.dataSource.options as { url: string; type: 'mysql' };
    const dataSource = await new DataSource({ type, url, poolSize: 2 } as never).initialize();
    const runners = [dataSource.createQueryRunner(), dataSource.createQueryRunner()];
    const ids: number[] = [];
    for (const runner of runners) ids.push(Number((await runner.query('SELECT CONNECTION_ID() AS id'))[0].id));
    for (const runner of runners) await runner.release();
    // In one go: the pool has no turn in which it could notice.
    const ended = Promise.all(ids.map((id) => other.query(`KILL ${id}`).catch(() => undefined)));
    const own = history((op) => op.execute('UPDATE t SET n = 1'));
    const [, result] = await Promise.all([ended, database.upgrade(own, { dataSource })]);
    expect(result.current).toEqual(['a']);
    await dataSource.destroy();
  });

  it('reports what is kept where its connection is killed in the middle, and goes on', async () => {
    const revise =
      (isKilled: boolean): Revisions[string] =>
      async (op) => {
        await op.execute('UPDATE t SET n = n + 1');
        await op.addColumn('t', { name: 'c', type: 'int', isNullable: true });
        await op.execute('UPDATE t SET n = n + 1');
        const [{ id }] = await op.queryRunner.query('SELECT CONNECTION_ID() AS id');
        if (isKilled) await other.query(`KILL ${id}`);
        await op.execute('UPDATE t SET n = n + 1');
      };
    const error = await database.failure(history(revise(true)));
    expect(error).toMatchObject({
      code: 'MIGRATION_FAILED',
      failure: { keptStatements: 2, kept: [], current: [] },
      hint: expect.stringContaining('2 statements of it are committed and kept, and the next run goes on behind them.'),
    });
    await database.upgrade(history(revise(false)));
    expect(await values()).toEqual([3, 3]);
  });

  it('goes on in the middle of a renamed label, up and down, and counts rows once', async () => {
    await database.query(
      "ALTER TABLE t ADD s set('a','b') NOT NULL DEFAULT 'a', ADD changed int DEFAULT 0, ADD CHECK (s <> '')",
    );
    await database.query("UPDATE t SET s = 'a,b' WHERE id = 2");
    const refuse =
      "CREATE TRIGGER g BEFORE UPDATE ON t FOR EACH ROW SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'not now'";
    const rename =
      (from: string, to: string): RevisionFunction =>
      (op) =>
        op.renameLabel('t', 's', from, to);
    const revisions = { a: { upgrade: rename('b', 'x'), downgrade: rename('x', 'b') } };
    const back = { plan: (rows: readonly string[]) => new TestHistory(revisions).downgrade(rows) };
    const held = async (): Promise<unknown> => [
      (await database.query('SELECT CAST(s AS CHAR) AS s FROM t ORDER BY id')).map(({ s }) => s),
      (await database.query("SHOW COLUMNS FROM t LIKE 's'"))[0]?.['Type'],
    ];
    for (const [label, overrides] of [
      ['x', {}],
      ['b', back],
    ] as const) {
      await database.query(refuse);
      const error = await database.failure(revisions, overrides);
      expect(error).toMatchObject({ message: expect.stringContaining('not now'), failure: { keptStatements: 1 } });
      await database.query('DROP TRIGGER g');
      await database.upgrade(revisions, overrides);
      expect(await held()).toEqual([['a', `a,${label}`], `set('a','${label}')`]);
    }
  });

  it('names whoever holds the lock, and what runs there', async () => {
    const holder = database.upgrade(
      history(async (op) => {
        await op.execute('ALTER TABLE t ADD COLUMN c int');
        await op.execute('SELECT SLEEP(3)');
      }),
    );
    holder.catch(() => undefined);
    const dataSource = await new DataSource(database.dataSource.options).initialize();
    await sleep(700);
    const busy = await database.failure(
      history(async () => undefined),
      {
        dataSource,
        settings: { ...settings, runnerTimeout: 200 },
      },
    );
    await dataSource.destroy();
    expect(busy).toMatchObject({
      code: 'RUNNER_BUSY',
      holder: { owner: expect.stringContaining('@'), user: 'migrate', since: expect.any(Date), state: 'active' },
      message: expect.stringContaining('running: SELECT SLEEP(3)'),
    });
    await holder;
  });

  it('ends statements of a run as MySQL needs it, by KILL QUERY, and goes on behind what is done', async () => {
    // What the session asks and sets, as MySQL would take it; all else is that of the server of the tests.
    const asOnMysql = (): QueryRunner => {
      const runner = database.dataSource.createQueryRunner();
      const query = runner.query.bind(runner) as (
        sql: string,
        ...rest: unknown[]
      ) => Promise<Record<string, unknown>[]>;
      const own = async (sql: string, ...rest: unknown[]): Promise<unknown> => {
        const isOfServer = /max_execution_time/.test(sql);
        const text = isOfServer
          ? sql
              .replaceAll('max_execution_time', 'max_statement_time')
              .replaceAll('transaction_isolation', 'tx_isolation')
          : sql;
        const rows = await query(text, ...rest);
        if (sql === 'SELECT VERSION() AS version, DATABASE() AS `database`') return [{ ...rows[0], version: '8.4.0' }];
        if (!isOfServer || !Array.isArray(rows)) return rows;
        const [{ max_statement_time: time, tx_isolation: isolation, ...others }] = rows as [Record<string, unknown>];
        return [{ ...others, max_execution_time: time, transaction_isolation: isolation }];
      };
      return Object.assign(runner, { query: own });
    };
    let slow: string | undefined = 'ALTER TABLE t ADD COLUMN d int';
    const limited = { settings: { ...settings, statementTimeout: 300, lockTimeout: 20_000 } };
    const revisions = history(async (op) => {
      await op.execute('UPDATE t SET n = n + 1');
      await op.addColumn('t', { name: 'c', type: 'int', isNullable: true });
      await op.execute('UPDATE t SET n = n + 10 WHERE id = 1');
      if (slow !== undefined) await op.execute(slow);
      await op.execute('UPDATE t SET n = n + 100');
    });
    const fails = async (sql: string): Promise<void> => {
      slow = sql;
      const queryRunner = asOnMysql();
      const error = await database.failure(revisions, { ...limited, queryRunner });
      expect(error.message).not.toContain('max_statement_time');
      expect(error).toMatchObject({
        code: 'MIGRATION_FAILED',
        hint: expect.stringContaining('longer than `statementTimeout` (here 300 ms)'),
        failure: { keptStatements: 2 },
      });
      await queryRunner.release();
      expect(await values()).toEqual([1, 1]);
    };
    await fails('SELECT SLEEP(30)');
    await fails('UPDATE t SET n = n + SLEEP(30)');
    slow = undefined;
    const queryRunner = asOnMysql();
    await database.upgrade(revisions, { ...limited, queryRunner });
    expect(await values()).toEqual([111, 101]);
    expect(await queryRunner.query('SELECT @@max_statement_time AS s')).toMatchObject([{ s: 0 }]);
    await queryRunner.release();
  });

  it('ends a statement at a limit that the server itself does not have, and leaves the next one alone', async () => {
    const runner = database.dataSource.createQueryRunner();
    const [{ id }] = await runner.query('SELECT CONNECTION_ID() AS id');
    const kill = (): Promise<void> => sendOnce(database.dataSource, runner, `KILL QUERY ${id}`);
    const limited = (sql: string, limit: number): Promise<unknown> =>
      withinLimit(
        limit,
        () => runner.query(sql),
        kill,
        () => runner.query('DO 0'),
      );
    await runner.query('ALTER TABLE t ADD COLUMN c int');
    await other.query('LOCK TABLES t READ');
    await expect(limited('ALTER TABLE t ADD COLUMN d int', 150)).rejects.toMatchObject({ errno: 1317 });
    await other.query('UNLOCK TABLES');
    for (let time = 0; time < 20; time += 1) await limited('SELECT SLEEP(0.02) AS s', 20).catch(() => undefined);
    expect(await runner.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await runner.release();
  });
});
