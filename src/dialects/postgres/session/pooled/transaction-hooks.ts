import type { DataSource, QueryRunner } from 'typeorm';
import { RunnerBusyError } from '../../../../errors/waiting.errors.js';
import { Backoff } from '../../../common/backoff.js';
import { OWN_COMMENT } from '../../../own-queries.js';
import type { Lease } from '../lease/lease.js';
import { settingStatement } from '../settings.js';

const PAUSES = { first: 50, longest: 300 };

/** What each transaction of a run on a shared connection begins and ends with. */
export interface TransactionRequest {
  /** The settings of the next transaction. */
  readonly settings: () => Readonly<Record<string, string>>;
  /** The lease that is held; undefined where none is. */
  readonly lease: () => Lease | undefined;
  /** Whether the driver takes several statements as one message. */
  readonly takesSeveral: boolean;
  /** How long to wait for the lock of a transaction, ms. */
  readonly limit: number;
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
      case 'ROLLBACK':
        return this.rollback();
      case `SET TRANSACTION ISOLATION LEVEL ${this.isolation}`:
        // The transaction was begun with it.
        return [];
      default:
        return this.send(sql, ...rest);
    }
  }

  private async begin(onNotBegun: () => void): Promise<unknown> {
    const { settings, limit } = this.request;
    const lease = this.request.lease();
    const { isolation = 'READ COMMITTED' } = this;
    this.isReadCommitted = isolation === 'READ COMMITTED';
    const statements = [
      `START TRANSACTION ISOLATION LEVEL ${isolation}`,
      settingStatement(settings(), 'transaction'),
      ...(lease === undefined ? [] : [lease.entry]),
    ];
    const backoff = new Backoff(PAUSES);
    for (;;) {
      try {
        await this.sendAll(statements);
        lease?.entered();
        return [];
      } catch (error) {
        await this.send('ROLLBACK').catch(() => undefined);
        const stop = lease?.whatStopped(error);
        if (stop !== 'busy') {
          onNotBegun();
          throw stop === 'lost' ? await lease?.lost(error) : error;
        }
        if (backoff.waited >= limit) {
          onNotBegun();
          throw new RunnerBusyError(backoff.waited, await lease?.holder());
        }
      }
      await backoff.pause();
    }
  }

  private async commit(): Promise<unknown> {
    const lease = this.request.lease();
    if (lease === undefined || !this.isReadCommitted) {
      return this.send('COMMIT').finally(() => lease?.left());
    }
    try {
      await this.sendAll([`${OWN_COMMENT} ${lease.exit}`, 'COMMIT']);
    } catch (error) {
      lease.left();
      throw lease.whatStopped(error) === 'lost' ? await lease.lost(error) : error;
    }
    lease.left(true);
    return [];
  }

  private async rollback(): Promise<unknown> {
    try {
      return await this.send('ROLLBACK');
    } finally {
      this.request.lease()?.left();
    }
  }

  private async sendAll(statements: readonly string[]): Promise<void> {
    const messages = this.request.takesSeveral ? [statements.join('; ')] : statements;
    for (const message of messages) await this.send(message);
  }
}
