import { Client } from 'pg';
import { DataSource } from 'typeorm';
import { createPostgresDatabase, type TestDatabase } from '../../../../../test/support/databases.js';
import { TestHistory } from '../../../../../test/faults/history.js';
import { run } from '../../../../runtime/index.js';
import type { DialectSession, SessionOptions } from '../../../dialect.js';
import { openSession } from '../open-session.js';

const options: SessionOptions = {
  lockTimeout: 1_000,
  statementTimeout: 0,
  runnerTimeout: 30_000,
  versionTable: { name: 'migrate_version' },
  lock: 'lease',
};

/** Another runner takes the lease for a time. */
const take = (time: string): string =>
  `UPDATE migrate_version_lock SET owner = 'another', run_by = 'alice@ci', expires_at = now() + interval '${time}'`;

describe('a session with a lease', () => {
  let database: TestDatabase;
  let dataSource: DataSource;
  let other: Client;
  let session: DialectSession | undefined;

  beforeEach(async () => {
    database = await createPostgresDatabase();
    dataSource = await new DataSource(database.options).initialize();
    other = new Client(database.url);
    await other.connect();
  });

  afterEach(async () => {
    await session?.close();
    await other.end();
    await dataSource.destroy();
    await database.drop();
  });

  async function locked(more: Partial<SessionOptions> = {}): Promise<DialectSession> {
    session = await openSession(dataSource, { ...options, ...more });
    await session.lock();
    return session;
  }

  /** Has another session hold the lock of transactions. */
  async function keepLock(own: DialectSession): Promise<void> {
    await own.begin();
    const { rows } = await other.query(
      `SELECT (classid::bigint << 32) | objid::bigint AS key FROM pg_locks WHERE locktype = 'advisory'
         AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
    );
    await own.rollback();
    await other.query(`SELECT pg_advisory_lock(${rows[0].key})`);
  }

  it('that has lost it waits for nobody, and begins no transaction more', async () => {
    const own = await locked();
    await keepLock(own);
    await other.query(take('1 hour'));
    const since = performance.now();
    await expect(own.begin()).rejects.toMatchObject({ code: 'LEASE_LOST', holder: { owner: 'alice@ci' } });
    expect(performance.now() - since).toBeLessThan(1_000);
  });

  it('that has lost it before its first transaction waits, and takes it again', async () => {
    const waits = jest.fn();
    const own = await locked({ onWait: waits });
    await other.query(take('1 second'));
    await own.begin();
    expect(waits).toHaveBeenCalledWith(
      'runner',
      expect.objectContaining({ holder: expect.objectContaining({ owner: 'alice@ci' }) }),
    );
    await own.commit();
    await own.begin();
    await own.rollback();
    await other.query(take('1 hour'));
    await expect(own.begin()).rejects.toMatchObject({ code: 'LEASE_LOST' });
  });

  it('reports who has the transaction that it waits for, and waits no longer when it is to stop', async () => {
    const waits = jest.fn();
    const abort = new AbortController();
    const own = await locked({ onWait: waits, signal: abort.signal });
    await keepLock(own);
    const begun = own.begin();
    setTimeout(() => abort.abort(), 1_800);
    await expect(begun).rejects.toMatchObject({ code: 'RUN_ABORTED' });
    expect(waits).toHaveBeenCalledWith('runner', expect.objectContaining({ holder: expect.anything() }));
  });

  it('renews one that has expired, as nobody has taken it', async () => {
    const own = await locked();
    await other.query(`UPDATE migrate_version_lock SET expires_at = now() - interval '1 hour'`);
    await own.begin();
    await own.commit();
    const { rows } = await other.query('SELECT expires_at > now() AS "isValid" FROM migrate_version_lock');
    expect(rows).toEqual([{ isValid: true }]);
  });

  it('is refused as a table of runs where its own cannot be created', async () => {
    await other.query(`CREATE ROLE lease_reader LOGIN PASSWORD 'any'; REVOKE CREATE ON SCHEMA public FROM PUBLIC`);
    const url = Object.assign(new URL(database.url), { username: 'lease_reader', password: 'any' }).href;
    const reader = await new DataSource({ type: 'postgres', url }).initialize();
    const request = new TestHistory({ a: async () => undefined }).request(reader);
    const failure = run({ ...request, settings: { ...request.settings, lock: 'lease' } });
    await expect(failure).rejects.toMatchObject({
      code: 'VERSION_TABLE',
      message: expect.stringContaining('permission denied') as string,
    });
    await reader.destroy();
    await other.query('DROP ROLE lease_reader');
  });

  it('reports what its revisions leave on the connections of a pooler', async () => {
    const history = new TestHistory({
      a: (op) => op.execute('SET TIME ZONE 3'),
      b: async (op) => {
        await op.queryRunner.query(`SELECT set_config('application_name', 'b', false)`);
        await op.execute('SET LOCAL work_mem = 1024');
      },
    });
    const request = history.request(dataSource);
    const { notices } = await run({ ...request, settings: { ...request.settings, lock: 'lease' } });
    expect(notices).toEqual([
      expect.stringMatching(/^A revision has used SET TIME ZONE, .* Use SET LOCAL TIME ZONE;/),
      expect.stringContaining('Use set_config(…, true);'),
    ]);
  });
});
