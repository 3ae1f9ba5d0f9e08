import { IrreversibleOperationError } from '../errors/operations.errors.js';
import { displayName, qualifiedNameOf } from '../schema/schema.model.js';
import { TYPE_FIELDS } from './apply/apply-column.js';
import { describeOperation } from './describe/describe.js';
import { dropCheck, dropForeignKey, dropUnique } from './call/drop-operations.js';
import type { ColumnChange, Operation, OperationOf, TableOperation } from './operation.js';

/** The operations that undo a list of operations, in the order in which they must run. */
export function reverseAll(operations: readonly Operation[]): Operation[] {
  return operations.toReversed().flatMap(reverse);
}

/**
 * The operations that undo an operation: applied after it, they give the previous schema.
 *
 * Rows are not restored: a dropped table or column is re-created empty. The validation of a constraint is not undone.
 *
 * @throws IrreversibleOperationError when the operation does not have the previous state, and for raw SQL and rows.
 */
export function reverse(operation: Operation): Operation[] {
  switch (operation.kind) {
    case 'createTable':
      return [
        { kind: 'dropTable', table: qualifiedNameOf(operation.table), was: operation.table, ...ifExists(operation) },
      ];
    case 'dropTable':
      return [{ kind: 'createTable', table: previousOf(operation, operation.was), ...ifNotExists(operation) }];
    case 'renameTable':
      return [{ kind: 'renameTable', table: operation.to, to: operation.table }];
    case 'batch': {
      const operations = operation.operations.toReversed().flatMap(reverseOnTable);
      const isOnline = operation.isOnline ? ({ isOnline: true } as const) : {};
      return operations.length === 0 ? [] : [{ kind: 'batch', table: operation.table, operations, ...isOnline }];
    }
    case 'createEnum':
      return [{ kind: 'dropEnum', enum: qualifiedNameOf(operation.enum), was: operation.enum }];
    case 'dropEnum':
      return [{ kind: 'createEnum', enum: previousOf(operation, operation.was) }];
    case 'renameEnum':
      return [{ kind: 'renameEnum', enum: operation.to, to: operation.enum }];
    case 'renameEnumValue':
    case 'renameLabel':
      return [{ ...operation, from: operation.to, to: operation.from }];
    case 'addEnumValue':
    case 'alterEnum':
      return [restoreEnum(operation)];
    case 'createView': {
      const { view, restore } = operation;
      const flags = {
        ...(view.materialized && { materialized: true as const }),
        ...(restore && { keep: true as const }),
      };
      return [{ kind: 'dropView', view: qualifiedNameOf(view), ...flags, was: view }];
    }
    case 'dropView': {
      const restore = operation.keep ? ({ restore: true } as const) : {};
      return [{ kind: 'createView', view: previousOf(operation, operation.was), ...restore }];
    }
    case 'renameView':
      return [{ kind: 'renameView', view: operation.to, to: operation.view }];
    case 'alterView': {
      const { view, expression } = operation;
      return [{ kind: 'alterView', view, expression: previousOf(operation, operation.existing), existing: expression }];
    }
    case 'createSequence': {
      const { sequence } = operation;
      return [{ kind: 'dropSequence', sequence: qualifiedNameOf(sequence), was: sequence, ...ifExists(operation) }];
    }
    case 'dropSequence':
      return [{ kind: 'createSequence', sequence: previousOf(operation, operation.was), ...ifNotExists(operation) }];
    case 'renameSequence':
      return [{ kind: 'renameSequence', sequence: operation.to, to: operation.sequence }];
    case 'createSchema':
      return [{ kind: 'dropSchema', name: operation.name, ...ifExists(operation) }];
    case 'dropSchema':
      return [{ kind: 'createSchema', name: operation.name, ...ifNotExists(operation) }];
    case 'renameSchema':
      return [{ kind: 'renameSchema', from: operation.to, to: operation.from }];
    case 'createExtension': {
      const { kind: _kind, name, ...was } = operation;
      // It may have existed before, and others may have begun to use it since.
      return [{ kind: 'dropExtension', name, ...(Object.keys(was).length > 0 && { was }), ifUnused: true }];
    }
    case 'dropExtension':
      return [{ kind: 'createExtension', name: operation.name, ...operation.was }];
    case 'alterSequence':
      return [{ ...operation, ...exchanged(operation, operation.to, operation.existing) }];
    case 'alterExtension':
      return [{ ...operation, ...exchanged(operation, operation.to, operation.existing) }];
    case 'execute':
      return refuse(operation, 'what a raw statement does is not known');
    case 'bulkInsert':
      return refuse(operation, 'rows that were inserted may have changed since');
    case 'inBatches':
      return refuse(operation, 'what a raw statement does is not known');
    default: {
      const operations = reverseOnTable(operation);
      return operations.length < 2 ? operations : [{ kind: 'batch', table: operation.table, operations }];
    }
  }
}

