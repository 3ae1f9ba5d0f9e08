/** Whether the history is one transaction, or each revision is. */
export type Mode = 'one' | 'each';
export type Direction = 'up' | 'down';

/**
 * Where a run is interrupted: before a statement reaches the database, while the database runs it, and after the database has
 * done it and before the run learns of that.
 */
export type Side = 'before' | 'during' | 'after';

/**
 * What happens there.
 *
 * - `kill`: the process gets SIGKILL
 * - `terminate`: the database ends the run's session, as `pg_terminate_backend` does
 * - `cut`: the connection is closed on both sides
 * - `vanish`: the process is gone, and the database hears nothing of it for a time: a machine that lost its power
 * - `signal`: the process gets SIGTERM, and ends in order
 * - `pause`: the process gets SIGSTOP, the next run comes, and the process goes on (SIGCONT) when that has ended or waits
 * - `crash`: all processes of the database server get SIGKILL, and it is started again
 */
export const FAULTS = ['kill', 'terminate', 'cut', 'vanish', 'signal', 'pause', 'crash'] as const;

export type Fault = (typeof FAULTS)[number];

/** One interruption of one run. */
export interface Point {
  /** The database, as in `--only`. */
  readonly database: string;
  readonly fault: Fault;
  readonly mode: Mode;
  readonly direction: Direction;
  /** The number of the message to the database, from 1. */
  readonly message: number;
  readonly side: Side;
}

/** `postgres/kill/one/up/37.after` */
export function nameOf({ database, fault, mode, direction, message, side }: Point): string {
  return `${database}/${fault}/${mode}/${direction}/${message}.${side}`;
}

/** @throws Error when the text names no point */
export function pointOf(name: string): Point {
  const [database, fault, mode, direction, place = ''] = name.split('/');
  const [message, side] = place.split('.');
  if (database === undefined || !(Number(message) > 0) || side === undefined) {
    throw new Error(`"${name}" is no point: postgres/kill/one/up/37.after is one.`);
  }
  return { database, fault, mode, direction, message: Number(message), side } as Point;
}
