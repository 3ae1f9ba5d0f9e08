import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { INestApplication } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { MigrationService } from 'nestjs-migrate';
import { DataSource } from 'typeorm';
import { databases, type TestDatabase } from '../../test/support/databases.js';
import { AppModule } from '../src/app.module.js';

/** What JSON says is looked at by `expect` alone. */
type Json = ReturnType<typeof JSON.parse>;

describe.each(databases)('the shop on %s', (dialect, make) => {
  const environment = { ...process.env };
  const directory = process.cwd();
  let database: TestDatabase;
  let application: INestApplication;
  let migrations: MigrationService;
  let address: string;

  beforeAll(async () => {
    database = await make();
    // Where the application is started, as its migrations are found from there.
    process.chdir(join(__dirname, '..'));
    process.env['DATABASE_URL'] = dialect === 'postgres' ? database.url : '';
    process.env['SQLITE_FILE'] = database.url;
    application = (await Test.createTestingModule({ imports: [AppModule] }).compile()).createNestApplication({
      logger: false,
    });
    await application.listen(0, '127.0.0.1');
    address = `http://127.0.0.1:${(application.getHttpServer().address() as AddressInfo).port}`;
    migrations = application.get(MigrationService);
  });

  afterAll(async () => {
    await application.close();
    await database.drop();
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

  it('answers 503 on /health before the upgrade, and names what is pending', async () => {
    const { status, body } = await call('GET', '/health');
    expect(status).toBe(503);
    expect(body.error.migrations).toMatchObject({
      status: 'down',
      dataSources: { default: { pending: expect.any(Array) } },
    });
    expect(body.error.migrations.dataSources.default.pending).toHaveLength(6);
  });

  it('splits the full names of users that were there before, and puts them together again', async () => {
    const names = ['Ada King Lovelace', 'Plato', "Sinéad O'Connor"];
    const dataSource = application.get(DataSource);
    const [split] = (await migrations.history()).filter(({ message }) => message === 'split full name');
    await migrations.upgrade(split?.downRevision[0]);
    for (const [index, name] of names.entries()) {
      const values = `'${index}@example.org', '${name.replaceAll("'", "''")}'`;
      await dataSource.query(`INSERT INTO "user" ("email", "fullName") VALUES (${values})`);
    }

    await migrations.upgrade(split?.revision);
    expect((await call('GET', '/users')).body).toMatchObject([
      { givenName: 'Ada King', familyName: 'Lovelace' },
      { givenName: '', familyName: 'Plato' },
      { givenName: 'Sinéad', familyName: "O'Connor" },
    ]);

    await migrations.downgrade();
    expect(await dataSource.query('SELECT "fullName" FROM "user" ORDER BY "id"')).toEqual(
      names.map((fullName) => ({ fullName })),
    );
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

  it('goes down to base and up again', async () => {
    await migrations.downgrade('base');
    expect((await call('GET', '/health')).status).toBe(503);
    await migrations.upgrade();
    expect(await migrations.check()).toEqual([]);
  });
});
