/** Runs a history on a database: `node migrate.child.mjs <url> <transactionPerMigration>`. Prints "ready", waits for a line, and prints what came of the run as JSON. */
import { once } from 'node:events';
import { DataSource } from 'typeorm';
import { dialectOf } from '../../../dist/dialects/index.js';
import { run } from '../../../dist/runtime/index.js';
import { LOCK_TIMEOUT } from './scenes.mjs';

const [, , url, each] = process.argv;
let tries = 0;

/** Twenty revisions: a column for `cold`, a data migration, a column for `hot`, and tables of their own. */
const functions = [
  async (op) => {
    tries += 1;
    await op.execute('ALTER TABLE cold ADD COLUMN title text');
  },
  (op) => op.execute('INSERT INTO done VALUES (1)'),
  (op) => op.execute('ALTER TABLE hot ADD COLUMN title text'),
  ...Array.from({ length: 17 }, (_, index) => (op) => op.execute(`CREATE TABLE new_${index} (id integer PRIMARY KEY)`)),
];
const ids = functions.map((_, index) => `r${String(index).padStart(2, '0')}`);
const stepOf = (id, index) => {
  const down = ids.slice(Math.max(index - 1, 0), index);
  const revision = { id, downRevisions: down, dependsOn: [], branchLabels: [], path: id, message: id, doc: '' };
  const rowChanges = down.length === 0 ? [{ kind: 'insert', id }] : [{ kind: 'update', from: down[0], to: id }];
  return { kind: 'upgrade', revision, from: down, to: [id], rowChanges, rows: [id] };
};

const dataSource = await new DataSource({
  type: url.startsWith('mysql:') ? 'mariadb' : 'postgres',
  url,
  applicationName: 'migration',
}).initialize();
console.log('ready');
await once(process.stdin, 'data');
process.stdin.destroy();
const start = performance.now();
let error;
try {
  await run({
    dataSource,
    dataSourceName: 'default',
    dialect: dialectOf(dataSource),
    settings: {
      versionTable: { name: 'migrate_version' },
      transactionPerMigration: each === 'true',
      lockTimeout: LOCK_TIMEOUT,
      statementTimeout: 0,
      runnerTimeout: 60_000,
      xArgs: {},
    },
    plan: (rows) => (rows.length === 0 ? ids.map(stepOf) : []),
    load: async ({ id }) => ({ upgrade: functions[ids.indexOf(id)], checksum: id }),
    get: () => Promise.reject(new Error('There is no application.')),
  });
} catch (thrown) {
  error = String(thrown);
}
const rows = await dataSource.query('SELECT count(*) AS count FROM done');
console.log(JSON.stringify({ ms: performance.now() - start, tries, error, counted: Number(rows[0].count) }));
await dataSource.destroy();
