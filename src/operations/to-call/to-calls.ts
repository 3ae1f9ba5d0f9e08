import type { PrimaryKeyModel } from '../../schema/schema.model.js';
import type { Operation, OperationOf, TableOperation } from '../operation.js';
import type { Operations, TableOperations } from '../operations.interface.js';
import {
  changeOptions,
  checkOptions,
  columnOptions,
  defined,
  droppedOptions,
  exclusionOptions,
  foreignKeyOptions,
  hasKeyOptions,
  indexOptions,
  keyOnColumns,
  type KeyNaming,
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
 * The calls of `op` that make an operation: one, or two for a table whose primary key has an order of its own.
 *
 * The previous state that an operation has for its reverse (`was`) is left out, since the downgrade has it.
 */
export function callsOf(
  operation: Exclude<Operation, OperationOf<'batch'>>,
  keyNaming: KeyNaming = {},
): OperationCall[] {
  switch (operation.kind) {
    case 'createTable':
      return createTableCalls(operation, keyNaming);
    case 'dropTable':
      return [call('dropTable', targetOf(operation.table), flag('ifExists', operation.ifExists))];
    case 'renameTable':
      return [call('renameTable', targetOf(operation.table), newNameOf(operation.table, operation.to))];
    case 'createEnum':
      return [call('createEnum', targetOf(operation.enum), operation.enum.values)];
    case 'dropEnum':
      return [call('dropEnum', targetOf(operation.enum), flag('ifExists', operation.ifExists))];
    case 'renameEnum':
      return [call('renameEnum', targetOf(operation.enum), newNameOf(operation.enum, operation.to))];
    case 'addEnumValue': {
      const { before } = operation;
      const options = before === undefined ? undefined : { before };
      return [call('addEnumValue', targetOf(operation.enum), operation.value, options)];
    }
    case 'renameEnumValue':
      return [call('renameEnumValue', targetOf(operation.enum), operation.from, operation.to)];
    case 'renameLabel':
      return [call('renameLabel', targetOf(operation.table), operation.column, operation.from, operation.to)];
    case 'alterEnum':
      return [call('alterEnum', targetOf(operation.enum), operation.values)];
    case 'createView':
      return [call('createView', viewOptions(operation.view), flag('restore', operation.restore))];
    case 'dropView': {
      const { materialized, keep, ifExists } = operation;
      return [call('dropView', targetOf(operation.view), given({ materialized, keep, ifExists }))];
    }
    case 'renameView':
      return [call('renameView', targetOf(operation.view), newNameOf(operation.view, operation.to))];
    case 'alterView': {
      const { view, expression, existing } = operation;
      return [call('alterView', targetOf(view), given({ expression, existing }))];
    }
    case 'createSequence': {
      const { schema: _schema, name: _name, ...options } = operation.sequence;
      const { ifNotExists } = operation;
      return [call('createSequence', targetOf(operation.sequence), given({ ...options, ifNotExists }))];
    }
    case 'dropSequence':
      return [call('dropSequence', targetOf(operation.sequence), flag('ifExists', operation.ifExists))];
    case 'renameSequence':
      return [call('renameSequence', targetOf(operation.sequence), newNameOf(operation.sequence, operation.to))];
    case 'alterSequence': {
      const { sequence, to, existing } = operation;
      return [call('alterSequence', targetOf(sequence), given({ ...to, existing }))];
    }
    case 'createSchema':
      return [call('createSchema', operation.name, flag('ifNotExists', operation.ifNotExists))];
    case 'dropSchema': {
      const { name, ifExists, ifUnused } = operation;
      return [call('dropSchema', name, given({ ifExists, ifUnused }))];
    }
    case 'renameSchema':
      return [call('renameSchema', operation.from, operation.to)];
    case 'createExtension': {
      const { schema, version } = operation;
      return [call('createExtension', operation.name, given({ schema, version }))];
    }
    case 'dropExtension':
      return [call('dropExtension', operation.name, flag('ifUnused', operation.ifUnused))];
    case 'alterExtension': {
      const { name, to, existing } = operation;
      return [call('alterExtension', name, given({ ...to, existing }))];
    }
    case 'execute':
      return [call('execute', operation.sql, operation.parameters)];
    case 'bulkInsert':
      return [call('bulkInsert', targetOf(operation.table), operation.rows)];
    case 'inBatches': {
      const { table, size, pause, key, sql } = operation;
      return [call('inBatches', defined({ table: targetOf(table), size, pause, key }), sql)];
    }
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
      return call('addColumn', columnOptions(operation.column), flag('ifNotExists', operation.ifNotExists));
    case 'dropColumn':
      return call('dropColumn', operation.column, flag('ifExists', operation.ifExists));
    case 'renameColumn':
      return call('renameColumn', operation.from, operation.to);
    case 'renameConstraint':
    case 'renameIndex':
      return call(operation.kind, operation.from, operation.to, flag('ifExists', operation.ifExists));
    case 'alterColumn': {
      const { to, existing } = operation;
      const previous = existing === undefined ? {} : { existing: changeOptions(existing) };
      return call('alterColumn', operation.column, { ...changeOptions(to), ...previous });
    }
    case 'createPrimaryKey':
      return call('createPrimaryKey', ...keyArguments(operation.primaryKey, operation.fromIndex));
    case 'dropPrimaryKey':
      return call('dropPrimaryKey', operation.name, flag('ifExists', operation.ifExists));
    case 'createUnique':
      return call('createUniqueConstraint', uniqueOptions(operation.unique), fromIndex(operation));
    case 'dropUnique':
      return call('dropUniqueConstraint', droppedOptions(operation), flag('ifExists', operation.ifExists));
    case 'createCheck':
      return call('createCheckConstraint', checkOptions(operation.check));
    case 'dropCheck':
      return call('dropCheckConstraint', droppedOptions(operation), flag('ifExists', operation.ifExists));
    case 'createExclusion':
      return call('createExclusionConstraint', exclusionOptions(operation.exclusion));
    case 'dropExclusion':
      return call('dropExclusionConstraint', operation.name, flag('ifExists', operation.ifExists));
    case 'createForeignKey':
      return call('createForeignKey', foreignKeyOptions(operation.foreignKey));
    case 'dropForeignKey':
      return call('dropForeignKey', droppedOptions(operation), flag('ifExists', operation.ifExists));
    case 'validateConstraint': {
      const { name, isConcurrent, ifExists } = operation;
      return call('validateConstraint', name, given({ isConcurrent, ifExists }));
    }
    case 'createIndex':
      return call('createIndex', indexOptions(operation.index), flag('ifNotExists', operation.ifNotExists));
    case 'dropIndex': {
      const { name, isConcurrent, ifExists } = operation;
      return call('dropIndex', name, given({ isConcurrent, ifExists }));
    }
    case 'setTableComment':
      return call('setTableComment', operation.comment);
    case 'setTableEngine':
      return call('setTableEngine', operation.engine);
    case 'setWithoutRowid':
      return call('setWithoutRowid', operation.withoutRowid);
  }
}

function createTableCalls({ table, ifNotExists }: OperationOf<'createTable'>, keyNaming: KeyNaming): OperationCall[] {
  const create = call('createTable', tableOptions(table, keyNaming), flag('ifNotExists', ifNotExists));
  const { primaryKey } = table;
  if (primaryKey === undefined || hasKeyOptions(primaryKey) || keyOnColumns(table)) return [create];
  return [create, call('createPrimaryKey', targetOf(table), ...keyArguments(primaryKey))];
}

function keyArguments(key: PrimaryKeyModel, fromIndex?: string): readonly unknown[] {
  return [key.columnNames, key.name, given({ ...keyOptions(key), fromIndex })];
}

/** The index that becomes the constraint; `true` where it has the constraint's name. */
function fromIndex({ unique, fromIndex }: OperationOf<'createUnique'>): Options | undefined {
  return given({ fromIndex: fromIndex !== undefined && fromIndex === unique.name ? true : fromIndex });
}

/** A call without the undefined arguments at its end. */
function call<M extends string>(method: M, ...args: readonly unknown[]): { method: M; args: readonly unknown[] } {
  const last = args.findLastIndex((argument) => argument !== undefined);
  return { method, args: args.slice(0, last + 1) };
}

function flag(name: string, value: true | undefined): Options | undefined {
  return given({ [name]: value });
}

/** The options that have a value; undefined when none has. */
function given(options: Options): Options | undefined {
  const left = defined(options);
  return Object.keys(left).length === 0 ? undefined : left;
}
