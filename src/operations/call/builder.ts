import { AsyncLocalStorage } from 'node:async_hooks';
import { types } from 'node:util';
import type { EntityManager, QueryRunner } from 'typeorm';
import { Call } from './call.js';
import { readFlags, readMove } from './call-options.js';
import { type ConstraintNaming, type TableTarget, readTable } from './from-options.js';
import { extensionMethods, type CallHandler, schemaMethods, sequenceMethods, viewMethods } from './object-calls.js';
import type { Operation, OperationOf, TableOperation } from '../operation.js';
import type { OperationContext, Operations, TableOperations, Target } from '../operations.interface.js';
import { readBatches } from './from-batch-options.js';
import { readTypeormMigrations, type TypeormHistory } from './typeorm-migrations.js';
import { OperationQueue } from './queue.js';
import { tableCalls } from './table-calls.js';

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
    ...tableMethods(handle, host.naming),
    ...otherMethods(handle, host.naming),
    autocommit,
    runTypeormMigrations: (migrations) => typeorm('run', migrations),
    revertTypeormMigrations: (migrations) => typeorm('revert', migrations),
    get: (token) => host.get(token),
  };
  return { op, settle: () => root.settle(), end: (failure) => void (ended = failure) };
}

/** The members of `op` that make no operation. */
type OwnMember =
  'context' | 'queryRunner' | 'manager' | 'autocommit' | 'runTypeormMigrations' | 'revertTypeormMigrations' | 'get';

/** The calls on one table; a call that makes several operations makes one batch. */
function tableMethods(handle: CallHandler, naming?: ConstraintNaming): Pick<Operations, keyof TableOperations> {
  const methods = Object.entries(tableCalls).map(([method, read]) => {
    const onTable = (target: Target, ...args: unknown[]): Promise<void> =>
      handle(method, [target, ...args], (call) => {
        const table = call.target(target, 'the table');
        const operations = [read({ call, table, naming }, ...args)].flat();
        return operations.length === 1 ? operations[0] : { kind: 'batch', table, operations };
      });
    return [method, onTable] as const;
  });
  return Object.fromEntries(methods) as unknown as Pick<Operations, keyof TableOperations>;
}

function otherMethods(
  handle: CallHandler,
  naming?: ConstraintNaming,
): Omit<Operations, keyof TableOperations | OwnMember> {
  return {
    createTable: (table, options) =>
      handle('createTable', [table], (call) => ({
        kind: 'createTable',
        table: readTable(call, table, naming),
        ...readFlags(call, options, 'ifNotExists'),
      })),
    dropTable: (table, options) =>
      handle('dropTable', [table], (call) => ({
        kind: 'dropTable',
        table: call.target(table, 'the table'),
        ...readFlags(call, options, 'ifExists'),
      })),
    renameTable: (table, to) =>
      handle('renameTable', [table, to], (call) => ({ kind: 'renameTable', ...readMove(call, 'table', table, to) })),
    batch: (table, changes, options) =>
      handle('batch', [table], (call) => {
        const batch = readBatch(call, table, changes, naming);
        return batch && { ...batch, ...readFlags(call, options, 'isOnline') };
      }),
    createEnum: (name, values) =>
      handle('createEnum', [name], (call) => ({
        kind: 'createEnum',
        enum: { ...call.target(name, 'the enum'), values: call.labels(values, 'the values') },
      })),
    dropEnum: (name, options) =>
      handle('dropEnum', [name], (call) => ({
        kind: 'dropEnum',
        enum: call.target(name, 'the enum'),
        ...readFlags(call, options, 'ifExists'),
      })),
    renameEnum: (name, to) =>
      handle('renameEnum', [name, to], (call) => ({ kind: 'renameEnum', ...readMove(call, 'enum', name, to) })),
    addEnumValue: (name, value, options) =>
      handle('addEnumValue', [name, value], (call) => {
        const { values } = call.fields(options ?? {}, 'the options', { known: ['before'] });
        return {
          kind: 'addEnumValue',
          enum: call.target(name, 'the enum'),
          value: readLabel(call, value),
          ...(values['before'] === undefined ? {} : { before: readLabel(call, values['before']) }),
        };
      }),
    renameEnumValue: (name, from, to) =>
      handle('renameEnumValue', [name, from, to], (call) => ({
        kind: 'renameEnumValue',
        enum: call.target(name, 'the enum'),
        from: readLabel(call, from),
        to: readLabel(call, to),
      })),
    renameLabel: (table, column, from, to) =>
      handle('renameLabel', [table, column, from, to], (call) => ({
        kind: 'renameLabel',
        table: call.target(table, 'the table'),
        column: call.name(column, 'the column'),
        from: readLabel(call, from),
        to: readLabel(call, to),
      })),
    alterEnum: (name, values) =>
      handle('alterEnum', [name], (call) => ({
        kind: 'alterEnum',
        enum: call.target(name, 'the enum'),
        values: call.labels(values, 'the values'),
      })),
    ...viewMethods(handle, naming),
    ...sequenceMethods(handle),
    ...schemaMethods(handle),
    ...extensionMethods(handle),
    execute: (sql, parameters) =>
      handle('execute', [sql], (call) => ({
        kind: 'execute',
        sql: call.name(sql, 'the statement'),
        ...(parameters === undefined ? {} : { parameters: [...call.list(parameters, 'the parameters')] }),
      })),
    bulkInsert: (table, rows) =>
      handle('bulkInsert', [table], (call) => ({
        kind: 'bulkInsert',
        table: call.target(table, 'the table'),
        rows: readRows(call, rows),
      })),
    inBatches: (options, sql) => handle('inBatches', [options, sql], (call) => readBatches(call, options, sql)),
  };
}

