/**
 * Preloaded into `nest-cmd`: counts the statements that a process runs on SQLite, writes each to a file, and sends the process a signal
 * at one of them.
 */
import Database from 'better-sqlite3';
import { appendFileSync } from 'node:fs';

const { FAULTS_LOG: log = '', FAULTS_STOP: stop = '', FAULTS_SIGNAL: signal = 'SIGKILL' } = process.env;
const [place, side] = stop.split('.');
let count = 0;

function counted<T>(sql: string, work: () => T): T {
  count += 1;
  appendFileSync(log, `${JSON.stringify(sql)}\n`);
  const isThere = count === Number(place);
  if (isThere && side === 'before') process.kill(process.pid, signal);
  try {
    return work();
  } finally {
    if (isThere && side === 'after') process.kill(process.pid, signal);
  }
}

type Method = (this: { readonly source: string }, ...args: unknown[]) => unknown;

const database = new Database(':memory:');
const statements = Object.getPrototypeOf(database.prepare('SELECT 1')) as Record<string, Method>;
database.close();
for (const name of ['run', 'get', 'all'] as const) {
  const original = statements[name]!;
  statements[name] = function (...args) {
    return counted(this.source, () => original.apply(this, args));
  };
}
const connections = Database.prototype as unknown as Record<string, (...args: unknown[]) => unknown>;
for (const name of ['exec', 'pragma']) {
  const original = connections[name]!;
  connections[name] = function (...args) {
    return counted(String(args[0]), () => original.apply(this, args));
  };
}
