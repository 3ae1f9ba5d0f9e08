import { DataSource } from 'typeorm';
import { createPostgresDatabase, type TestDatabase } from '../../../../test/support/databases.js';
import { certificate, takeTls } from '../../../../test/support/postgres-tls.js';
import { describeWithPgBouncer, PgBouncer } from '../../../../test/support/pgbouncer.js';
import { cancelStatement } from './cancel-statement.js';

let database: TestDatabase;

beforeAll(async () => {
  database = await createPostgresDatabase();
  await takeTls(database.url);
});

afterAll(() => database.drop());

/** How a statement of 30 s ends that is canceled after a moment. */
async function canceled(options: object): Promise<unknown> {
  const dataSource = await new DataSource({ type: 'postgres', ...options } as never).initialize();
  const runner = dataSource.createQueryRunner();
  await runner.query('SELECT 1');
  const since = performance.now();
  const sleeping = runner.query('SELECT pg_sleep(30)').catch((error: unknown) => error);
  setTimeout(() => void cancelStatement(runner), 100);
  const result = await sleeping;
  expect(performance.now() - since).toBeLessThan(1_500);
  await runner.release();
  await dataSource.destroy();
  return result;
}

it.each<[string, object]>([
  ['without TLS', {}],
  ['over TLS', { ssl: { ca: certificate } }],
  ['over TLS that is not verified', { ssl: { rejectUnauthorized: false } }],
  ['over TLS by an option of the driver', { extra: { ssl: { ca: certificate } } }],
])('cancels the statement of a connection %s', async (_how, options) => {
  expect(await canceled({ url: database.url, ...options })).toMatchObject({ code: '57014' });
});

describeWithPgBouncer('through a pooler', () => {
  it('cancels the statement that runs there', async () => {
    const bouncer = await PgBouncer.to(database.url, { mode: 'transaction' });
    expect(await canceled({ url: bouncer.url })).toMatchObject({ code: '57014' });
    await bouncer.stop();
  });
});
