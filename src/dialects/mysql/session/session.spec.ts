import { DataSource } from 'typeorm';
import { describeOnMysql, MysqlDatabase } from '../../../../test/support/mysql-database.js';
import type { DialectSession, SessionOptions } from '../../dialect.js';
import { SQL_MODE } from '../server.js';
import { isRunning } from './run-lock.js';
import { databaseKey, isSameDatabase } from './same-database.js';
import { openSession } from './session.js';
import { applySettings } from './settings.js';
import { isInTransaction } from './transaction-watch.js';
import { connectHint, isUnreachable } from './unreachable.js';

const options: SessionOptions = {
  lockTimeout: 1000,
  lockAttempts: 2,
  statementTimeout: 0,
  runnerTimeout: 300,
  versionTable: { name: 'migrate_version' },
};

describeOnMysql('A session on MySQL', () => {
  let database: MysqlDatabase;
  const opened: DialectSession[] = [];
  beforeEach(async () => (database = await MysqlDatabase.create()));
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((session) => session.close()));
    await database.drop();
  });

  const open = async (changes: Partial<SessionOptions> = {}): Promise<DialectSession> => {
    const session = await openSession(database.dataSource, { ...options, ...changes });
    opened.push(session);
    return session;
  };

  it('has a strict mode and UTC, and gives the settings of the connection back', async () => {
    const runner = database.dataSource.createQueryRunner();
    const read = async () => {
      const [row] = await runner.query(
        'SELECT @@sql_mode AS mode, @@time_zone AS zone, @@lock_wait_timeout AS locks, @@max_statement_time AS statements',
      );
      return row;
    };
    await runner.query(`SET SESSION sql_mode = 'ANSI_QUOTES', time_zone = '+02:00', lock_wait_timeout = 77`);
    const before = await read();
    const session = await openSession(database.dataSource, { ...options, queryRunner: runner, statementTimeout: 2500 });
    const inside = await read();
    expect(inside).toMatchObject({ zone: '+00:00', locks: '1', statements: 2.5 });
    expect(inside.mode.split(',').sort()).toEqual(SQL_MODE.split(',').sort());
    await session.asApplication(async () =>
      expect(await read()).toMatchObject({ mode: 'ANSI_QUOTES', zone: '+02:00' }),
    );
    expect(await read()).toEqual(inside);
    await session.close();
    expect(await read()).toEqual(before);
    expect(runner.isReleased).toBe(false);
    await runner.release();
  });

  it('names the cause where a call has several statements', async () => {
    const session = await open();
    const hintOf = (sql: string): Promise<string | undefined> =>
      session.execute({ sql }).then(
        () => undefined,
        (error: unknown) => session.hintOn?.(error),
      );
    expect(await hintOf('DO 1; DO 2')).toBe('A call sends one statement: write an `op.execute` for each.');
    expect(await hintOf("DO ';' nonsense")).toBeUndefined();
    expect(await hintOf('CREATE PROCEDURE p() BEGIN DO 1; nonsense; END')).toBeUndefined();
    expect(await hintOf('DO 1;')).toBeUndefined();
    await session.close();
  });

  it('refuses a connection in a transaction, which it would commit', async () => {
    const runner = database.dataSource.createQueryRunner();
    await runner.query('START TRANSACTION');
    await expect(openSession(database.dataSource, { ...options, queryRunner: runner })).rejects.toMatchObject({
      code: 'QUERY_RUNNER',
    });
    expect(await isInTransaction(runner)).toBe(true);
    await runner.query('ROLLBACK');
    expect(await isInTransaction(runner)).toBe(false);
    await runner.release();
  });

  it('follows what the server does with transactions, in whatever way', async () => {
    const session = await open();
    const states: boolean[] = [];
    const run = async (sql: string) => {
      await session.revisionRunner.query(sql).catch(() => undefined);
      states.push(session.inTransaction);
    };
    await session.begin();
    await run('CREATE TABLE t (id int)');
    await run('START TRANSACTION');
    await run('INSERT INTO t VALUES (1)');
    await run('SELECT * FROM t');
    await run('INSERT INTO missing VALUES (1)');
    await run('ALTER TABLE missing ADD c int');
    await run('BEGIN');
    await run('COMMIT');
    expect(states).toEqual([false, true, true, true, true, false, true, false]);
    // TypeORM begins another transaction of its own after DDL has ended one.
    await session.begin();
    await run('CREATE TABLE u (id int)');
    await session.revisionRunner.manager.transaction((manager) => manager.query('INSERT INTO u VALUES (1)'));
    expect(session.inTransaction).toBe(false);
    expect(await database.rows('SELECT count(*) AS n FROM u')).toEqual([{ n: '1' }]);
  });

  it('has one runner at a time, and reports who that is', async () => {
    const holder = await open();
    await holder.lock();
    const runner = database.dataSource.createQueryRunner();
    expect(await isRunning(runner, options.versionTable)).toBe(true);
    expect(await isRunning(runner, { name: 'another' })).toBe(false);
    const waits: unknown[] = [];
    const other = await open({ onWait: (what, wait) => waits.push([what, wait.holder?.pid]) });
    await expect(other.lock()).rejects.toMatchObject({
      code: 'RUNNER_BUSY',
      holder: { pid: holder.backend?.pid, user: new URL(database.url).username },
      hint: expect.stringContaining(`KILL ${holder.backend?.pid}`),
    });
    expect(waits).toEqual([['runner', holder.backend?.pid]]);
    await (await open({ versionTable: { name: 'another' } })).lock();
    await (await open({ lock: 'none' })).lock();
    await holder.close();
    await other.lock();
    await runner.release();
  });

  it('tries again when a table is in use, and lets others use it in between', async () => {
    await database.run('CREATE TABLE t (id int)');
    const user = database.dataSource.createQueryRunner();
    await user.query('START TRANSACTION');
    await user.query('SELECT * FROM t');
    const notices: string[] = [];
    const session = await open({ onLockWait: (message) => notices.push(message) });
    const altered = session.execute({ sql: 'ALTER TABLE t ADD c int' });
    await expect(altered).rejects.toMatchObject({ code: 'LOCK_TIMEOUT', attempts: 2 });
    expect(notices).toHaveLength(1);
    const [{ id }] = await user.query('SELECT CONNECTION_ID() AS id');
    // Whether the server shows who holds it, or only who may.
    expect(notices[0]).toMatch(
      new RegExp(
        `pid ${id} \\(.*idle for \\d+ s\\) holds "t"|another session holds it; (?:a transaction is|transactions are) open in .*pid ${id} `,
      ),
    );
    const again = session.execute({ sql: 'ALTER TABLE t ADD c int' });
    await user.query('COMMIT');
    await again;
    await user.release();
  });

  it.each([
    ['a check', 'CONSTRAINT ck CHECK (level > 0)', 'RENAME COLUMN level TO `a level`'],
    ['the check of a column', 'n int CHECK (level > 0)', 'RENAME COLUMN level TO `a level`'],
    ['a generated column', 'n int AS (level + 1)', 'CHANGE COLUMN level `a level` int'],
    ['a default', 'n int DEFAULT (level * 2)', 'ADD COLUMN m int, RENAME COLUMN level TO `a level`'],
  ])('renames a column in %s of a table that others use under an alias', async (_, member, change) => {
    await database.run(`CREATE TABLE \`a t\` (id int PRIMARY KEY, level int, ${member})`);
    await database.run('INSERT INTO `a t` (id, level) VALUES (1, 1)');
    const session = await open();
    // Each use at a time has a cached table of its own.
    const uses = [1, 2, 3].map(() => database.rows('SELECT SLEEP(0.05) FROM `a t` AS used'));
    await Promise.all(uses);
    await session.execute({ sql: `ALTER TABLE \`a t\` ${change}` });
    const [{ 'Create Table': sql } = {}] = await database.rows('SHOW CREATE TABLE `a t`');
    expect(String(sql).match(/`a level`/g)).toHaveLength(2);
    await expect(
      session.execute({ sql: 'ALTER TABLE `a t` RENAME COLUMN id TO key_, ADD CHECK (gone > 0)' }),
    ).rejects.toThrow("Unknown column 'gone' in 'CHECK'");
  });

  it('names the session that holds a table where a plugin shows it, and else those with open transactions', async () => {
    const loads = async (sql: string): Promise<boolean> =>
      database
        .run(sql)
        .then(() => true)
        .catch(() => false);
    await database.run('CREATE TABLE t (id int)', 'CREATE TABLE u (id int)');
    const [user, reader] = [database.dataSource.createQueryRunner(), database.dataSource.createQueryRunner()];
    for (const [runner, table] of [
      [user, 't'],
      [reader, 'u'],
    ] as const) {
      await runner.query('START TRANSACTION');
      await runner.query(`SELECT * FROM ${table}`);
    }
    const pids = [user, reader].map(async (runner) =>
      Number((await runner.query('SELECT CONNECTION_ID() AS id'))[0].id),
    );
    const [pid] = await Promise.all(pids);
    const session = await open();
    const isNew = await loads("INSTALL SONAME 'metadata_lock_info'");
    const isShown =
      (
        await database.rows(
          "SELECT 1 FROM information_schema.plugins WHERE plugin_name = 'METADATA_LOCK_INFO' AND plugin_status = 'ACTIVE'",
        )
      ).length > 0;
    if (isShown) {
      expect(await session.blockerOf?.('ALTER TABLE `t` ADD c int')).toMatchObject({
        pid,
        table: 't',
        user: expect.stringContaining('@'),
        state: expect.stringMatching(/^idle for \d+ s$/),
      });
      expect(await session.blockerOf?.('ALTER TABLE gone ADD c int')).toBeUndefined();
    }
    if (isNew) await loads("UNINSTALL SONAME 'metadata_lock_info'");
    expect(await session.blockerOf?.('UPDATE t SET id = 1')).toBeUndefined();
    expect((await session.openTransactions?.())?.map((one) => one.pid)).toEqual(
      expect.arrayContaining(await Promise.all(pids)),
    );
    for (const runner of [user, reader]) await runner.query('ROLLBACK').then(() => runner.release());
  });

  it('cancels the statement that runs, and goes on', async () => {
    const session = await open();
    const slow = session.execute({ sql: 'SELECT 1 FROM information_schema.tables WHERE SLEEP(20) LIMIT 1' });
    setTimeout(() => void session.cancel?.(), 200);
    const started = Date.now();
    await slow.catch(() => undefined);
    expect(Date.now() - started).toBeLessThan(5000);
    expect(await session.execute({ sql: 'SELECT 1 AS one' })).toEqual([{ one: 1 }]);
  });

  it('limits the time of a statement', async () => {
    const session = await open({ statementTimeout: 300 });
    await expect(session.execute({ sql: 'SELECT SLEEP(20)' })).rejects.toThrow('max_statement_time exceeded');
  });

  it('releases the lock of a connection that was killed', async () => {
    const killed = await open();
    await killed.lock();
    await database.run(`KILL ${killed.backend?.pid}`);
    await expect(killed.execute({ sql: 'SELECT 1' })).rejects.toThrow(/ended|closed|lost|ECONNRESET/i);
    await killed.close();
    await (await open()).lock();
  });

  it('knows one database by two connections, and a server that does not answer', async () => {
    const [one, other] = [database.dataSource.createQueryRunner(), database.dataSource.createQueryRunner()];
    expect(await databaseKey(one, { name: 'v' })).toBe(await databaseKey(other, { name: 'v' }));
    expect(await isSameDatabase(one, other)).toBe(true);
    await Promise.all([one.release(), other.release()]);
    const error = await new DataSource({ type: 'mysql', url: 'mysql://a:b@127.0.0.1:1/x' })
      .initialize()
      .catch((thrown) => thrown);
    expect([isUnreachable(error), connectHint(error)]).toEqual([true, expect.stringContaining('host and port')]);
    const url = database.url.replace(/\/\/.*@/, '//nobody:b@');
    const refused = await new DataSource({ type: 'mysql', url }).initialize().catch((thrown) => thrown);
    expect([isUnreachable(refused), connectHint(refused)]).toEqual([
      false,
      expect.stringContaining('user and password'),
    ]);
  });

  it('refuses connections of the package mysql, which TypeORM 0.3 prefers', async () => {
    const queryRunner = database.dataSource.createQueryRunner();
    // What the other package has in common with mysql2.
    const { query, end } = (await queryRunner.connect()) as Record<'query' | 'end', unknown>;
    Object.assign(queryRunner, { connect: async () => ({ query, end }) });
    await expect(applySettings(queryRunner, options)).rejects.toMatchObject({
      code: 'OTHER_DRIVER_PACKAGE',
      hint: expect.stringContaining('npm install mysql2'),
    });
    await queryRunner.release();
  });

  it('needs a database', async () => {
    const dataSource = await new DataSource({
      type: 'mysql',
      url: database.url.replace(/\/nestjs_migrate_\w+$/, '/'),
    }).initialize();
    await expect(openSession(dataSource, options)).rejects.toMatchObject({ code: 'NO_DATABASE' });
    await dataSource.destroy();
  });
});
