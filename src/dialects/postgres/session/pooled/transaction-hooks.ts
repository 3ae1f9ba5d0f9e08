import type { DataSource, QueryRunner } from 'typeorm';
import { RunnerBusyError, type RunnerInfo } from '../../../../errors/waiting.errors.js';
import { Backoff } from '../../../common/backoff.js';
import { OWN_COMMENT } from '../../../own-queries.js';
import type { LockWait } from '../advisory-lock.js';
import type { Lease } from '../lease/lease.js';
import { settingStatement } from '../settings.js';
import { isUnreachable } from '../unreachable.js';

const PAUSES = { first: 50, longest: 300 };

/** A wait for the lock of a transaction that is not reported, ms. */
const BRIEF = 1_000;

/** What each transaction of a run on a shared connection begins and ends with. */
export interface TransactionRequest {
  /** The settings of the next transaction. */
  readonly settings: () => Readonly<Record<string, string>>;
  /** The lease that is held; undefined where none is. */
  readonly lease: () => Lease | undefined;
  /** Whether the driver takes several statements as one message. */
  readonly takesSeveral: boolean;
  /** Called for each other statement that was done. */
  readonly onDone: (sql: string) => void;
  /** The wait for the lock of a transaction. */
  readonly wait: () => LockWait;
}

type Query = (sql: string, ...rest: unknown[]) => Promise<unknown>;

/** The parts of a query runner that are replaced, and TypeORM's record of its transaction. */
interface Hooked {
  query: Query;
  startTransaction: (isolation?: string) => Promise<void>;
  isTransactionActive: boolean;
}

/**
 * Has the transactions of a query runner, those of TypeORM and of revisions included, begin with the settings of the run and the check
 * of its lease, and end with the check: each time in one message.
 *
 * They are replaced in the runner itself, since TypeORM's `startTransaction` and the like send their statements there.
 *
 * @returns what takes the hooks away again
 */
export function hookTransactions(runner: QueryRunner, request: TransactionRequest): () => void {
  const hooked = runner as unknown as Hooked;
  const own = { query: Object.hasOwn(hooked, 'query') && hooked.query };
  const query = hooked.query.bind(runner);
  const start = hooked.startTransaction.bind(runner);
  const transactions = new PooledTransactions(query, request);
  hooked.query = (sql, ...rest) => transactions.query(sql, rest, () => (hooked.isTransactionActive = false));
  hooked.startTransaction = (isolation) => {
    transactions.isolation = isolation ?? isolationOf(runner);
    return start(isolation);
  };
  return () => {
    Reflect.deleteProperty(hooked, 'startTransaction');
    if (own.query) hooked.query = own.query;
    else Reflect.deleteProperty(hooked, 'query');
  };
}

/** The isolation of the data source's transactions, an option of TypeORM since 1.0. */
function isolationOf({ connection }: { readonly connection: DataSource }): string | undefined {
  return (connection.options as { readonly isolationLevel?: string }).isolationLevel;
}

class PooledTransactions {
  /** The isolation that the next transaction is to have. */
  isolation: string | undefined;
  /** Whether the transaction sees what others commit meanwhile, as the check at its end must. */
  private isReadCommitted = true;
  /** Whether a transaction was begun: until then nothing is lost with the lease. */
  private hasBegun = false;

  constructor(
    private readonly send: Query,
    private readonly request: TransactionRequest,
  ) {}

  async query(sql: string, rest: readonly unknown[], onNotBegun: () => void): Promise<unknown> {
    switch (sql) {
      case 'START TRANSACTION':
        return this.begin(onNotBegun);
      case 'COMMIT':
        return this.commit();
      case `SET TRANSACTION ISOLATION LEVEL ${this.isolation}`:
        // The transaction was begun with it.
        return [];
      default:
        return this.other(sql, rest);
    }
  }

  private async other(sql: string, rest: readonly unknown[]): Promise<unknown> {
    try {
      const result = await this.send(sql, ...rest);
      this.request.onDone(sql);
      return result;
    } catch (error) {
      throw isUnreachable(error) ? ((await this.request.lease()?.lossOf(error)) ?? error) : error;
    }
  }

  private async begin(onNotBegun: () => void): Promise<unknown> {
    const { isolation = 'READ COMMITTED' } = this;
    this.isReadCommitted = isolation === 'READ COMMITTED';
    const wait = this.request.wait();
    const backoff = new Backoff(PAUSES, wait.signal);
    try {
      for (;;) {
        const stop = await this.tryBegin(isolation, wait);
        if (stop === undefined) return [];
        if (stop === 'busy') await this.pause(backoff, wait);
      }
    } catch (error) {
      onNotBegun();
      throw error;
    }
  }

  /** @returns what has to end before it can be tried again; undefined when it has begun */
  private async tryBegin(isolation: string, wait: LockWait): Promise<'busy' | 'lost' | undefined> {
    const lease = this.request.lease();
    try {
      await this.sendAll([
        `START TRANSACTION ISOLATION LEVEL ${isolation}`,
        settingStatement(this.request.settings(), 'transaction'),
        ...(lease === undefined ? [] : [lease.entry]),
      ]);
      this.hasBegun = true;
      return undefined;
    } catch (error) {
      await this.send('ROLLBACK').catch(() => undefined);
      const stop = lease?.whatStopped(error);
      if (stop === undefined) throw error;
      if (stop === 'lost') {
        if (this.hasBegun) throw await lease?.lost(error);
        await lease?.acquire(wait);
      }
      return stop;
    }
  }

  /** Waits for the transaction of another run, which ends by itself or is ended by its time limits. */
  private async pause(backoff: Backoff, { limit, report }: LockWait): Promise<void> {
    const lease = this.request.lease();
    const holder = async (): Promise<RunnerInfo | undefined> => lease?.holder();
    const { waited } = backoff;
    if (waited >= limit) throw new RunnerBusyError(waited, await holder());
    // Those who wait for the lease try its lock for moments.
    if (waited > BRIEF) await report.busy('runner', { waitedMs: waited, limitMs: limit }, holder);
    await backoff.pause(limit - waited);
  }

  private async commit(): Promise<unknown> {
    const lease = this.request.lease();
    if (lease === undefined || !this.isReadCommitted) return this.send('COMMIT');
    try {
      await this.sendAll([`${OWN_COMMENT} ${lease.exit}`, 'COMMIT']);
    } catch (error) {
      throw lease.whatStopped(error) === 'lost' ? await lease.lost(error) : error;
    }
    return [];
  }

  private async sendAll(statements: readonly string[]): Promise<void> {
    const messages = this.request.takesSeveral ? [statements.join('; ')] : statements;
    for (const message of messages) await this.send(message);
  }
}
