import { setTimeout as sleep } from 'node:timers/promises';
import { DataSource, type QueryRunner } from 'typeorm';
import { createPostgresDatabase, type TestDatabase } from '../../../../test/support/databases.js';
import { IndexProgress } from './index-progress.js';

describe('how far the server is with a statement of a run', () => {
  let database: TestDatabase;
  let dataSource: DataSource;
  let runner: QueryRunner;
  let pid: number;
  let reader: IndexProgress;

  beforeEach(async () => {
    database = await createPostgresDatabase();
    dataSource = await new DataSource({ ...database.options, poolSize: 2 } as never).initialize();
    runner = dataSource.createQueryRunner();
    [{ pid }] = await runner.query('SELECT pg_backend_pid() AS pid');
    reader = new IndexProgress(dataSource, pid);
  });

  afterEach(async () => {
    reader.close();
    if (!runner.isReleased) await runner.release();
    if (dataSource.isInitialized) await dataSource.destroy();
    await database.drop();
  });

  it('is the phase of an index that it builds, with the part of it that is done', async () => {
    await runner.query('CREATE TABLE big (n integer)');
    await runner.query('INSERT INTO big SELECT i FROM generate_series(1, 400000) i');
    const built = runner.query('CREATE INDEX big_n ON big ((n + length(md5(n::text))))');
    const seen = new Set<string>();
    const ended = built.then(() => true);
    while (!(await Promise.race([ended, sleep(5)]))) {
      const progress = await reader.read();
      if (progress?.percent !== undefined) seen.add(progress.phase);
    }
    expect([...seen]).toContainEqual(expect.stringMatching(/^building index/));
    expect(await reader.read()).toBeUndefined();
  });

  it('names the session whose lock it waits for', async () => {
    const other = dataSource.createQueryRunner();
    await other.query('CREATE TABLE busy (n integer)');
    await other.startTransaction();
    await other.query('SELECT * FROM busy');
    const [{ pid: holder }] = await other.query('SELECT pg_backend_pid() AS pid');
    const altered = runner.query('ALTER TABLE busy ADD COLUMN m integer');
    await sleep(200);
    expect(await reader.read()).toEqual({ phase: `waiting for a lock of pid ${holder}` });
    await other.commitTransaction();
    await other.release();
    await altered;
    expect(await reader.read()).toBeUndefined();
  });

  it('is unknown where no connection can be had, or it is lost', async () => {
    expect(await reader.read()).toBeUndefined();
    await runner.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = current_database()`,
    );
    expect(await reader.read()).toBeUndefined();
    expect(await reader.read()).toBeUndefined();
    const away = { ...database.options, url: database.url.replace(/:\d+\//, ':1/') };
    const gone = new IndexProgress(new DataSource(away as never), pid);
    expect(await gone.read()).toBeUndefined();
    gone.close();
  });
});