function reverseOnTable(operation: TableOperation): TableOperation[] {
  if (operation.kind === 'validateConstraint') return [];
  const taken = operation.kind === 'dropColumn' ? (operation.taken ?? []) : [];
  return [reverseWithoutTaken(operation), ...taken, ...indexOf(operation)];
}

/** The index that a constraint was made from, which is dropped with it. */
function indexOf(operation: TableOperation): TableOperation[] {
  const key = operation.kind === 'createUnique' ? operation.unique : undefined;
  const { columnNames } = key ?? (operation.kind === 'createPrimaryKey' ? operation.primaryKey : { columnNames: [] });
  const name = 'fromIndex' in operation ? operation.fromIndex : undefined;
  if (name === undefined) return [];
  return [{ kind: 'createIndex', table: operation.table, index: { name, columnNames, isUnique: true } }];
}

function reverseWithoutTaken(operation: Exclude<TableOperation, OperationOf<'validateConstraint'>>): TableOperation {
  const { table } = operation;
  switch (operation.kind) {
    case 'addColumn':
      return {
        kind: 'dropColumn',
        table,
        column: operation.column.name,
        was: operation.column,
        ...ifExists(operation),
      };
    case 'dropColumn':
      return { kind: 'addColumn', table, column: previousOf(operation, operation.was), ...ifNotExists(operation) };
    case 'renameColumn':
    case 'renameConstraint':
    case 'renameIndex':
      return { ...operation, from: operation.to, to: operation.from };
    case 'alterColumn':
      return restoreColumn(operation);
    case 'createPrimaryKey': {
      const { name } = operation.primaryKey;
      return { kind: 'dropPrimaryKey', table, ...(name === undefined ? {} : { name }), was: operation.primaryKey };
    }
    case 'dropPrimaryKey':
      return { kind: 'createPrimaryKey', table, primaryKey: previousOf(operation, operation.was) };
    case 'createUnique':
      return dropUnique(table, operation.unique);
    case 'dropUnique':
      return { kind: 'createUnique', table, unique: previousOf(operation, operation.was) };
    case 'createCheck':
      return dropCheck(table, operation.check);
    case 'dropCheck':
      return { kind: 'createCheck', table, check: previousOf(operation, operation.was) };
    case 'createExclusion':
      return {
        kind: 'dropExclusion',
        table,
        name: nameToDrop(operation, operation.exclusion),
        was: operation.exclusion,
      };
    case 'dropExclusion':
      return { kind: 'createExclusion', table, exclusion: previousOf(operation, operation.was) };
    case 'createForeignKey':
      return dropForeignKey(table, operation.foreignKey);
    case 'dropForeignKey':
      return { kind: 'createForeignKey', table, foreignKey: previousOf(operation, operation.was) };
    case 'createIndex': {
      const { name, isConcurrent } = operation.index;
      return {
        kind: 'dropIndex',
        table,
        name,
        ...(isConcurrent && { isConcurrent }),
        was: operation.index,
        ...ifExists(operation),
      };
    }
    case 'dropIndex': {
      const index = previousOf(operation, operation.was);
      return {
        kind: 'createIndex',
        table,
        index: operation.isConcurrent ? { ...index, isConcurrent: true } : index,
        ...ifNotExists(operation),
      };
    }
    case 'setTableComment':
      return {
        kind: 'setTableComment',
        table,
        comment: previousOf(operation, operation.existing),
        existing: operation.comment,
      };
    case 'setTableEngine':
      return {
        kind: 'setTableEngine',
        table,
        engine: previousOf(operation, operation.existing),
        existing: operation.engine,
      };
    case 'setWithoutRowid':
      return { kind: 'setWithoutRowid', table, withoutRowid: !operation.withoutRowid };
  }
}

