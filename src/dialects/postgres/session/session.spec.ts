import { setTimeout as pause } from 'node:timers/promises';
import { DataSource } from 'typeorm';
import { LockTimeoutError } from '../../../errors/database.errors.js';
import { RunnerBusyError } from '../../../errors/waiting.errors.js';
import { SchemaMissingError, UncommittedEnumValueError } from '../errors.js';
import { createPostgresDatabase, type TestDatabase } from '../../../../test/support/databases.js';
import type { DialectSession, SessionOptions } from '../../dialect.js';
import { postgresDialect } from '../index.js';
import { searchOwnSchemaFirst } from '../reflect/search-path.js';
import { openSession } from './open-session.js';

/** Those of this database: other tests hold theirs on the same server. */
async function advisoryLocks(dataSource: DataSource): Promise<number> {
  const [row] = await dataSource.query(
    `SELECT count(*)::int AS locks FROM pg_locks l JOIN pg_database d ON d.oid = l.database
     WHERE l.locktype = 'advisory' AND d.datname = current_database()`,
  );
  return row.locks;
}

describe('a session on PostgreSQL', () => {
  let database: TestDatabase;
  let dataSource: DataSource;
  const sessions: DialectSession[] = [];
  const options: SessionOptions = {
    lockTimeout: 40,
    statementTimeout: 0,
    runnerTimeout: 5000,
    versionTable: { name: 'migrate_version' },
  };
  const open = async (changes: Partial<SessionOptions> = {}): Promise<DialectSession> => {
    const session = await openSession(dataSource, { ...options, ...changes });
    sessions.push(session);
    return session;
  };
  const setting = async (session: DialectSession, name: string): Promise<unknown> =>
    ((await session.runner.query(`SELECT current_setting($1) AS value`, [name])) as [{ value: string }])[0].value;

  beforeEach(async () => {
    database = await createPostgresDatabase();
    dataSource = await new DataSource({ ...database.options, poolSize: 4 } as never).initialize();
  });

  afterEach(async () => {
    for (const session of sessions.splice(0)) await session.close();
    await dataSource.destroy();
    await database.drop();
  });

  it('waits until the first runner is done, and reports once that it waits', async () => {
    const first = await open();
    await first.lock();
    let told = 0;
    const second = await open({ onWait: () => (told += 1) });
    const locked = second.lock();
    await pause(700);
    await first.close();
    await locked;
    expect(told).toBe(1);
  });

  it('gives up with the name of the runner that holds the lock', async () => {
    const first = await open();
    await first.lock();
    const second = await open({ runnerTimeout: 200 });
    const error = await second.lock().catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(RunnerBusyError);
    const [{ pid }] = (await first.runner.query('SELECT pg_backend_pid() AS pid')) as [{ pid: number }];
    expect((error as RunnerBusyError).holder?.pid).toBe(pid);
    expect((error as Error).message).toContain(`pid ${pid}`);
  });

  it('does not wait for a run with another version table', async () => {
    await (await open()).lock();
    await (await open({ runnerTimeout: 0, versionTable: { name: 'other_version' } })).lock();
    await (await open({ runnerTimeout: 0, versionTable: { schema: 'other', name: 'migrate_version' } })).lock();
    const same = await open({ runnerTimeout: 0, versionTable: { schema: 'public', name: 'migrate_version' } });
    await expect(same.lock()).rejects.toThrow(RunnerBusyError);
  });

  it.each([
    ['the server ends it', `SELECT pg_terminate_backend($1)`],
    ['its transaction failed and the server ends it', `SELECT pg_terminate_backend($1)`],
  ])('gets the lock of a runner whose connection dies: %s', async (how, sql) => {
    const first = await open();
    await first.lock();
    const [{ pid }] = (await first.runner.query('SELECT pg_backend_pid() AS pid')) as [{ pid: number }];
    if (how.startsWith('its')) {
      await first.begin();
      await first.execute({ sql: 'SELEC' }).catch(() => undefined);
    }
    const second = await open();
    const started = Date.now();
    const locked = second.lock();
    await dataSource.query(sql, [pid]);
    await locked;
    expect(Date.now() - started).toBeLessThan(2000);
    await first.close();
  });

  it('fails with the name of the connection that was lost', async () => {
    const session = await open();
    const [{ pid }] = (await session.runner.query('SELECT pg_backend_pid() AS pid')) as [{ pid: number }];
    await dataSource.query('SELECT pg_terminate_backend($1)', [pid]);
    await pause(100);
    await expect(session.execute({ sql: 'CREATE TABLE t ()' })).rejects.toMatchObject({ code: 'CONNECTION_LOST' });
  });

  it('restores the settings of the connection, and gives no lock back to the pool', async () => {
    const session = await open({ lockTimeout: 77, statementTimeout: 88_000 });
    await session.lock();
    expect(await setting(session, 'lock_timeout')).toBe('77ms');
    expect(await setting(session, 'statement_timeout')).toBe('88s');
    expect(await setting(session, 'client_connection_check_interval')).toBe('500ms');
    await session.begin();
    await session.runner.query('CREATE TABLE left_open ()');
    await session.close();
    await session.close();
    const rows = await dataSource.query(
      `SELECT current_setting('lock_timeout') AS lock, current_setting('client_connection_check_interval') AS client,
              to_regclass('left_open') AS "table"`,
    );
    expect(rows).toEqual([{ lock: '0', client: '0', table: null }]);
    expect(await advisoryLocks(dataSource)).toBe(0);
  });

  it('ends a connection that it cannot give back clean', async () => {
    const session = await open();
    await session.lock();
    await session.runner.query('BEGIN');
    await session.runner.query('SELEC').catch(() => undefined);
    await session.close();
    await pause(100);
    expect(await advisoryLocks(dataSource)).toBe(0);
  });

  it('puts the schema of the data source first, and creates it if it does not exist', async () => {
    await dataSource.query('CREATE SCHEMA "App"');
    const other = await new DataSource({ ...database.options, schema: 'App' } as never).initialize();
    const session = await openSession(other, options);
    await session.execute({ sql: 'CREATE TABLE here ()' });
    await session.close();
    expect(await dataSource.query(`SELECT to_regclass('"App".here')::text AS name`)).toEqual([{ name: '"App".here' }]);
    await other.destroy();

    const missing = await new DataSource({ ...database.options, schema: 'nowhere' } as never).initialize();
    const first = await openSession(missing, options);
    await first.begin();
    await first.rollback();
    await first.begin();
    await first.execute({ sql: 'CREATE TABLE there ()' });
    await first.commit();
    await first.close();
    expect(await dataSource.query(`SELECT to_regclass('nowhere.there')::text AS name`)).toEqual([
      { name: 'nowhere.there' },
    ]);
    await missing.destroy();
  });

  it.each(['session', 'lease'] as const)('puts it into a search path that is empty (%s)', async (lock) => {
    const path = { schema: 'app', extra: { options: '-c search_path=' } };
    const empty = await new DataSource({ ...database.options, ...path } as never).initialize();
    const session = await openSession(empty, { ...options, lock });
    await session.lock();
    await session.begin();
    await session.execute({ sql: 'CREATE TABLE a (id integer)' });
    expect(await searchOwnSchemaFirst(session.runner)).toBe('app');
    await session.commit();
    await session.close();
    expect(
      await dataSource.query(`SELECT relnamespace::regnamespace::text AS schema FROM pg_class WHERE relname = 'a'`),
    ).toEqual([{ schema: 'app' }]);
    await empty.destroy();
  });

  it('fails with the missing schema for a user who may not create it', async () => {
    const role = new URL(database.url).pathname.replace('/test', 'guest');
    await dataSource.query(`CREATE ROLE ${role} LOGIN PASSWORD 'guest'`);
    const url = Object.assign(new URL(database.url), { username: role, password: 'guest' }).href;
    const other = await new DataSource({ type: 'postgres', url, schema: 'nowhere' }).initialize();
    const session = await openSession(other, options);
    await expect(session.begin()).rejects.toThrow(SchemaMissingError);
    await session.close();
    await other.destroy();
    await dataSource.query(`DROP ROLE ${role}`);
  });

  describe('a statement on a table that another session locks', () => {
    let blocker: DialectSession;

    beforeEach(async () => {
      await dataSource.query('CREATE TABLE busy (id integer)');
      blocker = await open();
      await blocker.begin();
      await blocker.runner.query('SELECT * FROM busy');
    });

    it('is tried again until the table is free', async () => {
      const session = await open();
      const altered = session.execute({ sql: 'ALTER TABLE busy ADD COLUMN name text' });
      await pause(300);
      await blocker.rollback();
      await altered;
      expect(await dataSource.query('SELECT name FROM busy')).toEqual([]);
    });

    it('is tried again in a transaction of the caller, and what that did before is kept', async () => {
      const queryRunner = dataSource.createQueryRunner();
      await queryRunner.startTransaction();
      const session = await open({ queryRunner });
      await session.begin();
      await session.execute({ sql: 'CREATE TABLE before ()' });
      const altered = session.execute({ sql: 'ALTER TABLE busy ADD COLUMN name text' });
      await pause(300);
      await blocker.rollback();
      await altered;
      await session.commit();
      await queryRunner.commitTransaction();
      await queryRunner.release();
      expect(await dataSource.query('SELECT name FROM busy')).toEqual([]);
      expect(await dataSource.query('SELECT * FROM before')).toEqual([]);
    });

    it('fails at once in a transaction of the session, which holds the locks of its other statements', async () => {
      const session = await open();
      await session.begin();
      await session.execute({ sql: 'CREATE TABLE before ()' });
      const error = await session.execute({ sql: 'DROP TABLE busy' }).catch((caught: unknown) => caught);
      expect(postgresDialect.contentionOf?.(error)).toBe('lock');
      expect(await session.blockerOf?.('DROP TABLE busy')).toMatchObject({
        table: 'busy',
        query: 'SELECT * FROM busy',
      });
    });

    it('fails in the end, with the session that locks it', async () => {
      const session = await open({ lockTimeout: 10 });
      const error = await session.execute({ sql: 'ALTER TABLE busy ADD COLUMN name text' }).catch((caught) => caught);
      expect(error).toBeInstanceOf(LockTimeoutError);
      expect((error as LockTimeoutError).blocker).toMatchObject({ table: 'busy', query: 'SELECT * FROM busy' });
      expect((error as Error).message.split('ALTER TABLE busy ADD COLUMN name text')).toHaveLength(2);
      expect((error as LockTimeoutError).reason).toMatch(
        /^Could not get a lock in 10 attempts: pid \d+ \(idle in transaction\) holds "busy" and last ran: SELECT \* FROM busy$/,
      );
    });

    it('reports the session that locks it once, after the first attempt', async () => {
      const told: string[] = [];
      await blocker.runner.query(`SET application_name = 'report of\tJune'`);
      await blocker.runner.query(`SELECT 1 AS ${'x'.repeat(40)}, '${'y'.repeat(500)}'`);
      const session = await open({ onLockWait: (message) => told.push(message) });
      const altered = session.execute({ sql: 'ALTER TABLE busy ADD COLUMN name text' });
      await pause(400);
      expect(told).toHaveLength(1);
      await blocker.rollback();
      await altered;
      expect(told).toEqual([
        expect.stringMatching(
          /^Waiting for a lock, which is tried 9 more times: pid \d+ \(application "report of.*June", idle in transaction\) holds "busy" and last ran: SELECT 1 AS x+, 'y+…\. Statement: ALTER TABLE busy ADD COLUMN name text$/,
        ),
      ]);
      expect(told[0]?.length).toBeLessThan(500);
    });

    it('reports what it sees of a session whose details it may not see', async () => {
      const role = `reader_${process.pid}`;
      await dataSource.query(`CREATE ROLE ${role} LOGIN PASSWORD 'reader'`);
      await blocker.rollback();
      await dataSource.query(`GRANT CREATE ON SCHEMA public TO ${role}; ALTER TABLE busy OWNER TO ${role}`);
      await blocker.begin();
      await blocker.runner.query('SELECT * FROM busy');
      const url = Object.assign(new URL(database.url), { username: role, password: 'reader' }).href;
      const other = await new DataSource({ type: 'postgres', url }).initialize();
      const told: string[] = [];
      const session = await openSession(other, { ...options, lockTimeout: 10, onLockWait: (text) => told.push(text) });
      try {
        await expect(session.execute({ sql: 'DROP TABLE busy' })).rejects.toMatchObject({
          reason: expect.stringMatching(/^Could not get a lock in 10 attempts: pid \d+ holds "busy"$/),
        });
        expect(told).toEqual([expect.stringMatching(/: pid \d+ holds "busy"\. Statement: DROP TABLE busy$/)]);
      } finally {
        await session.close();
        await other.destroy();
        await blocker.rollback();
        await dataSource.query(`DROP OWNED BY ${role}; DROP ROLE ${role}`);
      }
    });

    it('reports what it waits for even if it names no table', async () => {
      const told: string[] = [];
      await dataSource.query('CREATE VIEW busy_view AS SELECT * FROM busy');
      await blocker.rollback();
      await blocker.begin();
      await blocker.runner.query('LOCK TABLE busy IN ACCESS EXCLUSIVE MODE');
      const session = await open({ onLockWait: (message) => told.push(message) });
      const done = session.execute({ sql: `DO $$ BEGIN EXECUTE 'LOCK TABLE bu' || 'sy'; END $$` });
      await pause(200);
      await blocker.rollback();
      await done.catch(() => undefined);
      expect(told[0]).toContain('another session holds it');
    });
  });

  it('fails with the error of the database, after which the transaction can go on', async () => {
    const session = await open();
    await session.begin();
    await session.execute({ sql: 'CREATE TABLE kept ()' });
    await expect(session.execute({ sql: 'SELECT * FROM nowhere' })).rejects.toThrow(
      'relation "nowhere" does not exist',
    );
    await session.execute({ sql: 'CREATE TABLE kept_too ()' });
    await session.commit();
    expect(await dataSource.query('SELECT FROM kept, kept_too')).toEqual([]);
  });

  it('may end the transaction itself', async () => {
    const session = await open();
    await session.begin();
    await session.execute({ sql: 'CREATE TABLE kept (); COMMIT' });
    expect(await dataSource.query('SELECT FROM kept')).toEqual([]);
  });

  it.each([
    ['SAVEPOINT mine', 'ROLLBACK TO mine'],
    ['-- so far\nSAVEPOINT mine', '/* back */ ROLLBACK TO mine'],
    ['/* so /* far */ */ savepoint mine', '--\n--\nrollback TO mine'],
  ])('leaves the savepoints of a revision alone: %s', async (savepoint, rollback) => {
    const session = await open();
    await session.begin();
    await session.execute({ sql: savepoint });
    await session.execute({ sql: 'CREATE TABLE lost ()' });
    await session.execute({ sql: rollback });
    await session.execute({ sql: 'CREATE TABLE kept ()' });
    await session.commit();
    expect(await dataSource.query(`SELECT to_regclass('lost') AS lost, to_regclass('kept') AS kept`)).toEqual([
      { lost: null, kept: 'kept' },
    ]);
  });

  it('explains why a new enum value cannot be used before the commit', async () => {
    await dataSource.query(`CREATE TYPE color AS ENUM ('red'); CREATE TABLE car (color color)`);
    const session = await open();
    await session.begin();
    await session.execute({ sql: `ALTER TYPE color ADD VALUE 'green'` });
    const use = session.execute({ sql: `INSERT INTO car VALUES ('green')` });
    await expect(use).rejects.toThrow(UncommittedEnumValueError);
  });

  it('builds an index concurrently while another runner waits for the lock', async () => {
    await dataSource.query('CREATE TABLE big (id integer)');
    const first = await open();
    await first.lock();
    const second = await open();
    const locked = second.lock();
    await first.execute({ sql: 'CREATE INDEX CONCURRENTLY big_id ON big (id)', outsideTransaction: true });
    expect(await setting(first, 'lock_timeout')).toBe('40ms');
    await first.close();
    await locked;
  });
});
