import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { INestApplication } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { getDataSourceToken } from '@nestjs/typeorm';
import { MigrationService } from 'nestjs-migrate';
import { DataSource } from 'typeorm';
import { tableNames } from '../../test/support/application.js';
import {
  createMysqlDatabase,
  createPostgresDatabase,
  createSqliteDatabase,
  hasMysql,
  type TestDatabase,
} from '../../test/support/databases.js';
import { AppModule } from '../src/app.module.js';

/** What JSON says is looked at by `expect` alone. */
type Json = ReturnType<typeof JSON.parse>;

/** A database as the shop takes it: by URL, or as a file. */
type ShopDatabase = Pick<TestDatabase, 'url' | 'drop'>;
type Deployment = readonly [name: string, shop: () => Promise<ShopDatabase>, analytics: () => Promise<ShopDatabase>];

/** One history on two kinds of database at once, both ways round. */
const deployments: readonly Deployment[] = [
  ['PostgreSQL with analytics on SQLite', createPostgresDatabase, createSqliteDatabase],
  ['SQLite with analytics on PostgreSQL', createSqliteDatabase, createPostgresDatabase],
  ...(hasMysql ? mysqlDeployments() : []),
];

function mysqlDeployments(): readonly Deployment[] {
  const mariadb = async (): Promise<ShopDatabase> => {
    const database = await createMysqlDatabase('mariadb');
    return { ...database, url: database.url.replace(/^mysql:/, 'mariadb:') };
  };
  return [
    ['MySQL with analytics on PostgreSQL', () => createMysqlDatabase('mysql'), createPostgresDatabase],
    ['SQLite with analytics on MariaDB', createSqliteDatabase, mariadb],
  ];
}

