import { setTimeout as sleep } from 'node:timers/promises';
import { EntitySchema } from 'typeorm';
import { startApplication, temporaryDirectory, type TestApplication } from '../support/application.js';
import { createPostgresDatabase, type TestDatabase } from '../support/databases.js';
import { TcpProxy } from '../support/tcp-proxy.js';

const note = new EntitySchema({ name: 'note', columns: { id: { type: 'integer', primary: true } } });

describe('an application whose connections have ended with the last restart of the server', () => {
  const { directory, remove } = temporaryDirectory();
  let database: TestDatabase;
  let proxy: TcpProxy;
  let application: TestApplication;

  beforeAll(async () => {
    database = await createPostgresDatabase();
    proxy = await TcpProxy.to(database.url);
    const through = { ...database, options: { ...database.options, url: proxy.url } } as TestDatabase;
    application = await startApplication({ database: through, entities: [note], migrate: { directory } });
    await application.migrations.init();
    await application.migrations.revision({ message: 'first' });
    await application.migrations.upgrade();
  });

  afterAll(async () => {
    await application.module.close();
    await proxy.close();
    await database.drop();
    remove();
  });

  /** Has the pool two connections, both of which end when they are used again. */
  async function forget(): Promise<void> {
    await Promise.all([1, 2].map(() => application.dataSource.query('SELECT pg_sleep(0.02)')));
    await sleep(20);
    proxy.forget();
  }

  it.each<[string, () => Promise<unknown>]>([
    ['status', () => application.migrations.status()],
    ['current', () => application.migrations.current()],
    ['check', () => application.migrations.check()],
    ['log', () => application.migrations.log()],
    ['verify', () => application.migrations.verify()],
    ['upgrade', () => application.migrations.upgrade()],
  ])('answers %s over another one', async (_name, ask) => {
    const answer = JSON.stringify(await ask());
    await forget();
    expect(JSON.stringify(await ask())).toBe(answer);
  });

  it('reports a server that is gone at once', async () => {
    await forget();
    await proxy.close();
    await expect(application.migrations.current()).rejects.toMatchObject({ code: 'DATABASE_UNREACHABLE' });
  });
});