/** Runs the function of a batch, whose `table` records the operations. */
function readBatch(
  call: Call,
  target: unknown,
  changes: unknown,
  naming: ConstraintNaming | undefined,
): OperationOf<'batch'> | undefined {
  const table = call.target(target, 'the table');
  if (typeof changes !== 'function') call.fail('the changes must be a function: (table) => { table.addColumn(…); }.');
  const operations: TableOperation[] = [];
  const methods = Object.entries(tableCalls).map(([method, read]) => {
    const record = (...args: unknown[]): void => {
      const tableTarget: TableTarget = { call: Call.of('table', method, args, call), table, naming };
      operations.push(...[read(tableTarget, ...args)].flat());
    };
    return [method, record] as const;
  });
  const result: unknown = changes(Object.fromEntries(methods));
  if (types.isPromise(result)) {
    result.catch(() => undefined);
    call.fail('the changes must not be an async function.', 'A batch is collected first and run as one.');
  }
  return operations.length === 0 ? undefined : { kind: 'batch', table, operations };
}

function readLabel(call: Call, value: unknown): string {
  return typeof value === 'string' ? value : call.fail('a value of an enum must be a text.');
}

function readRows(call: Call, rows: unknown): readonly Record<string, unknown>[] {
  if (rows === undefined || rows === null) call.fail('the rows are missing.', 'An empty list inserts nothing.');
  return call.list(rows, 'the rows').map((row, index) => ({ ...readRow(call, row, index) }));
}

function readRow(call: Call, row: unknown, index: number): Record<string, unknown> {
  if (typeof row !== 'object' || row === null || Array.isArray(row)) {
    call.fail('each row must be an object, keyed by column.');
  }
  for (const [column, value] of Object.entries(row)) {
    if (isValue(value)) continue;
    const hint = types.isPromise(value) ? 'It is a promise: await it first.' : undefined;
    call.fail(`row ${index + 1} has a value for '${column}' that no database can hold.`, hint);
  }
  return row as Record<string, unknown>;
}

/** Whether a database can store the value; drivers would write others as `{}`, or as an invalid date. */
function isValue(value: unknown): boolean {
  if (types.isDate(value)) return !Number.isNaN(value.getTime());
  if (types.isPromise(value) || types.isMap(value) || types.isSet(value)) return false;
  return typeof value !== 'function' && typeof value !== 'symbol';
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