describe.each(deployments)('the shop on %s', (_name, makeShop, makeAnalytics) => {
  const environment = { ...process.env };
  const directory = process.cwd();
  let shop: ShopDatabase;
  let analytics: ShopDatabase;
  let application: INestApplication;
  let migrations: MigrationService;
  let address: string;

  beforeAll(async () => {
    shop = await makeShop();
    analytics = await makeAnalytics();
    // Where the application is started, as its migrations are found from there.
    process.chdir(join(__dirname, '..'));
    process.env['DATABASE_URL'] = shop.url.includes('://') ? shop.url : '';
    process.env['SQLITE_FILE'] = shop.url;
    process.env['ANALYTICS_URL'] = analytics.url.includes('://') ? analytics.url : '';
    process.env['ANALYTICS_FILE'] = analytics.url;
    application = (await Test.createTestingModule({ imports: [AppModule] }).compile()).createNestApplication({
      logger: false,
    });
    await application.listen(0, '127.0.0.1');
    address = `http://127.0.0.1:${(application.getHttpServer().address() as AddressInfo).port}`;
    migrations = application.get(MigrationService);
  });

  afterAll(async () => {
    await application.close();
    await Promise.all([shop.drop(), analytics.drop()]);
    process.chdir(directory);
    process.env = environment;
  });

  async function call(method: string, path: string, body?: object): Promise<{ status: number; body: Json }> {
    const response = await fetch(`${address}${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: response.status, body: await response.json() };
  }

  it('answers 503 on /health before the upgrade, and names what is pending in which database', async () => {
    const { status, body } = await call('GET', '/health');
    expect(status).toBe(503);
    expect(body.error.migrations).toMatchObject({
      status: 'down',
      dataSources: { default: { pending: expect.any(Array) }, analytics: { pending: expect.any(Array) } },
    });
    expect(body.error.migrations.dataSources.default.pending).toHaveLength(8);
    expect(body.error.migrations.dataSources.analytics.pending).toHaveLength(8);
  });

  it('splits the full names of users that were there before, and puts them together again', async () => {
    const names = ['Ada King Lovelace', 'Plato', "Sinéad O'Connor"];
    const dataSource = application.get(DataSource);
    const [split] = (await migrations.history()).filter(({ message }) => message === 'split full name');
    await migrations.upgrade(split?.downRevision[0]);
    for (const [index, name] of names.entries()) {
      const values = `'${index}@example.org', '${name.replaceAll("'", "''")}'`;
      await dataSource.query(inQuotesOf(dataSource, `INSERT INTO "user" ("email", "fullName") VALUES (${values})`));
    }

    await migrations.upgrade(split?.revision);
    expect((await call('GET', '/users')).body).toMatchObject([
      { givenName: 'Ada King', familyName: 'Lovelace' },
      { givenName: '', familyName: 'Plato' },
      { givenName: 'Sinéad', familyName: "O'Connor" },
    ]);

    await migrations.downgrade();
    const sql = 'SELECT "fullName" FROM "user" ORDER BY "id"';
    expect(await dataSource.query(inQuotesOf(dataSource, sql))).toEqual(names.map((fullName) => ({ fullName })));
  });

  it('is as its entities say after the upgrade', async () => {
    await migrations.upgrade();
    expect(await migrations.check()).toEqual([]);
    expect((await call('GET', '/health')).status).toBe(200);
  });

  it('sells', async () => {
    const books = (await call('GET', '/categories')).body;
    expect(books).toMatchObject([
      { name: 'Books', children: [{ name: 'Novels', children: [] }, { name: 'Science' }] },
      { name: 'Music', children: [{ name: 'Records' }, { name: 'Sheet music' }] },
    ]);
    const product = {
      name: 'Middlemarch',
      priceInCents: 1250,
      categoryId: books[0].children[0].id,
      tags: ['old', 'long'],
    };
    const { id: productId } = (await call('POST', '/products', product)).body;
    expect((await call('GET', '/products?tag=long')).body).toMatchObject([
      { name: 'Middlemarch', category: { name: 'Novels' }, isAvailable: true, description: '' },
    ]);

    const [{ id: userId }] = (await call('GET', '/users')).body;
    const order = (await call('POST', '/orders', { userId, lines: [{ productId, quantity: 2 }] })).body;
    expect(order).toMatchObject({ status: 'open', user: { id: userId }, lines: [{ quantity: 2, priceInCents: 1250 }] });
    expect((await call('PATCH', `/orders/${order.id}`, { status: 'paid' })).body).toMatchObject({ status: 'paid' });
    expect((await call('PATCH', `/orders/${order.id}`, { status: 'lost' })).status).toBe(400);
    expect((await call('GET', '/orders/totals')).body).toEqual([{ userId, orders: 1, totalInCents: 2500 }]);
  });

  it('keeps each table in the database of its data source', async () => {
    const analyticsSource = application.get<DataSource>(getDataSourceToken('analytics'));
    const made = (await tableNames(analyticsSource)).filter((name) => !name.startsWith('migrate_version_'));
    expect(made).toEqual(['daily_report', 'migrate_version', 'order_event', 'page_view']);
    expect(await tableNames(application.get(DataSource))).not.toContain('page_view');
  });

  it('reports the day: what was looked at, ordered and paid', async () => {
    const counted = { pageViews: 2, ordersPlaced: 1, revenueInCents: 2500 };
    expect((await call('POST', '/reports/daily/refresh')).body).toMatchObject(counted);
    expect((await call('GET', '/reports/daily')).body).toMatchObject([counted]);
  });

  it('reports the days before the report was invented', async () => {
    const [report] = (await migrations.history()).filter(({ message }) => message === 'daily report');
    await migrations.downgrade(report?.downRevision[0]);
    await migrations.upgrade();
    expect((await call('GET', '/reports/daily')).body).toMatchObject([{ pageViews: 2, revenueInCents: 2500 }]);
  });

  it('sells on without its analytics', async () => {
    await migrations.with({ dataSources: ['analytics'] }).downgrade('base');
    expect((await call('GET', '/products')).status).toBe(200);
    expect((await call('GET', '/health')).status).toBe(503);
    await migrations.upgrade();
    expect((await call('GET', '/health')).status).toBe(200);
  });

  it('goes down to base and up again', async () => {
    await migrations.downgrade('base');
    expect((await call('GET', '/health')).status).toBe(503);
    await migrations.upgrade();
    expect(await migrations.check()).toEqual([]);
  });
});

/** SQL with the names in the quotes of a database. */
function inQuotesOf({ driver }: DataSource, sql: string): string {
  return sql.replaceAll(/"(\w+)"/g, (_, name: string) => driver.escape(name));
}
