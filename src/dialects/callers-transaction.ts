import type { QueryRunner } from 'typeorm';
import { CallersTransactionEndError } from '../errors/callers.errors.js';
import type { Dialect } from './dialect.js';

const SAVEPOINT = 'nestjs_migrate_caller';

/** What TypeORM keeps about the transaction of a query runner. */
interface TransactionFlags {
  isTransactionActive: boolean;
  transactionDepth: number;
}

const ENDING = ['commitTransaction', 'rollbackTransaction'] as const;

/** A query runner in whose transaction this package works, and what it was like before. */
interface Entered {
  readonly flags: TransactionFlags;
  readonly own: Partial<Pick<QueryRunner, (typeof ENDING)[number]>>;
  /** How many pieces of work are inside: calls may be made at the same time, or inside of each other. */
  count: number;
}

const entered = new WeakMap<QueryRunner, Entered>();

/**
 * Work inside a transaction that the caller of this package has open: a savepoint, which is kept or undone, while the
 * transaction itself is the caller's to end.
 */
export class CallersTransaction {
  /** TypeORM's depth of transactions in each other, where the savepoint is. */
  private depth: number | undefined;

  /**
   * @param view a view of the runner, for the statements of this package
   * @param runner the caller's
   */
  constructor(
    private readonly view: QueryRunner,
    private readonly runner: QueryRunner,
  ) {}

  /** The savepoint is there, and neither kept nor undone yet. */
  get isOpen(): boolean {
    return this.depth !== undefined;
  }

  async begin(): Promise<void> {
    await this.view.query(`SAVEPOINT ${SAVEPOINT}`);
    this.depth = enter(this.runner);
  }

  /** Keeps what was done, for as long as the caller's transaction is not rolled back. */
  async keep(): Promise<void> {
    await this.view.query(`RELEASE SAVEPOINT ${SAVEPOINT}`);
    this.leave();
  }

  /** Undoes what was done. The caller's transaction can go on. */
  async undo(): Promise<void> {
    try {
      await this.view.query(`ROLLBACK TO SAVEPOINT ${SAVEPOINT}`);
      await this.view.query(`RELEASE SAVEPOINT ${SAVEPOINT}`);
    } finally {
      this.leave();
    }
  }

  private leave(): void {
    const { depth } = this;
    this.depth = undefined;
    if (depth === undefined) return;
    // Savepoints that a revision made through TypeORM and left behind are gone.
    Object.assign(this.runner, { transactionDepth: depth });
    leave(this.runner);
  }
}

/**
 * A transaction that was begun in plain SQL is none to TypeORM, which would begin another one inside it. And who works in
 * the caller's transaction may begin and end others inside it, which are savepoints to TypeORM, but not end that one.
 */
function enter(runner: QueryRunner): number {
  const { isTransactionActive, transactionDepth } = runner as QueryRunner & TransactionFlags;
  const depth = Math.max(1, transactionDepth);
  const known = entered.get(runner);
  if (known !== undefined) {
    known.count += 1;
    return depth;
  }
  const own: Entered['own'] = {};
  for (const name of ENDING) {
    const end = runner[name];
    if (Object.hasOwn(runner, name)) own[name] = end;
    runner[name] = async () => {
      if ((runner as QueryRunner & TransactionFlags).transactionDepth <= depth) {
        throw new CallersTransactionEndError(name);
      }
      await end.call(runner);
    };
  }
  entered.set(runner, { flags: { isTransactionActive, transactionDepth }, own, count: 1 });
  Object.assign(runner, { isTransactionActive: true, transactionDepth: depth });
  return depth;
}

function leave(runner: QueryRunner): void {
  const known = entered.get(runner);
  if (known === undefined || --known.count > 0) return;
  entered.delete(runner);
  for (const name of ENDING) Reflect.deleteProperty(runner, name);
  Object.assign(runner, known.own, known.flags);
}

/** Does work on a caller's connection: inside its transaction where there is one, such that a failure leaves that usable. */
export async function onCallersConnection<T>(
  { view, runner }: { readonly view: QueryRunner; readonly runner: QueryRunner },
  { isInTransaction }: Pick<Dialect, 'isInTransaction'>,
  work: () => Promise<T>,
): Promise<T> {
  if (!(await isInTransaction(view))) return work();
  const transaction = new CallersTransaction(view, runner);
  await transaction.begin();
  try {
    const result = await work();
    await transaction.keep();
    return result;
  } catch (error) {
    if (transaction.isOpen) await transaction.undo().catch(() => undefined);
    throw error;
  }
}
