import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { DataSource, type DataSourceOptions } from 'typeorm';
import type { MigrationService } from '../../src/index.js';
import { temporaryDirectory, withApplication } from '../support/application.js';
import { createPostgresDatabase, createSqliteDatabase, databases, type TestDatabase } from '../support/databases.js';
import { useScene } from '../support/scene.js';
import { TcpProxy } from '../support/tcp-proxy.js';

describe.each(databases)('status on %s', (_, make) => {
  const scene = useScene(make);

  async function write(migrations: MigrationService, ...ids: string[]): Promise<void> {
    for (const revId of ids) await migrations.revision({ revId, message: revId });
  }

  /** Takes the file of a revision away, as older code does not have it. */
  function forget(...ids: string[]): void {
    for (const id of ids) rmSync(join(scene.directory, 'versions', `${id}_${id}.ts`));
  }

  it('is behind, then current, then behind again', async () => {
    await scene.inApplication(async (migrations) => {
      await migrations.init();
      await write(migrations, 'a1a1', 'b2b2');
      expect(await migrations.status()).toMatchObject([
        { state: 'behind', pending: ['a1a1', 'b2b2'], upToDate: false },
      ]);
      await migrations.upgrade();
      expect(await migrations.status()).toMatchObject([{ state: 'current', pending: [], upToDate: true }]);
      await migrations.downgrade();
      expect(await migrations.status()).toMatchObject([{ state: 'behind', pending: ['b2b2'] }]);
    });
  });

  it('is ahead when newer code upgraded over all that the files have', async () => {
    await scene.inApplication(async (migrations) => {
      await migrations.init();
      await write(migrations, 'a1a1', 'b2b2', 'c3c3', 'd4d4');
      await migrations.upgrade();
      forget('c3c3', 'd4d4');
      expect(await migrations.status()).toEqual([
        {
          dataSource: 'default',
          state: 'ahead',
          current: ['d4d4'],
          heads: ['b2b2'],
          unknown: ['d4d4'],
          pending: [],
          upToDate: false,
        },
      ]);
    });
  });

  it('is unknown when the rows came from another branch, from a stamp on an empty history, or from nowhere', async () => {
    await scene.inApplication(async (migrations, dataSource) => {
      await migrations.init();
      await write(migrations, 'a1a1', 'b2b2');
      await migrations.upgrade('a1a1');
      await migrations.revision({ revId: 'x9x9', message: 'x9x9', head: 'a1a1', splice: true });
      await migrations.upgrade('x9x9');
      forget('x9x9');
      expect(await migrations.status()).toMatchObject([{ state: 'unknown', unknown: ['x9x9'], pending: [] }]);

      await dataSource.query('DROP TABLE migrate_version_history');
      await dataSource.query(`UPDATE migrate_version SET version_num = 'nowhere'`);
      expect(await migrations.status()).toMatchObject([{ state: 'unknown', unknown: ['nowhere'] }]);
    });
  });

  it('is unknown when what the files have was taken back before the newer revision was run', async () => {
    await scene.inApplication(async (migrations) => {
      await migrations.init();
      await write(migrations, 'a1a1', 'b2b2');
      await migrations.upgrade();
      await migrations.downgrade();
      await migrations.revision({ revId: 'c3c3', message: 'c3c3', head: 'a1a1', splice: true });
      await migrations.upgrade('c3c3');
      forget('c3c3');
      expect(await migrations.status()).toMatchObject([{ state: 'unknown', current: ['c3c3'] }]);
    });
  });

  it('costs one query for a database in every state that lasts, and creates nothing', async () => {
    const count = async (migrations: MigrationService): Promise<number> => {
      const queries: unknown[] = [];
      await migrations.with({ onQuery: (query) => queries.push(query) }).status();
      return queries.length;
    };
    await scene.inApplication(async (migrations) => {
      await migrations.init();
      await write(migrations, 'a1a1', 'b2b2');
      await migrations.status();
      expect(await count(migrations)).toBe(1);
      await migrations.upgrade();
    });
    await scene.inApplication(async (migrations) => {
      await migrations.status();
      expect(await count(migrations)).toBe(1);
      expect(await count(migrations)).toBe(1);
      forget('b2b2');
      await migrations.status();
      expect(await migrations.status()).toMatchObject([{ state: 'ahead' }]);
      expect(await count(migrations)).toBe(1);
    });
  });
});

describe('status of a database that cannot be asked', () => {
  const repository = temporaryDirectory();
  let database: TestDatabase;
  let other: TestDatabase;
  let proxy: TcpProxy;

  beforeAll(async () => {
    database = await createPostgresDatabase();
    other = await createSqliteDatabase();
  });

  beforeEach(async () => {
    proxy = await TcpProxy.to(database.url);
  });

  afterEach(() => proxy.close());

  afterAll(async () => {
    await Promise.all([database.drop(), other.drop()]);
    repository.remove();
  });

  async function withBoth(
    work: (migrations: MigrationService, dataSource: DataSource) => Promise<void>,
  ): Promise<void> {
    const reached = { ...database, options: { type: 'postgres', url: proxy.url } as DataSourceOptions };
    const beside = new DataSource(other.options);
    const dataSources = ['default', { name: 'beside', dataSource: beside }];
    await withApplication(
      { database: reached, migrate: { directory: repository.directory, dataSources } },
      async ({ migrations, dataSource }) => {
        await work(migrations, dataSource);
        await migrations.close();
      },
    );
  }

  it('costs one round trip on a connection that is open', async () => {
    await withBoth(async (migrations) => {
      await migrations.init();
      await migrations.revision({ revId: 'a1a1', message: 'first' });
      await migrations.upgrade();
    });
    await withBoth(async (migrations, dataSource) => {
      await dataSource.query('SELECT 1');
      await migrations.status();
      proxy.takeRounds();
      expect(await migrations.status()).toMatchObject([{ state: 'current' }, { state: 'current' }]);
      expect(proxy.takeRounds()).toBe(1);
    });
  });

  it('is down, with the reason, and does not hide the others', async () => {
    await withBoth(async (migrations) => {
      await proxy.close();
      const [down, up] = await migrations.status();
      expect(down).toEqual({
        dataSource: 'default',
        state: 'down',
        current: [],
        heads: ['a1a1'],
        unknown: [],
        pending: [],
        upToDate: false,
        error: { code: 'DATABASE_UNREACHABLE', message: expect.stringContaining('data source "default"') },
      });
      expect(up).toMatchObject({ dataSource: 'beside', state: 'current', upToDate: true });
    });
  });

  it('is down when it does not answer in time, and the silent connection does not stay in the pool', async () => {
    await withBoth(async (migrations, dataSource) => {
      await dataSource.query('SELECT 1');
      proxy.fallSilent();
      const started = Date.now();
      expect(await migrations.status({ timeout: 200 })).toMatchObject([
        { state: 'down', error: { message: expect.stringContaining('no answer within 200 ms') } },
        { state: 'current' },
      ]);
      expect(Date.now() - started).toBeLessThan(2_000);
      proxy.recover();
      expect(await migrations.status()).toMatchObject([{ state: 'current' }, { state: 'current' }]);
      expect(proxy.connections).toBe(1);
    });
  });
});
