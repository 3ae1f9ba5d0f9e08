import { setTimeout as sleep } from 'node:timers/promises';
import { databaseAt } from './databases.mjs';

/** Shorter waits are those of a busy machine, ms. */
const STANDSTILL = 100;

const anyId = () => 1 + Math.floor(Math.random() * 90);

const work = {
  read: (table) => `SELECT n FROM ${table} WHERE id = ${anyId()}`,
  write: (table) => `UPDATE ${table} SET n = n + 1 WHERE id = ${anyId()}`,
};

/** Readers and writers of `cold` and `hot`, and how long their queries took. */
export class Application {
  over = new AbortController();
  /** Waits by table and kind, as times of their beginning and end. */
  waits = new Map();
  clients = [];

  constructor(url) {
    this.url = url;
  }

  async start() {
    for (const table of ['cold', 'hot']) {
      for (const kind of ['read', 'write']) {
        for (let count = 0; count < 3; count += 1) this.clients.push(this.client(table, kind));
      }
    }
    // Connected, and warm.
    await sleep(500);
    this.waits.clear();
    this.started = performance.now();
  }

  /** @returns of reads and of writes the longest one, ms, and the share of time in which one stood still, of the worse table */
  async stop() {
    const total = performance.now() - this.started;
    this.over.abort();
    await Promise.all(this.clients);
    const of = (kind) => {
      const waits = ['cold', 'hot'].map((table) => this.waits.get(`${kind} ${table}`) ?? []);
      return {
        worst: waits.flat().reduce((worst, [from, to]) => Math.max(worst, to - from), 0),
        blocked: Math.max(...waits.map((each) => covered(each.filter(([from, to]) => to - from > STANDSTILL)) / total)),
      };
    };
    return { read: of('read'), write: of('write') };
  }

  async client(table, kind) {
    const client = await databaseAt(this.url).connect(this.url);
    const key = `${kind} ${table}`;
    while (!this.over.signal.aborted) {
      const from = performance.now();
      // A deadlock with the run ends one of the two.
      await client.query(work[kind](table)).catch(() => undefined);
      const waits = this.waits.get(key) ?? [];
      this.waits.set(key, waits);
      waits.push([from, performance.now()]);
      await sleep(5);
    }
    await client.end();
  }
}

/** How much time intervals cover together, ms. */
function covered(intervals) {
  let sum = 0;
  let end = -Infinity;
  for (const [from, to] of intervals.sort((one, other) => one[0] - other[0])) {
    sum += Math.max(0, to - Math.max(from, end));
    end = Math.max(end, to);
  }
  return sum;
}
