import {
  type BlockerInfo,
  type ContendedStatement,
  describeContention,
  LockTimeoutError,
  type SessionInfo,
} from '../../errors/database.errors.js';
import type { DialectSession } from '../dialect.js';
import { Backoff } from './backoff.js';

/** How long other sessions are waited for. */
export interface LockLimits {
  /** Longest wait for a table lock in one attempt, ms. */
  readonly lockTimeout: number;
  /** How often it is tried. @default 10 */
  readonly lockAttempts?: number;
}

/** Who holds the lock that a statement waits for, as far as the database shows it. */
export interface LockHolder {
  readonly blocker?: BlockerInfo | undefined;
  /** Sessions that have a transaction open, where it does not show the one. */
  readonly open?: readonly SessionInfo[] | undefined;
}

/** Asks a session for the holder of a lock. */
export async function lockHolder(
  session: Pick<DialectSession, 'blockerOf' | 'openTransactions'>,
  sql: string,
): Promise<LockHolder> {
  const blocker = await session.blockerOf?.(sql);
  return blocker === undefined ? { open: await session.openTransactions?.() } : { blocker };
}

const ATTEMPTS = 10;

/** The pause after an attempt that did not wait, such as one that a deadlock or NOWAIT has ended, ms. */
const SHORTEST = 100;

/** A pause is not longer than this for the sake of an attempt that took long, ms. */
const LONGEST = 30_000;

/**
 * The attempts to do work that needs locks of others.
 *
 * A pause is at least as long as the attempt before it, so that the queries of the application, which wait behind an
 * attempt, have half of the time at the least. The pauses grow and vary, so that two that wait for each other get apart.
 */
export class LockAttempts {
  private count = 0;
  private readonly most: number;
  private readonly backoff: Backoff;

  /** @param signal ends a pause, with a RunAbortedError */
  constructor({ lockTimeout, lockAttempts = ATTEMPTS }: LockLimits, signal?: AbortSignal) {
    const wait = Math.max(lockTimeout, SHORTEST);
    this.most = lockAttempts;
    // Half of a pause at the least: the first one is one to two waits long, those from the second on two to four.
    this.backoff = new Backoff({ first: 2 * wait, longest: 4 * wait }, signal);
  }

  /** Counts an attempt that failed. @returns whether another one follows */
  another(): boolean {
    this.count += 1;
    return this.count < this.most;
  }

  /** The sentence for people about the wait before the next attempt. */
  notice(statement: ContendedStatement, { blocker, open }: LockHolder): string {
    return describeContention(statement, this.most - this.count, blocker, open);
  }

  /** The error when no attempt is left: of a deadlock that of the database. */
  error({ sql, contention, cause }: ContendedStatement, { blocker, open }: LockHolder): unknown {
    return contention === 'lock' ? new LockTimeoutError(sql, this.count, blocker, cause, open) : cause;
  }

  /** @param took how long the attempt took, ms */
  pause(took: number): Promise<void> {
    return this.backoff.pause(Infinity, Math.min(took, LONGEST));
  }
}

/** Time between two notices about waits that follow each other, ms. */
const BETWEEN_NOTICES = 10_000;

/** Passes on the first notice, and later ones only as often as people can use them. */
export class PacedNotices {
  private last = -Infinity;

  constructor(private readonly pass: ((message: string) => void) | undefined) {}

  /** @param message made only when it is passed on: what is in it may cost a query */
  async give(message: () => string | Promise<string>): Promise<void> {
    if (this.pass === undefined || performance.now() - this.last < BETWEEN_NOTICES) return;
    this.last = performance.now();
    this.pass(await message());
  }
}
