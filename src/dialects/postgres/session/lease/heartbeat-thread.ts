import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { DataSource } from 'typeorm';
import { ownFolder } from '../../../../errors/source-place.js';

/** What the thread of a heartbeat is started with; it is copied there. */
export interface ThreadData {
  /** The file of the driver `pg`. */
  readonly driver: string;
  /** The options of a connection. */
  readonly options: object;
  /** The statement that it sends. */
  readonly statement: string;
  /** The pause between two of them, ms. */
  readonly pause: number;
}

/** What the thread reports: that it has the driver, that it has sent a statement, and that one has changed no row. */
export type ThreadMessage = 'ready' | 'beat' | 'missed';

/**
 * The code of the thread. It ends with its connection, whatever the reason; `end` asks it to.
 *
 * It is text and no file, since a bundle, and the output of Jest's transform, have no file of this name.
 */
export const THREAD_CODE = `
const { parentPort, workerData } = require('node:worker_threads');
const { setTimeout: sleep } = require('node:timers/promises');
const { driver, options, statement, pause } = workerData;
const { Client } = require(driver);
const client = new Client({ ...options, connectionTimeoutMillis: 5000, query_timeout: 5000 });
client.on('error', () => process.exit());
client.on('end', () => process.exit());
parentPort.on('message', () => {
  setTimeout(() => process.exit(), 1000);
  client.end();
});
parentPort.postMessage('ready');
(async () => {
  await client.connect();
  for (;;) {
    const { rowCount } = await client.query(statement);
    parentPort.postMessage(rowCount === 0 ? 'missed' : 'beat');
    await sleep(pause);
  }
})().catch(() => process.exit());
`;

/** The part of a data source's driver that says how it connects. */
interface Driver {
  readonly options: { readonly driver?: unknown };
  readonly master: { readonly options: { readonly password?: unknown; readonly ssl?: { readonly key?: unknown } } };
}

/**
 * How a thread can connect as a data source does; undefined where it has a driver of its own, or `pg` is not where TypeORM finds it.
 *
 * A password that is a function is asked for here, for each thread anew: it may be valid for a while only.
 */
export async function threadConnection(
  dataSource: DataSource,
): Promise<Pick<ThreadData, 'driver' | 'options'> | undefined> {
  const { options, master } = dataSource.driver as unknown as Driver;
  if (options.driver !== undefined) return undefined;
  const driver = fileOfDriver();
  if (driver === undefined) return undefined;
  const { password, ssl } = master.options;
  return {
    driver,
    options: {
      ...master.options,
      // The pool hides both from those who copy its options.
      password: typeof password === 'function' ? await (password as () => unknown)() : password,
      ...(ssl?.key === undefined ? {} : { ssl: { ...ssl, key: ssl.key } }),
    },
  };
}

function fileOfDriver(): string | undefined {
  try {
    const typeorm = createRequire(join(ownFolder, 'index.js')).resolve('typeorm');
    return createRequire(typeorm).resolve('pg');
  } catch {
    return undefined;
  }
}
