import { DataSource } from 'typeorm';
import { createPostgresDatabase, type TestDatabase } from '../../test/support/databases.js';
import { openSession } from '../dialects/postgres/session/open-session.js';
import { watchStatements } from './statement-watch.js';

describe('watched statements', () => {
  let database: TestDatabase;
  let dataSource: DataSource;

  beforeEach(async () => {
    database = await createPostgresDatabase();
    dataSource = await new DataSource(database.options).initialize();
  });

  afterEach(async () => {
    await dataSource.destroy();
    await database.drop();
  });

  // With a lease the query runner of revisions is a view of another one.
  it.each(['session', 'lease'] as const)('are each reported, until the watch ends: lock %s', async (lock) => {
    const session = await openSession(dataSource, {
      lockTimeout: 1000,
      statementTimeout: 0,
      runnerTimeout: 5000,
      versionTable: { name: 'migrate_version' },
      lock,
    });
    const sent: string[] = [];
    try {
      await session.lock();
      await session.begin();
      const onStatement = ({ sql, state }: { sql: string; state: string }): void =>
        void (state === 'sent' && sent.push(sql));
      const stop = watchStatements({ onStatement }, session.revisionRunner, undefined);
      await session.execute({ sql: 'SELECT 1' });
      await session.revisionRunner.query('SELECT 2');
      stop();
      await session.revisionRunner.query('SELECT 3');
      await session.commit();
    } finally {
      await session.close();
    }
    expect(sent.filter((sql) => sql.startsWith('SELECT'))).toEqual(['SELECT 1', 'SELECT 2']);
  });

  it('end with the error of the listener where that is thrown while they run', async () => {
    const seen: string[] = [];
    const onStatement = ({ state }: { state: string }): void => {
      seen.push(state);
      if (state === 'running') throw new Error('no room for the log');
    };
    const runner = dataSource.createQueryRunner();
    const stop = watchStatements({ onStatement }, runner, undefined);
    await expect(runner.query('SELECT pg_sleep(2.1)')).rejects.toThrow('no room for the log');
    stop();
    await runner.release();
    expect(seen).toEqual(['sent', 'running']);
  });
});
