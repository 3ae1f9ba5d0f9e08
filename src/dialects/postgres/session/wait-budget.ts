import type { QueryRunner } from 'typeorm';
import { cancelStatement } from './cancel-statement.js';
import { OwnClient } from './own-client.js';
import { sqlStates } from './sql-state.js';

/** How often it is looked whether a statement waits, ms. */
const EVERY = 200;

/** How long a look may take, ms. */
const LIMIT = 1_000;

/** The part of a client of pg that shows whether a statement runs, and receives the errors of the server. */
interface Client {
  readonly readyForQuery?: boolean;
  readonly connection?: {
    prependListener(event: 'errorMessage', listener: (error: ServerError) => void): void;
    off(event: 'errorMessage', listener: (error: ServerError) => void): void;
  };
}

interface ServerError {
  code?: string;
  message: string;
}

/**
 * Limits how long the statements of one transaction wait for locks altogether. `lock_timeout` limits each wait: of a transaction that
 * waits for several tables in turn, the first would be locked for the sum.
 *
 * Only the server knows whether a statement waits or works, so it is asked over another connection, which is opened when a statement
 * takes a while. When the time is over, the statement is cancelled, and its error is that of a lock which was not free in time.
 */
export class WaitBudget {
  private timer: NodeJS.Timeout | undefined;
  private client: OwnClient | undefined;
  private waited = 0;
  /** When a statement was seen waiting last. */
  private seenAt: number | undefined;
  private isLooking = false;

  /**
   * @param pid the process of the server behind the connection
   * @param limit how long all waits of a transaction may take together, ms; 0 for no limit
   */
  constructor(
    private readonly runner: QueryRunner,
    private readonly pid: number,
    private readonly limit: number,
  ) {}

  /** To be called when a transaction has begun. */
  begin(): void {
    this.end();
    if (this.limit === 0) return;
    this.waited = 0;
    this.seenAt = undefined;
    this.timer = setInterval(() => void this.look(), EVERY);
    this.timer.unref();
  }

  /** To be called when the transaction is to end: the commit is never cancelled. */
  end(): void {
    clearInterval(this.timer);
    this.timer = undefined;
    void this.client?.end();
    this.client = undefined;
  }

  private get driver(): Client {
    return (this.runner as unknown as { readonly databaseConnection?: Client }).databaseConnection ?? {};
  }

  private async look(): Promise<void> {
    if (this.driver.readyForQuery !== false) this.seenAt = undefined;
    else if (!this.isLooking) await this.ask();
  }

  private async ask(): Promise<void> {
    const { timer } = this;
    this.isLooking = true;
    try {
      const isWaiting = await this.isWaiting();
      if (timer === this.timer) await this.count(isWaiting);
    } catch {
      // Without another connection each wait has a limit of its own, which the server keeps.
      if (timer === this.timer) this.end();
    } finally {
      this.isLooking = false;
    }
  }

  private async count(isWaiting: boolean): Promise<void> {
    const now = performance.now();
    if (isWaiting) this.waited += this.seenAt === undefined ? EVERY : now - this.seenAt;
    this.seenAt = isWaiting ? now : undefined;
    // One wait alone ends by `lock_timeout`.
    if (isWaiting && this.waited > this.limit + EVERY) await this.cancel();
  }

  private async isWaiting(): Promise<boolean> {
    const client = this.client ?? new OwnClient(this.runner.connection, LIMIT);
    if (this.client === undefined) {
      this.client = client;
      await client.connect();
    }
    const { rows } = await client.query(
      `SELECT FROM pg_catalog.pg_stat_activity WHERE pid = ${this.pid} AND state = 'active' AND wait_event_type = 'Lock'`,
    );
    return rows.length > 0;
  }

  private async cancel(): Promise<void> {
    const { connection } = this.driver;
    const asLock = (error: ServerError): void => {
      if (error.code !== sqlStates.canceled) return;
      error.code = sqlStates.lockNotAvailable;
      error.message = 'canceling statement: the statements of the transaction have waited for lockTimeout together';
    };
    connection?.prependListener('errorMessage', asLock);
    await cancelStatement(this.runner);
    // The error comes before the request is confirmed, or soon after.
    setTimeout(() => connection?.off('errorMessage', asLock), LIMIT).unref();
  }
}