/** Fields outside the type that a reverse change must specify, since nothing else restores them. */
const RESTORED: readonly string[] = [
  'isNullable',
  'default',
  'comment',
  'generationStrategy',
  'asExpression',
] satisfies readonly (keyof ColumnChange)[];

function restoreColumn(operation: OperationOf<'alterColumn'>): TableOperation {
  const existing = previousOf(operation, operation.existing);
  const { using: _using, ...changed } = operation.to;
  const isTypeField = (field: string): boolean => (TYPE_FIELDS as readonly string[]).includes(field);
  const lost = Object.keys(changed).find((field) => {
    if (field in existing) return false;
    return isTypeField(field) ? existing.type === undefined : RESTORED.includes(field);
  });
  if (lost !== undefined) refuse(operation, `'existing' does not specify '${lost}'`);
  return { kind: 'alterColumn', table: operation.table, column: operation.column, to: existing, existing: changed };
}

function restoreEnum(operation: OperationOf<'addEnumValue' | 'alterEnum'>): OperationOf<'alterEnum'> {
  const values = previousOf(operation, operation.existing);
  if (operation.kind === 'alterEnum')
    return { kind: 'alterEnum', enum: operation.enum, values, existing: operation.values };
  const at = operation.before === undefined ? values.length : values.indexOf(operation.before);
  const existing = values.toSpliced(at, 0, operation.value);
  return { kind: 'alterEnum', enum: operation.enum, values, existing };
}

/** The two sides of a change in exchange: the previous fields as the new ones, and the new ones as the previous. */
function exchanged<T extends object>(operation: Operation, to: T, previous: T | undefined): { to: T; existing: T } {
  const existing = previousOf(operation, previous);
  const lost = Object.keys(to).find((field) => !(field in existing));
  if (lost !== undefined) refuse(operation, `'existing' does not specify '${lost}'`);
  return { to: existing, existing: to };
}

/** The condition of a reverse drop: what is created only where it is missing is dropped only where it exists. */
function ifExists({ ifNotExists }: { readonly ifNotExists?: true }): { readonly ifExists?: true } {
  return ifNotExists ? { ifExists: true } : {};
}

function ifNotExists({ ifExists }: { readonly ifExists?: true }): { readonly ifNotExists?: true } {
  return ifExists ? { ifNotExists: true } : {};
}

function previousOf<T>(operation: Operation, previous: T | undefined): T {
  return previous === undefined ? refuse(operation, 'its previous state is not known') : previous;
}

function nameToDrop(operation: Operation, { name }: { readonly name?: string }): string {
  return name ?? refuse(operation, 'the constraint has no name to drop it by');
}

/** Sentences about what a downgrade does not undo, and why. */
export function notUndone(operations: readonly Operation[]): readonly string[] {
  return operations.flatMap((operation): readonly string[] => {
    if (operation.kind === 'batch') return notUndone(operation.operations);
    if (operation.kind !== 'validateConstraint') return [];
    return [
      `The constraint '${operation.name}' on '${displayName(operation.table)}' stays validated: its rows have been looked at.`,
    ];
  });
}

function refuse(operation: Operation, reason: string): never {
  throw new IrreversibleOperationError(describeOperation(operation), reason);
}
