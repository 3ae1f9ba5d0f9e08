import type { QueryRunner } from 'typeorm';
import { CallersTransactionEndError } from '../errors/callers.errors.js';
import type { Dialect } from './dialect.js';

const SAVEPOINT = 'nestjs_migrate_caller';

/** The fields in which TypeORM keeps the state of a query runner's transaction. */
interface TransactionFlags {
  isTransactionActive: boolean;
  transactionDepth: number;
}

const ENDING = ['commitTransaction', 'rollbackTransaction'] as const;

/** A query runner in whose transaction this package works, with its previous state. */
interface Entered {
  readonly flags: TransactionFlags;
  readonly own: Partial<Pick<QueryRunner, (typeof ENDING)[number]>>;
  /** The number of calls at work: they may be concurrent or nested. */
  count: number;
}

const entered = new WeakMap<QueryRunner, Entered>();

/**
 * Work inside an open transaction of the caller: under a savepoint, which is released or rolled back. The transaction
 * itself is ended by the caller.
 */
export class CallersTransaction {
  /** TypeORM's depth of nested transactions at the savepoint; undefined without one. */
  private depth: number | undefined;

  /**
   * @param view a view of the runner, for the statements of this package
   * @param runner the caller's
   */
  constructor(
    private readonly view: QueryRunner,
    private readonly runner: QueryRunner,
  ) {}

  /** Whether the savepoint exists, and is neither kept nor undone yet. */
  get isOpen(): boolean {
    return this.depth !== undefined;
  }

  async begin(): Promise<void> {
    await this.view.query(`SAVEPOINT ${SAVEPOINT}`);
    this.depth = enter(this.runner);
  }

  /** Keeps what was done, unless the caller's transaction is rolled back. */
  async keep(): Promise<void> {
    await this.view.query(`RELEASE SAVEPOINT ${SAVEPOINT}`);
    this.leave();
  }

  /** Undoes what was done; the caller's transaction can continue. */
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
    // Savepoints that a revision has created through TypeORM and left open no longer exist.
    Object.assign(this.runner, { transactionDepth: depth });
    leave(this.runner);
  }
}

/**
 * Makes TypeORM treat the caller's transaction as open, and as nested. It does not notice one that was begun in plain SQL,
 * and would begin another one inside it. Work inside may begin and end nested transactions, which are savepoints, but not
 * this one.
 */
function enter(runner: QueryRunner): number {
  const { isTransactionActive, transactionDepth } = runner as QueryRunner & TransactionFlags;
  const depth = Math.max(1, transactionDepth);
  const entry = entered.get(runner);
  if (entry !== undefined) {
    entry.count += 1;
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
  const entry = entered.get(runner);
  if (entry === undefined || --entry.count > 0) return;
  entered.delete(runner);
  for (const name of ENDING) Reflect.deleteProperty(runner, name);
  Object.assign(runner, entry.own, entry.flags);
}

/** Runs work on a caller's connection; in an open transaction under a savepoint, so that a failure leaves that usable. */
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
