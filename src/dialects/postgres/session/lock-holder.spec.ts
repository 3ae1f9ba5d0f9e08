import { DataSource } from 'typeorm';
import { createPostgresDatabase, type TestDatabase } from '../../../../test/support/databases.js';
import type { RunnerInfo, WaitInfo } from '../../../errors/waiting.errors.js';
import { openSession } from './open-session.js';

let database: TestDatabase;
let dataSource: DataSource;

beforeEach(async () => {
  database = await createPostgresDatabase();
  dataSource = await new DataSource({ ...database.options, applicationName: 'deploy job' } as never).initialize();
});

afterEach(async () => {
  await dataSource.destroy();
  await database.drop();
});

const options = {
  lockTimeout: 1000,
  statementTimeout: 0,
  runnerTimeout: 300,
  versionTable: { name: 'migrate_version' },
};

async function waitFrom(waiting: DataSource): Promise<{ wait: WaitInfo; error: { holder: RunnerInfo } }> {
  let wait: WaitInfo | undefined;
  const session = await openSession(waiting, { ...options, onWait: (_busyWith, info) => (wait ??= info) });
  const error = (await session.lock().catch((thrown: unknown) => thrown)) as { holder: RunnerInfo };
  await session.close();
  return { wait: wait as WaitInfo, error };
}

it('shows who holds the lock, from where and what it runs', async () => {
  const holder = await openSession(dataSource, options);
  await holder.lock();
  await holder.begin();
  await holder.execute({ sql: 'SELECT 1 AS migrating' });
  const { wait, error } = await waitFrom(dataSource);
  expect(wait).toMatchObject({
    limitMs: 300,
    holder: {
      pid: holder.backend?.pid,
      user: new URL(database.url).username,
      applicationName: 'deploy job',
      host: expect.stringMatching(/127\.0\.0\.1|::1|local/),
      since: expect.any(Date),
      state: 'idle in transaction',
      look: `SELECT * FROM pg_stat_activity WHERE pid = ${holder.backend?.pid}`,
      end: `SELECT pg_terminate_backend(${holder.backend?.pid})`,
    },
  });
  expect(error).toMatchObject({ code: 'RUNNER_BUSY', holder: { pid: holder.backend?.pid, query: expect.any(String) } });
  await holder.close();
});

it('shows little of another user, and nothing wrong', async () => {
  const role = `watcher_${process.pid}`;
  await dataSource.query(`CREATE ROLE ${role} LOGIN PASSWORD 'watcher'`);
  const url = new URL(database.url);
  url.username = role;
  url.password = 'watcher';
  const other = await new DataSource({ type: 'postgres', url: url.href }).initialize();
  const holder = await openSession(dataSource, options);
  try {
    await holder.lock();
    const { wait, error } = await waitFrom(other);
    expect(wait.holder).toMatchObject({ pid: holder.backend?.pid });
    expect(wait.holder).not.toHaveProperty('query');
    expect(JSON.stringify(error)).not.toContain('insufficient privilege');
  } finally {
    await holder.close();
    await other.destroy();
    await dataSource.query(`DROP ROLE ${role}`);
  }
});
