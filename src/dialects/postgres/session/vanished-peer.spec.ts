import type { Socket } from 'node:net';
import { DataSource } from 'typeorm';
import { createPostgresDatabase, type TestDatabase } from '../../../../test/support/databases.js';
import { openSession } from './open-session.js';
import { idleTimeout } from './vanished-peer.js';

const options = {
  lockTimeout: 1000,
  statementTimeout: 0,
  runnerTimeout: 300,
  versionTable: { name: 'migrate_version' },
};
const names = ['tcp_keepalives_idle', 'tcp_keepalives_interval', 'tcp_keepalives_count', 'tcp_user_timeout'];

describe('a session', () => {
  let database: TestDatabase;
  let dataSource: DataSource;

  beforeEach(async () => {
    database = await createPostgresDatabase();
    dataSource = await new DataSource({ ...database.options, poolSize: 1 } as never).initialize();
  });

  afterEach(async () => {
    await dataSource.destroy();
    await database.drop();
  });

  const shown = async (name: string): Promise<unknown> =>
    ((await dataSource.query(`SELECT current_setting('${name}') AS value`)) as [{ value: string }])[0].value;

  it('has the server notice a client that vanishes, and restores the settings', async () => {
    const before = await Promise.all(names.map(shown));
    const session = await openSession(dataSource, options);
    const calls = names.map((name) => `current_setting('${name}') AS ${name}`).join(', ');
    expect(await session.runner.query(`SELECT ${calls}`)).toEqual([
      {
        tcp_keepalives_idle: '10',
        tcp_keepalives_interval: '5',
        tcp_keepalives_count: '3',
        tcp_user_timeout: '25000',
      },
    ]);
    await session.close();
    expect(await Promise.all(names.map(shown))).toEqual(before);
  });

  it('in a transaction of the caller leaves the socket of that connection as it was', async () => {
    const queryRunner = dataSource.createQueryRunner();
    await queryRunner.startTransaction();
    const { connection } = (await queryRunner.connect()) as { connection: { stream: Socket } };
    const setKeepAlive = jest.spyOn(connection.stream, 'setKeepAlive');
    const session = await openSession(dataSource, { ...options, queryRunner });
    expect(setKeepAlive).toHaveBeenLastCalledWith(true, 10_000);
    await session.close();
    expect(setKeepAlive).toHaveBeenLastCalledWith(false, 0);
    await queryRunner.rollbackTransaction();
    await queryRunner.release();
  });

  it.each([
    ['5s', '1h'],
    ['2h', '2h'],
    ['0', '0'],
  ])('does not lift the limit %s of an administrator for idle transactions: %s', async (allowed, used) => {
    const name = new URL(database.url).pathname.slice(1);
    await dataSource.query(`ALTER DATABASE "${name}" SET idle_in_transaction_session_timeout = '${allowed}'`);
    const fresh = await new DataSource(database.options).initialize();
    const session = await openSession(fresh, options);
    const setting = 'SHOW idle_in_transaction_session_timeout';
    expect(await session.runner.query(setting)).toEqual([{ idle_in_transaction_session_timeout: used }]);
    await session.close();
    expect(await fresh.query(setting)).toEqual([{ idle_in_transaction_session_timeout: allowed }]);
    await fresh.destroy();
  });
});

it.each([
  ['0', '0'],
  ['500ms', '3600000'],
  ['90s', '3600000'],
  ['59min', '3600000'],
  ['1h', '1h'],
  ['1d', '1d'],
])('idleTimeout of %s is %s', (allowed, used) => expect(idleTimeout(allowed)).toBe(used));
