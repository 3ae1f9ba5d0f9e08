import { AsyncLocalStorage } from 'node:async_hooks';
import type { EntityManager, QueryRunner } from 'typeorm';
import { Call } from './call.js';
import type { ConstraintNaming } from './from-options.js';
import { operationMethods } from './operation-methods.js';
import type { Operation } from '../operation.js';
import type { OperationContext, Operations } from '../operations.interface.js';
import { readTypeormMigrations, type TypeormHistory } from './typeorm-migrations.js';
import { OperationQueue } from './queue.js';

/** What carries out the calls of an `op`: a run on a database, or one that writes a script. */
export interface OperationsHost {
  readonly context: OperationContext;
  readonly queryRunner: QueryRunner;
  readonly manager: EntityManager;
  /** Makes the names that a call leaves out: the data source's naming strategy, except for primary keys. */
  readonly naming?: ConstraintNaming;
  /** Runs an operation. Called for one at a time, in the order of the revision's calls. */
  apply(operation: Operation): Promise<void>;
  autocommit(fn: () => Promise<void>): Promise<void>;
  /** Runs or reverts migration classes of TypeORM. */
  typeorm(direction: 'run' | 'revert', history: TypeormHistory): Promise<void>;
  get: Operations['get'];
  /** Called with the operation of a call while the call is made, so that its caller is on the stack. */
  called?(operation: Operation): void;
}

/** The `op` of a revision, and the end of its work. */
export interface OperationsBuilder {
  readonly op: Operations;
  /**
   * Waits for the calls that a revision did not await. To be called when its function has returned.
   *
   * @throws the error of such a call
   */
  settle(): Promise<void>;
  /** Refuses every later call with this error, since it would run inside the next revision. */
  end(failure: (call: string) => Error): void;
}

/**
 * Makes the `op` object of a revision: each call is checked, turned into an operation, and given to the host in order.
 *
 * @example
 *     const { op, settle } = createOperations(host);
 *     await revision.upgrade(op);
 *     await settle();
 */
export function createOperations(host: OperationsHost): OperationsBuilder {
  const root = new OperationQueue();
  const inAutocommit = new AsyncLocalStorage<OperationQueue>();
  let ended: ((call: string) => Error) | undefined;
  const enqueue = (call: string, work: () => Promise<void>): Promise<void> => {
    const refuse = ended;
    const queue = refuse === undefined ? (inAutocommit.getStore() ?? root) : new OperationQueue();
    return queue.run(refuse === undefined ? work : () => Promise.reject(refuse(call)));
  };
  const unlessEnded = <T>(member: string, value: T): T => {
    if (ended !== undefined) throw ended(member);
    return value;
  };

  /** Reads a call at once, so that later changes of its arguments do not matter; an error is thrown when its turn comes. */
  const handle = (
    method: string,
    args: readonly unknown[],
    read: (call: Call) => Operation | undefined,
  ): Promise<void> => {
    const operation = attempt(() => read(Call.of('op', method, args)));
    if (host.called !== undefined) notePlace(operation, host.called);
    return enqueue(method, async () => {
      const built = operation();
      if (built !== undefined) await host.apply(built);
    });
  };

  const autocommit = (fn: () => Promise<void>): Promise<void> =>
    enqueue('autocommit', async () => {
      if (typeof fn !== 'function') {
        Call.of('op', 'autocommit', [fn]).fail('it takes a function: () => op.execute(…).');
      }
      await host.autocommit(async () => {
        const queue = new OperationQueue();
        await inAutocommit.run(queue, fn);
        await queue.settle();
      });
    });

  const typeorm = (direction: 'run' | 'revert', migrations: unknown): Promise<void> => {
    const read = attempt(() => readTypeormMigrations(Call.of('op', `${direction}TypeormMigrations`, []), migrations));
    return enqueue(`${direction}TypeormMigrations`, async () => host.typeorm(direction, read()));
  };

  const op: Operations = {
    context: host.context,
    get queryRunner() {
      return unlessEnded('queryRunner', host.queryRunner);
    },
    get manager() {
      return unlessEnded('manager', host.manager);
    },
    ...operationMethods(handle, host.naming),
    autocommit,
    runTypeormMigrations: (migrations) => typeorm('run', migrations),
    revertTypeormMigrations: (migrations) => typeorm('revert', migrations),
    get: (token) => host.get(token),
  };
  return { op, settle: () => root.settle(), end: (failure) => void (ended = failure) };
}

/** Passes the operation on, where the call could be read; what is wrong with it is thrown when its turn comes. */
function notePlace(operation: () => Operation | undefined, called: (operation: Operation) => void): void {
  try {
    const built = operation();
    if (built !== undefined) called(built);
  } catch {
    // Its turn comes.
  }
}

/** Runs a function at once. @returns a function that returns its value, or throws its error */
function attempt<T>(fn: () => T): () => T {
  try {
    const value = fn();
    return () => value;
  } catch (error) {
    return () => {
      throw error;
    };
  }
}
