import { AsyncLocalStorage } from 'node:async_hooks';
import type { DataSource } from 'typeorm';
import { withinTime } from './within-time.js';

/** The last run in line for each data source. */
const lines = new WeakMap<DataSource, Promise<void>>();

interface TurnOptions {
  /** Longest wait for the turn, ms. */
  readonly timeout: number;
  /** Called when there is other work in line already. */
  readonly onWait?: () => void;
  /** The error when the wait is over and the turn has not come. */
  readonly busy: () => Error;
  /** The error when work that has the turn asks for it again: it would wait for itself. */
  readonly nested: () => Error;
}

/** The turn that the current asynchronous call chain is in. Work that was begun in it may go on after it has ended. */
interface Turn {
  readonly dataSource: DataSource;
  readonly outer: Turn | undefined;
  hasEnded: boolean;
}

const turns = new AsyncLocalStorage<Turn>();

/**
 * Runs `work` when all earlier work on the data source in this process is done.
 *
 * The database's lock keeps processes apart; inside one process a SQLite database in memory has a single connection, on
 * which two runs would share one transaction, and a small PostgreSQL pool could be used up by runs that wait for each other.
 */
export async function inTurn<T>(dataSource: DataSource, options: TurnOptions, work: () => Promise<T>): Promise<T> {
  const turn: Turn = { dataSource, outer: turns.getStore(), hasEnded: false };
  if (isHeld(dataSource, turn.outer)) throw options.nested();
  const earlier = lines.get(dataSource);
  let leave: () => void = () => undefined;
  const own = new Promise<void>((resolve) => (leave = resolve));
  const line = earlier === undefined ? own : earlier.then(() => own);
  lines.set(dataSource, line);
  try {
    if (earlier !== undefined) {
      options.onWait?.();
      await withinTime(options.timeout, () => earlier, options.busy);
    }
    return await turns.run(turn, work);
  } finally {
    turn.hasEnded = true;
    leave();
    if (lines.get(dataSource) === line) lines.delete(dataSource);
  }
}

function isHeld(dataSource: DataSource, turn: Turn | undefined): boolean {
  if (turn === undefined) return false;
  return (turn.dataSource === dataSource && !turn.hasEnded) || isHeld(dataSource, turn.outer);
}
