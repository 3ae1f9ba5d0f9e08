/**
 * How a run and a script grow with the number of statements that one revision has.
 *
 *     npm run build && node bench/long-revision.mjs [STATEMENTS]
 *
 * Four times the statements may take about four times as long, written out as in a loop. On SQLite, in memory.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataSource } from 'typeorm';
import { MigrationEnvironment } from '../dist/service/environment.js';
import { MigrationService } from '../dist/service/migration.service.js';
import { row } from './measure.mjs';

const most = Number(process.argv[2] ?? 20_000);
const sizes = [most / 4, most / 2, most];
const folder = mkdtempSync(join(tmpdir(), 'nestjs-migrate-bench-long-'));

/** The body of a revision with this many statements. */
const shapes = {
  'in a loop': (count) => `for (let i = 0; i < ${count}; i += 1) await op.execute(\`INSERT INTO t VALUES (\${i})\`);`,
  'op.execute': (count) => lines(count, (index) => `await op.execute('INSERT INTO t VALUES (${index})');`),
  'op.execute, not awaited': (count) => lines(count, (index) => `op.execute('INSERT INTO t VALUES (${index})');`),
  'op.bulkInsert': (count) => lines(count, (index) => `await op.bulkInsert('t', [{ n: ${index} }]);`),
  'op.queryRunner.query': (count) =>
    lines(count, (index) => `await op.queryRunner.query('INSERT INTO t VALUES (${index})');`),
};

try {
  row('', ...sizes.map((size) => `${size}, ms`), 'ratio');
  for (const [shape, body] of Object.entries(shapes)) {
    await measure(`run, ${shape}`, body, (migrations) => migrations.upgrade());
    await measure(`script, ${shape}`, body, (migrations) => migrations.upgrade('head', { sql: true }));
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function measure(label, body, work) {
  const times = [];
  for (const size of sizes) times.push(await timeOf(body(size), work));
  row(label, ...times.map((ms) => ms.toFixed(0)), (times.at(-1) / times[0]).toFixed(1));
}

async function timeOf(body, work) {
  const directory = mkdtempSync(join(folder, 'migrations-'));
  mkdirSync(join(directory, 'versions'));
  writeFileSync(join(directory, 'migrations.json'), '{}\n');
  writeFileSync(
    join(directory, 'versions', 'long.ts'),
    `export const revision = 'long1';
export const downRevision = null;
export const branchLabels = null;
export const dependsOn = null;
export async function upgrade(op) {
  await op.execute('CREATE TABLE t (n integer)');
  ${body}
}
export async function downgrade() {}
`,
  );
  const dataSource = await new DataSource({ type: 'better-sqlite3', database: ':memory:' }).initialize();
  const bound = [{ entry: { name: 'default' }, dataSource }];
  const environment = new MigrationEnvironment({ command: 'db', directory }, bound, () => undefined);
  const migrations = new MigrationService(environment, ['default']);
  try {
    const started = performance.now();
    await work(migrations);
    return performance.now() - started;
  } finally {
    await dataSource.destroy();
  }
}

function lines(count, line) {
  return Array.from({ length: count }, (_, index) => line(index)).join('\n  ');
}
