import { types } from 'node:util';
import { Call } from './call.js';
import { readFlags, readMove } from './call-options.js';
import { readBatches } from './from-batch-options.js';
import { type ConstraintNaming, type TableTarget, readTable } from './from-options.js';
import { extensionMethods, type CallHandler, schemaMethods, sequenceMethods, viewMethods } from './object-calls.js';
import type { OperationOf, TableOperation } from '../operation.js';
import type { Operations, TableOperations, Target } from '../operations.interface.js';
import { tableCalls } from './table-calls.js';

/** The members of `op` that make no operation. */
type OwnMember =
  'context' | 'queryRunner' | 'manager' | 'autocommit' | 'runTypeormMigrations' | 'revertTypeormMigrations' | 'get';

/** The calls of `op` that make an operation. */
export type OperationMethods = Omit<Operations, OwnMember>;

/** Makes the methods of `op` that make an operation, each of which gives it to `handle`. */
export function operationMethods(handle: CallHandler, naming?: ConstraintNaming): OperationMethods {
  return { ...tableMethods(handle, naming), ...otherMethods(handle, naming) };
}

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

function otherMethods(handle: CallHandler, naming?: ConstraintNaming): Omit<OperationMethods, keyof TableOperations> {
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
