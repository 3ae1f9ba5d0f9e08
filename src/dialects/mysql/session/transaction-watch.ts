import type { QueryRunner } from 'typeorm';

/** The flag of the server's answers that says whether a transaction is open. */
const IN_TRANSACTION = 1;

/** The fields in which TypeORM keeps the state of a query runner's transaction. */
interface TransactionFlags {
  isTransactionActive: boolean;
  transactionDepth: number;
}

type Query = (sql: string, ...rest: unknown[]) => Promise<unknown>;

/**
 * Whether a connection has a transaction open, by the flags that the server sends with each answer to a statement that returns no
 * rows; those that do return rows end no transaction.
 *
 * TypeORM counts for itself, and does not notice the commits of DDL: its fields are set to what the server says, so that
 * `manager.transaction()` of a revision begins a transaction where none is open any more.
 */
export class TransactionWatch {
  private open = false;
  private readonly send: Query;
  /** The method that the runner had of its own, if any. */
  private readonly former: PropertyDescriptor | undefined;

  /** @param runner the one whose statements are watched, until `remove` */
  constructor(private readonly runner: QueryRunner) {
    this.former = Object.getOwnPropertyDescriptor(runner, 'query');
    const query = runner.query as unknown as Query;
    this.send = query.bind(runner);
    const watched: Query = async (sql, ...rest) => {
      try {
        return this.noted(sql, await this.send(sql, ...rest));
      } catch (error) {
        await this.askAfter(sql);
        throw error;
      }
    };
    Object.assign(runner, { query: watched });
  }

  get isOpen(): boolean {
    return this.open;
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

  private noted(sql: string, answer: unknown): unknown {
    const status = statusOf(answer);
    if (status === undefined) return answer;
    const wasOpen = this.open;
    this.open = (status & IN_TRANSACTION) !== 0;
    // TypeORM sets its fields itself after a statement of its own.
    if (wasOpen && !this.open && !/^(?:COMMIT|ROLLBACK)$/.test(sql)) this.setFlags(false);
    return answer;
  }

  /** Asks after an error, with which the server sends no flags: DDL commits also when it fails, and a deadlock rolls back. */
  private async askAfter(sql: string): Promise<void> {
    try {
      this.noted(sql, await sendPlain(this.runner, 'DO 0'));
    } catch {
      // The connection is gone, and its transaction with it.
      this.open = false;
      this.setFlags(false);
    }
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
