import { setTimeout as sleep } from 'node:timers/promises';
import { DataSource } from 'typeorm';
import { createPostgresDatabase, type TestDatabase } from '../../../../../test/support/databases.js';
import { Heartbeat } from './heartbeat.js';

/** Counts are in a table, by who beats. */
const beat = (by: string): string => `UPDATE beats SET count = count + 1 WHERE by = '${by}'`;

describe('a heartbeat', () => {
  let database: TestDatabase;
  let dataSource: DataSource;
  let heartbeat: Heartbeat | undefined;
  let missed = 0;

  beforeEach(async () => {
    database = await createPostgresDatabase();
    missed = 0;
  });

  afterEach(async () => {
    heartbeat?.stop();
    await dataSource.destroy();
    await database.drop();
  });

  async function start(extra: object = {}): Promise<void> {
    dataSource = await new DataSource({ ...database.options, extra } as never).initialize();
    await dataSource.query(`CREATE TABLE beats AS SELECT by, 0 AS count FROM unnest(ARRAY['thread', 'process']) AS by`);
    const onMissed = (): void => void (missed += 1);
    heartbeat = new Heartbeat({ dataSource, ofThread: beat('thread'), ofProcess: beat('process'), onMissed });
    heartbeat.start();
  }

  async function counts(): Promise<Record<string, number>> {
    const rows = (await dataSource.query('SELECT by, count FROM beats')) as { by: string; count: number }[];
    return Object.fromEntries(rows.map(({ by, count }) => [by, count]));
  }

  async function until(holds: () => Promise<boolean> | boolean): Promise<void> {
    for (let tries = 0; tries < 200 && !(await holds()); tries += 1) await sleep(25);
    expect(await holds()).toBe(true);
  }

  it('goes on while the process computes, and over another connection when its own ends', async () => {
    await start({ application_name: 'heartbeat' });
    await until(async () => (await counts())['thread'] === 1);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1_000);
    const { thread = 0, process } = await counts();
    expect({ isHeard: heartbeat?.isHeard, goesOn: thread > 2, process }).toEqual({
      isHeard: true,
      goesOn: true,
      process: 0,
    });
    await dataSource.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`,
    );
    await until(async () => ((await counts())['thread'] ?? 0) > thread + 1);
    await dataSource.query('DELETE FROM beats');
    await until(() => missed > 0);
  });

  it('asks for a password that is a function', async () => {
    await start({ password: () => Promise.resolve('postgres') });
    await until(async () => ((await counts())['thread'] ?? 0) > 1);
  });

  it('is that of the process itself where options of the connection are functions', async () => {
    await start({ types: { getTypeParser: () => (value: unknown) => value } });
    await until(async () => ((await counts())['process'] ?? 0) > 1);
    expect(heartbeat?.isHeard).toBe(false);
    await dataSource.query('TRUNCATE beats');
    await until(() => missed > 0);
  });
});
