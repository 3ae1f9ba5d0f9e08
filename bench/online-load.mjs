/** A client of bench/online.mjs: a reader or a writer of rows by their key, in a process of its own. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';

const [url, rows, kind] = process.argv.slice(2);
const EVERY = 5;
const client = new Client(url);
await client.connect();
const stop = new AbortController();
process.on('message', () => stop.abort());
process.send('ready');
let worst = 0;
while (!stop.signal.aborted) {
  const id = 1 + Math.floor(Math.random() * Number(rows));
  const started = performance.now();
  if (kind === 'read') await client.query('SELECT * FROM item WHERE id = $1', [id]);
  else await client.query('UPDATE item SET amount = amount + 1 WHERE id = $1', [id]);
  worst = Math.max(worst, performance.now() - started);
  await sleep(EVERY);
}
await client.end();
process.send(worst);
process.disconnect();
