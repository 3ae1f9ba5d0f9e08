import type { QueryRunner } from 'typeorm';
import { statementPlace } from '../../common/statement-place.js';
import { places } from './statement-place.js';
import { onFreshTable } from './stale-table.js';
import { isUnreachable } from './unreachable.js';

/** The flag of the server's answers that says whether a transaction is open. */
const IN_TRANSACTION = 1;

/** The fields in which TypeORM keeps the state of a query runner's transaction. */
interface TransactionFlags {
  isTransactionActive: boolean;
  transactionDepth: number;
}

type Query = (sql: string, ...rest: unknown[]) => Promise<unknown>;

/** What sends a statement, or ends it where it takes too long. */
export type Limit = <T>(send: () => Promise<T>) => Promise<T>;

/**
 * Whether a connection has a transaction open, by the flags that the server sends with each answer to a statement that returns no
 * rows; those that do return rows end no transaction.
 *
 * TypeORM counts for itself, and does not notice the commits of DDL: its fields are set to what the server says, so that
 * `manager.transaction()` of a revision begins a transaction where none is open any more.
 *
 * A deadlock rolls back the whole transaction. One of the run counts as open until the run rolls it back, and takes no statement: what
 * a revision does after it has caught the error would else be committed without what came before.
 */
export class TransactionWatch {
  private open = false;
  /** Whether the open transaction was begun by the session. */
  private isOwn = false;
  /** The error with which the server has rolled back the transaction of the session. */
  private doom: unknown;
  private readonly send: Query;
  /** The method that the runner had of its own, if any. */
  private readonly former: PropertyDescriptor | undefined;

  /**
   * @param runner the one whose statements are watched, until `remove`
   * @param onLost called when its connection is lost
   */
  constructor(
    private readonly runner: QueryRunner,
    private readonly onLost: () => void,
    private readonly limit: Limit = (send) => send(),
  ) {
    this.former = Object.getOwnPropertyDescriptor(runner, 'query');
    const query = runner.query as unknown as Query;
    this.send = query.bind(runner);
    const watched: Query = async (sql, ...rest) => {
      this.refuse(sql);
      try {
        return this.noted(sql, await onFreshTable(sql, (text) => this.limit(() => this.send(text, ...rest))));
      } catch (error) {
        await this.afterError(sql, error);
        throw error;
      }
    };
    Object.assign(runner, { query: watched });
  }

  get isOpen(): boolean {
    return this.open;
  }

  /** To be called when the session has begun a transaction. */
  own(): void {
    this.isOwn = this.open;
  }

  /** Sets TypeORM's fields, before its own methods begin or end a transaction. */
  setFlags(isOpen: boolean): void {
    const flags: TransactionFlags = { isTransactionActive: isOpen, transactionDepth: isOpen ? 1 : 0 };
    Object.assign(this.runner, flags);
  }

  remove(): void {
    if (this.former === undefined) Reflect.deleteProperty(this.runner, 'query');
    else Object.defineProperty(this.runner, 'query', this.former);
  }

  /** @throws Error where the server has rolled back the transaction that the statement is for */
  private refuse(sql: string): void {
    if (this.doom === undefined) return;
    if (!/^\s*ROLLBACK[\s;]*$/i.test(sql)) {
      const reason = `The server has rolled back the transaction: ${(this.doom as Error).message}`;
      throw new Error(reason, { cause: this.doom });
    }
    this.doom = undefined;
  }

  private noted(sql: string, answer: unknown): unknown {
    const status = statusOf(answer);
    if (status === undefined) return answer;
    const wasOpen = this.open;
    this.open = (status & IN_TRANSACTION) !== 0;
    if (!this.open) this.isOwn = false;
    // TypeORM sets its fields itself after a statement of its own.
    if (wasOpen && !this.open && !/^(?:COMMIT|ROLLBACK)$/.test(sql)) this.setFlags(false);
    return answer;
  }

  /** Asks after an error, with which the server sends no flags: DDL commits also when it fails, and a deadlock rolls back. */
  private async afterError(sql: string, error: unknown): Promise<void> {
    if (isUnreachable(error)) return this.onLost();
    const { isOwn } = this;
    try {
      this.noted(sql, await sendPlain(this.runner, 'DO 0'));
    } catch {
      // What was open is lost with the connection; whether it was committed before, only the database knows.
      this.onLost();
      return;
    }
    if (!isOwn || this.open || statementPlace(sql, places) !== 'anywhere') return;
    this.doom = error;
    this.open = true;
    this.isOwn = true;
    this.setFlags(true);
  }
}

/** Sends a statement without parameters that no logger is to see. */
export async function sendPlain(runner: QueryRunner, sql: string): Promise<unknown> {
  const connection = (await runner.connect()) as { promise(): { query(sql: string): Promise<[unknown]> } };
  const [answer] = await connection.promise().query(sql);
  return answer;
}

/** Whether a transaction is open on a connection, as the server says. */
export async function isInTransaction(runner: QueryRunner): Promise<boolean> {
  const status = statusOf(await runner.query('DO 0'));
  return status !== undefined && (status & IN_TRANSACTION) !== 0;
}

/** The flags in an answer; of a procedure's several answers the last one has them. Undefined for rows. */
function statusOf(answer: unknown): number | undefined {
  const raw = hasRaw(answer) ? answer.raw : answer;
  const header: unknown = Array.isArray(raw) ? raw.at(-1) : raw;
  const { serverStatus } = (header ?? {}) as { serverStatus?: unknown };
  return typeof serverStatus === 'number' ? serverStatus : undefined;
}

function hasRaw(answer: unknown): answer is { readonly raw: unknown } {
  return typeof answer === 'object' && answer !== null && 'raw' in answer && 'records' in answer;
}
