import { AsyncLocalStorage } from 'node:async_hooks';
import type { DataSource } from 'typeorm';
import type { WaitListener } from '../dialects/common/wait-report.js';
import type { RunnerInfo } from '../errors/waiting.errors.js';
import { unlessAborted } from './abort.js';
import { withinTime } from '../dialects/common/within-time.js';

/** How often a wait is reported, ms. */
const REPORT_EVERY = 10_000;

/** The last run in line for each data source. */
const lines = new WeakMap<DataSource, Promise<void>>();

interface TurnOptions {
  /** Longest wait for the turn, ms. */
  readonly timeout: number;
  /** Called when there is other work in line already, and again every 10 s. */
  readonly onWait?: WaitListener;
  /** Ends the wait. */
  readonly signal?: AbortSignal;
  /** The error when the wait is over and the turn has not come. */
  readonly busy: (holder: RunnerInfo) => Error;
  /** The error when work that has the turn asks for it again: it would wait for itself. */
  readonly nested: () => Error;
}

/** The turn that the current asynchronous call chain is in. Work that was begun in it may go on after it has ended. */
interface Turn {
  readonly dataSource: DataSource;
  readonly outer: Turn | undefined;
  readonly since: Date;
  hasEnded: boolean;
}

const turns = new AsyncLocalStorage<Turn>();

/** The turn in which each data source is. */
const present = new WeakMap<DataSource, Turn>();

/**
 * Runs `work` when all earlier work on the data source in this process is done.
 *
 * The database's lock keeps processes apart; inside one process a SQLite database in memory has a single connection, on
 * which two runs would share one transaction, and a small PostgreSQL pool could be used up by runs that wait for each other.
 */
export async function inTurn<T>(dataSource: DataSource, options: TurnOptions, work: () => Promise<T>): Promise<T> {
  const outer = turns.getStore();
  if (isHeld(dataSource, outer)) throw options.nested();
  const earlier = lines.get(dataSource);
  let leave: () => void = () => undefined;
  const own = new Promise<void>((resolve) => (leave = resolve));
  const line = earlier === undefined ? own : earlier.then(() => own);
  lines.set(dataSource, line);
  try {
    if (earlier !== undefined) await waitFor(earlier, dataSource, options);
    return await takeTurn({ dataSource, outer, since: new Date(), hasEnded: false }, work);
  } finally {
    leave();
    if (lines.get(dataSource) === line) lines.delete(dataSource);
  }
}

async function takeTurn<T>(turn: Turn, work: () => Promise<T>): Promise<T> {
  present.set(turn.dataSource, turn);
  try {
    return await turns.run(turn, work);
  } finally {
    turn.hasEnded = true;
  }
}

async function waitFor(
  earlier: Promise<void>,
  dataSource: DataSource,
  { timeout, onWait, signal, busy }: TurnOptions,
): Promise<void> {
  const started = performance.now();
  const holder = (): RunnerInfo => ({ pid: process.pid, isHere: true, since: present.get(dataSource)?.since });
  const report = (): void =>
    onWait?.('runner', {
      waitedMs: Math.round(performance.now() - started),
      limitMs: timeout,
      holder: holder(),
    });
  report();
  let fail: (error: unknown) => void = () => undefined;
  const failed = new Promise<never>((_resolve, reject) => (fail = reject));
  const reporting = setInterval(() => {
    try {
      report();
    } catch (error) {
      // Thrown here it would end the process.
      fail(error);
    }
  }, REPORT_EVERY);
  try {
    const wait = (): Promise<void> =>
      withinTime(
        timeout,
        () => Promise.race([earlier, failed]),
        () => busy(holder()),
      );
    await unlessAborted(signal, wait);
  } finally {
    clearInterval(reporting);
  }
}

function isHeld(dataSource: DataSource, turn: Turn | undefined): boolean {
  if (turn === undefined) return false;
  return (turn.dataSource === dataSource && !turn.hasEnded) || isHeld(dataSource, turn.outer);
}
