import type { PrimaryKeyModel } from '../schema/schema.model.js';
import type { Operation, OperationOf, TableOperation } from './operation.js';
import type { Operations, TableOperations } from './operations.interface.js';
import {
  changeOptions,
  checkOptions,
  columnOptions,
  exclusionOptions,
  foreignKeyOptions,
  hasKeyOptions,
  indexOptions,
  keyOnColumns,
  keyOptions,
  newNameOf,
  type Options,
  tableOptions,
  targetOf,
  uniqueOptions,
  viewOptions,
} from './to-options.js';

/** A call of `op` as data: `op[method](...args)`. */
export interface OperationCall {
  readonly method: Exclude<keyof Operations, 'context' | 'queryRunner' | 'manager' | 'autocommit' | 'get' | 'batch'>;
  readonly args: readonly unknown[];
}

/** A call on the table of a batch: `table[method](...args)`. */
export interface TableCall {
  readonly method: keyof TableOperations;
  readonly args: readonly unknown[];
}

/**
 * The calls that make an operation when a revision runs them. Mostly one; a table whose primary key has an order of its
 * own takes two. What the operation carries to be reversed (`was`) is not said: the downgrade holds it.
 */
export function callsOf(operation: Exclude<Operation, OperationOf<'batch'>>): OperationCall[] {
  switch (operation.kind) {
    case 'createTable':
      return createTableCalls(operation);
    case 'dropTable':
      return [call('dropTable', targetOf(operation.table), flag('ifExists', operation.ifExists))];
    case 'renameTable':
      return [call('renameTable', targetOf(operation.table), newNameOf(operation.table, operation.to))];
    case 'createEnum':
      return [call('createEnum', targetOf(operation.enum), operation.enum.values)];
    case 'dropEnum':
      return [call('dropEnum', targetOf(operation.enum))];
    case 'renameEnum':
      return [call('renameEnum', targetOf(operation.enum), newNameOf(operation.enum, operation.to))];
    case 'addEnumValue': {
      const { before } = operation;
      const options = before === undefined ? undefined : { before };
      return [call('addEnumValue', targetOf(operation.enum), operation.value, options)];
    }
    case 'renameEnumValue':
      return [call('renameEnumValue', targetOf(operation.enum), operation.from, operation.to)];
    case 'alterEnum':
      return [call('alterEnum', targetOf(operation.enum), operation.values)];
    case 'createView':
      return [call('createView', viewOptions(operation.view))];
    case 'dropView':
      return [call('dropView', targetOf(operation.view), flag('materialized', operation.materialized))];
    case 'createSequence': {
      const { schema: _schema, name: _name, ...options } = operation.sequence;
      const isPlain = Object.keys(options).length === 0;
      return [call('createSequence', targetOf(operation.sequence), isPlain ? undefined : options)];
    }
    case 'dropSequence':
      return [call('dropSequence', targetOf(operation.sequence))];
    case 'createSchema':
    case 'dropSchema':
    case 'createExtension':
    case 'dropExtension':
      return [call(operation.kind, operation.name)];
    case 'execute':
      return [call('execute', operation.sql, operation.parameters)];
    case 'bulkInsert':
      return [call('bulkInsert', targetOf(operation.table), operation.rows)];
    default: {
      const { method, args } = tableCallOf(operation);
      return [{ method, args: [targetOf(operation.table), ...args] }];
    }
  }
}

/** The call that makes an operation on one table, without the table. */
export function tableCallOf(operation: TableOperation): TableCall {
  switch (operation.kind) {
    case 'addColumn':
      return call('addColumn', columnOptions(operation.column));
    case 'dropColumn':
      return call('dropColumn', operation.column);
    case 'renameColumn':
    case 'renameConstraint':
    case 'renameIndex':
      return call(operation.kind, operation.from, operation.to);
    case 'alterColumn': {
      const { to, existing } = operation;
      const before = existing === undefined ? {} : { existing: changeOptions(existing) };
      return call('alterColumn', operation.column, { ...changeOptions(to), ...before });
    }
    case 'createPrimaryKey':
      return call('createPrimaryKey', ...keyArguments(operation.primaryKey));
    case 'dropPrimaryKey':
      return call('dropPrimaryKey', operation.name);
    case 'createUnique':
      return call('createUniqueConstraint', uniqueOptions(operation.unique));
    case 'dropUnique':
      return call('dropUniqueConstraint', operation.name);
    case 'createCheck':
      return call('createCheckConstraint', checkOptions(operation.check));
    case 'dropCheck':
      return call('dropCheckConstraint', operation.name);
    case 'createExclusion':
      return call('createExclusionConstraint', exclusionOptions(operation.exclusion));
    case 'dropExclusion':
      return call('dropExclusionConstraint', operation.name);
    case 'createForeignKey':
      return call('createForeignKey', foreignKeyOptions(operation.foreignKey));
    case 'dropForeignKey':
      return call('dropForeignKey', operation.name);
    case 'createIndex':
      return call('createIndex', indexOptions(operation.index));
    case 'dropIndex':
      return call('dropIndex', operation.name, flag('isConcurrent', operation.isConcurrent));
    case 'setTableComment':
      return call('setTableComment', operation.comment);
  }
}

function createTableCalls({ table, ifNotExists }: OperationOf<'createTable'>): OperationCall[] {
  const create = call('createTable', tableOptions(table), flag('ifNotExists', ifNotExists));
  const { primaryKey } = table;
  if (primaryKey === undefined || hasKeyOptions(primaryKey) || keyOnColumns(table)) return [create];
  return [create, call('createPrimaryKey', targetOf(table), ...keyArguments(primaryKey))];
}

function keyArguments(key: PrimaryKeyModel): readonly unknown[] {
  return [key.columnNames, key.name, keyOptions(key)];
}

/** A call without the optional arguments that are not there. */
function call<M extends string>(method: M, ...args: readonly unknown[]): { method: M; args: readonly unknown[] } {
  const last = args.findLastIndex((argument) => argument !== undefined);
  return { method, args: args.slice(0, last + 1) };
}

function flag(name: string, value: true | undefined): Options | undefined {
  return value === undefined ? undefined : { [name]: value };
}
