import type { DataSource } from 'typeorm';

/** The last run in line for each data source. */
const lines = new WeakMap<DataSource, Promise<void>>();

export interface TurnOptions {
  /** Longest wait for the turn, ms. */
  readonly timeout: number;
  /** Told when there is somebody in line already. */
  readonly onWait?: () => void;
  /** The error when the wait is over and the turn has not come. */
  readonly busy: () => Error;
}

/**
 * Runs `work` when all earlier work on the data source in this process is done.
 *
 * The database's lock keeps processes apart; inside one process a SQLite database in memory has a single connection, on
 * which two runs would share one transaction, and a small PostgreSQL pool could be used up by runs that wait for each other.
 */
export async function inTurn<T>(dataSource: DataSource, options: TurnOptions, work: () => Promise<T>): Promise<T> {
  const before = lines.get(dataSource);
  let leave: () => void = () => undefined;
  const here = new Promise<void>((resolve) => (leave = resolve));
  const line = before === undefined ? here : before.then(() => here);
  lines.set(dataSource, line);
  try {
    if (before !== undefined) {
      options.onWait?.();
      await within(options.timeout, before, options.busy);
    }
    return await work();
  } finally {
    leave();
    if (lines.get(dataSource) === line) lines.delete(dataSource);
  }
}

async function within(ms: number, promise: Promise<void>, busy: () => Error): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(busy()), ms);
  });
  try {
    await Promise.race([promise, timeout]);
  } finally {
    clearTimeout(timer);
  }
}
