import { setTimeout as sleep } from 'node:timers/promises';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { DataSource } from 'typeorm';
import { dialectOf } from '../../src/dialects/index.js';
import { createPostgresDatabase, type TestDatabase } from '../support/databases.js';
import { nestCmd, useRepository } from './cli.workspace.js';

const shared = useRepository();
let database: TestDatabase;
let dataSource: DataSource;

beforeAll(async () => {
  database = await createPostgresDatabase();
  dataSource = await new DataSource({ ...database.options, applicationName: 'other deploy' } as never).initialize();
});

afterAll(async () => {
  await dataSource.destroy();
  await database.drop();
});

it('says at once and again every 10 s for which session a run waits', async () => {
  const options = {
    lockTimeout: 1_000,
    statementTimeout: 0,
    runnerTimeout: 0,
    versionTable: { name: 'migrate_version' },
  };
  const holder = await dialectOf(dataSource).openSession(dataSource, options);
  await holder.lock();
  const running = nestCmd(shared.app, ['db', 'upgrade'], { DATABASE_URL: database.url });
  await sleep(14_000);
  await holder.close();
  const { code, stdout, stderr } = await running;
  expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
  const notices = stderr.split('\n').filter((line) => line.includes('Another process is running migrations'));
  expect(notices).toEqual([
    expect.stringMatching(/ \(60 s at most\): pid \d+, .*application "other deploy", .*since 20/),
    expect.stringMatching(/ \(10 s so far, 60 s at most\): pid \d+, .*application "other deploy"/),
  ]);
  expect(notices[0]).toContain(`pid ${holder.backend?.pid}`);
});

it('names the file of a SQLite database that somebody else writes to', async () => {
  await nestCmd(shared.app, ['db', 'upgrade']);
  const file = join(shared.app, 'shop.sqlite');
  const writer = new Database(file);
  writer.exec('BEGIN IMMEDIATE');
  const running = nestCmd(shared.app, ['db', 'upgrade']);
  await sleep(3_000);
  writer.exec('ROLLBACK');
  writer.close();
  const { code, stderr } = await running;
  expect({ code, stderr }).toMatchObject({ code: 0, stderr: expect.stringContaining(' (60 s at most): file /') });
  expect(stderr).toContain('shop.sqlite');
});
