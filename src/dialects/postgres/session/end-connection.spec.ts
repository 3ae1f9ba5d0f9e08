import { DataSource } from 'typeorm';
import { createPostgresDatabase, type TestDatabase } from '../../../../test/support/databases.js';
import { TcpProxy } from '../../../../test/support/tcp-proxy.js';
import { abortConnection } from './abort-connection.js';
import { OwnClient, sendOnce } from './own-client.js';

describe('a connection whose other side has vanished', () => {
  let database: TestDatabase;
  let proxy: TcpProxy;
  let dataSource: DataSource;

  beforeAll(async () => {
    database = await createPostgresDatabase();
  });

  beforeEach(async () => {
    proxy = await TcpProxy.to(database.url);
    dataSource = await new DataSource({ type: 'postgres', url: proxy.url }).initialize();
  });

  afterEach(() => proxy.close());
  afterAll(() => database.drop());

  /** What work ended with, which took less than a time. */
  const within = async (ms: number, work: Promise<unknown>): Promise<unknown> => {
    const since = performance.now();
    const result = await work.catch((error: Error) => error.message);
    expect(performance.now() - since).toBeLessThan(ms);
    return result;
  };

  it('is ended within a second all the same', async () => {
    const runner = dataSource.createQueryRunner();
    await runner.connect();
    proxy.fallSilent();
    await within(2_000, abortConnection(runner));
  });

  it('does not keep waiting who connects, asks or ends there', async () => {
    const client = new OwnClient(dataSource, 200);
    await client.connect();
    expect((await client.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
    proxy.fallSilent();
    expect(await within(1_000, client.query('SELECT 1'))).toMatch('no answer');
    await within(2_000, client.end());
    const late = new OwnClient(dataSource, 200);
    expect(await within(1_000, late.connect())).toMatch('no answer');
    await within(2_000, late.end());
    expect(await within(3_000, sendOnce(dataSource, 'SELECT 1'))).toMatch('no answer');
  });
});
