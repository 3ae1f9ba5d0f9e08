import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { MigrationService } from 'nestjs-migrate';
import { DataSource } from 'typeorm';
import { createPostgresDatabase, createSqliteDatabase, type TestDatabase } from '../../test/support/databases.js';
import { TcpProxy } from '../../test/support/tcp-proxy.js';
import { AppModule } from '../src/app.module.js';

/** What JSON says is looked at by `expect` alone. */
type Json = ReturnType<typeof JSON.parse>;

/** Longer than the routes use an answer again. */
const forgotten = (): Promise<void> => sleep(1_100);

describe('the health of the shop, by HTTP', () => {
  const environment = { ...process.env };
  const directory = process.cwd();
  let shop: TestDatabase;
  let analytics: TestDatabase;
  let proxy: TcpProxy;
  let application: INestApplication;
  let address: string;

  beforeAll(async () => {
    shop = await createPostgresDatabase();
    analytics = await createSqliteDatabase();
    proxy = await TcpProxy.to(shop.url);
    process.chdir(join(__dirname, '..'));
    Object.assign(process.env, { DATABASE_URL: proxy.url, ANALYTICS_URL: '', ANALYTICS_FILE: analytics.url });
    application = await NestFactory.create(AppModule, { logger: false, abortOnError: false });
    await application.listen(0, '127.0.0.1');
    address = `http://127.0.0.1:${(application.getHttpServer().address() as AddressInfo).port}`;
  });

  afterAll(async () => {
    await application.close();
    await proxy.close();
    await Promise.all([shop.drop(), analytics.drop()]);
    process.chdir(directory);
    process.env = environment;
  });

  /** The answer of a route, and what it says of the two databases. */
  async function ask(path: string): Promise<{ status: number; ms: number; default: Json; analytics: Json }> {
    const started = Date.now();
    const response = await fetch(`${address}${path}`);
    const { details } = (await response.json()) as Json;
    return { status: response.status, ms: Date.now() - started, ...details.migrations.dataSources };
  }

  it('is 503 before the upgrade, with what is pending, and 200 after it', async () => {
    for (const path of ['/health', '/health/ready']) {
      const before = await ask(path);
      expect(before.status).toBe(503);
      expect(before.default).toMatchObject({ state: 'behind', current: [] });
      expect(before.default.pending).toContain('310189a89cf5');
      expect(before.analytics).toMatchObject({ state: 'behind' });
    }
    await application.get(MigrationService).upgrade();
    for (const path of ['/health', '/health/ready']) {
      expect(await ask(path)).toMatchObject({
        status: 200,
        default: { state: 'current', pending: [] },
        analytics: { state: 'current', pending: [] },
      });
    }
  });

  it('stays ready while newer code has upgraded, which the startup check does not accept', async () => {
    const dataSource = application.get(DataSource);
    const [{ version_num: head }] = (await dataSource.query('SELECT version_num FROM migrate_version')) as Json;
    await dataSource.query(`INSERT INTO migrate_version_history (revision, direction, started_at, finished_at)
      VALUES ('newer', 'upgrade', now(), now())`);
    await dataSource.query(`UPDATE migrate_version SET version_num = 'newer'`);
    await forgotten();
    expect(await ask('/health/ready')).toMatchObject({ status: 200, default: { state: 'ahead', unknown: ['newer'] } });
    expect(await ask('/health')).toMatchObject({
      status: 503,
      default: { state: 'ahead' },
      analytics: { state: 'current' },
    });
    await dataSource.query(`UPDATE migrate_version SET version_num = '${head}'`);
    await forgotten();
    expect(await ask('/health/ready')).toMatchObject({ status: 200, default: { state: 'current' } });
  });

  it('is 503 within two seconds when a database hangs, and recovers; and at once when it is down', async () => {
    proxy.fallSilent();
    await forgotten();
    const silent = await ask('/health/ready');
    expect(silent).toMatchObject({ status: 503, default: { state: 'down' }, analytics: { state: 'current' } });
    expect(silent.default.error.message).toContain('no answer within 1000 ms');
    expect(silent.ms).toBeLessThan(2_000);

    proxy.recover();
    await forgotten();
    expect(await ask('/health/ready')).toMatchObject({ status: 200, default: { state: 'current' } });

    await proxy.close();
    await forgotten();
    const down = await ask('/health/ready');
    expect(down).toMatchObject({ status: 503, default: { state: 'down', error: { code: 'DATABASE_UNREACHABLE' } } });
    expect(down.ms).toBeLessThan(1_000);
  });
});
