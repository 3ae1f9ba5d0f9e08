import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Application } from './application.mjs';
import { databaseAt } from './databases.mjs';
import { hasPgbench, startPgbench } from './pgbench.mjs';

const child = fileURLToPath(new URL('./migrate.child.mjs', import.meta.url));

/** Runs a history in a process of its own while the application and the others of a scene work. */
export async function playScene(serverUrl, scene) {
  const url = await databaseFor(serverUrl, scene.name);
  const application = new Application(url);
  const migration = new Migration(url, scene.each ?? false);
  const over = new AbortController();
  await migration.ready;
  await application.start();
  const stopPgbench = hasPgbench && url.startsWith('postgres') ? startPgbench(url) : undefined;
  const others = scene.others.map((work) => withClient(url, (client) => work(client, over.signal, databaseAt(url))));
  await sleep(500);
  try {
    return { ...scene, ...(await migration.run()), ...(await application.stop()), pgbench: await stopPgbench?.() };
  } finally {
    over.abort();
    await Promise.all(others);
  }
}

/** A process that waits with its history until it is let go. */
class Migration {
  constructor(url, each) {
    this.process = spawn(process.execPath, [child, url, String(each)], { stdio: ['pipe', 'pipe', 'inherit'] });
    this.lines = createInterface(this.process.stdout)[Symbol.asyncIterator]();
    this.ready = this.lines.next();
  }

  async run() {
    this.process.stdin.end('\n');
    const { value, done } = await this.lines.next();
    if (done) throw new Error('The process with the run has died.');
    await once(this.process, 'exit');
    return JSON.parse(value);
  }
}

async function databaseFor(serverUrl, name) {
  const { admin, quoted, numbers } = databaseAt(serverUrl);
  const url = Object.assign(new URL(serverUrl), { pathname: `/load-${name}` }).href;
  await withClient(serverUrl.replace(/\/?$/, admin), (client) =>
    client.query(`CREATE DATABASE ${quoted(`load-${name}`)}`),
  );
  await withClient(url, async (client) => {
    for (const table of ['cold', 'hot']) {
      await client.query(`CREATE TABLE ${table} (id integer PRIMARY KEY, n integer)`);
      await client.query(`INSERT INTO ${table} ${numbers}`);
    }
    await client.query('CREATE TABLE done (id integer)');
  });
  return url;
}

async function withClient(url, work) {
  const client = await databaseAt(url).connect(url);
  try {
    await work(client);
  } finally {
    await client.end();
  }
}
