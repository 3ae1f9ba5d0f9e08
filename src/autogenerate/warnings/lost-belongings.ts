import type { Belongings, DroppedObject } from '../../dialects/belongings.js';
import { flatOperations } from '../../operations/flat-operations.js';
import type { Operation } from '../../operations/operation.js';
import { displayName, qualifiedKey, type QualifiedName } from '../../schema/schema.model.js';
import { nameBeforeRenames } from './broken-views.js';
import type { Warning } from './warnings.js';

/** An object that an operation drops, on which people may have set something by hand: comments, privileges, row policies. */
interface Dropped extends DroppedObject {
  readonly operation: Operation;
  /** Its description in a warning, with the name that it has when the operation runs. */
  readonly description: string;
}

/** The columns that the operations drop; the indexes, constraints and views that they drop and create again under the same name. */
export function droppedObjects(operations: readonly Operation[]): readonly Dropped[] {
  const all = flatOperations(operations);
  const created = new Set(all.flatMap((operation) => createdKey(operation) ?? []));
  return all.flatMap((operation): readonly Dropped[] => {
    const own = droppedObject(operation);
    if (own === undefined || (own.kind !== 'column' && !created.has(keyOf(own)))) return [];
    return [
      { ...own, operation, description: descriptionOf(own), relation: nameBeforeRenames(own.relation, operations) },
    ];
  });
}

/** Warnings about what was set by hand: a new object does not have it, and a column that a row policy uses cannot be dropped. */
export function belongingsWarnings(operations: readonly Operation[], belongings: readonly Belongings[]): Warning[] {
  const found = new Map(belongings.map(({ object, texts }) => [keyOf(object), texts]));
  return droppedObjects(operations).flatMap((one) => {
    const texts = found.get(keyOf(one));
    return texts === undefined ? [] : [{ operation: one.operation, message: messageOf(one, texts) }];
  });
}

function messageOf({ kind, description }: Dropped, texts: readonly string[]): string {
  return kind === 'column'
    ? `${texts.join(', ')} ${texts.length > 1 ? 'use' : 'uses'} ${description}: the upgrade fails unless op.execute drops ${texts.length > 1 ? 'them' : 'it'} first`
    : `${description} is dropped and made again, which loses ${texts.join(', ')}: set again with op.execute what is to stay`;
}

function droppedObject(operation: Operation): DroppedObject | undefined {
  switch (operation.kind) {
    case 'dropColumn':
      return { kind: 'column', relation: operation.table, name: operation.column };
    case 'dropIndex':
      return { kind: 'index', relation: operation.table, name: operation.name };
    case 'dropView':
      return operation.keep ? undefined : { kind: 'view', relation: operation.view };
    case 'dropCheck':
    case 'dropUnique':
    case 'dropExclusion':
    case 'dropForeignKey':
    case 'dropPrimaryKey':
      return operation.name === undefined
        ? undefined
        : { kind: 'constraint', relation: operation.table, name: operation.name };
    default:
      return undefined;
  }
}

function createdKey(operation: Operation): string | undefined {
  const constraint = (relation: QualifiedName, name: string | undefined): string | undefined =>
    name === undefined ? undefined : keyOf({ kind: 'constraint', relation, name });
  switch (operation.kind) {
    case 'createIndex':
      return keyOf({ kind: 'index', relation: operation.table, name: operation.index.name });
    case 'createView':
      return keyOf({ kind: 'view', relation: operation.view });
    case 'createCheck':
      return constraint(operation.table, operation.check.name);
    case 'createUnique':
      return constraint(operation.table, operation.unique.name);
    case 'createExclusion':
      return constraint(operation.table, operation.exclusion.name);
    case 'createForeignKey':
      return constraint(operation.table, operation.foreignKey.name);
    case 'createPrimaryKey':
      return constraint(operation.table, operation.primaryKey.name);
    default:
      return undefined;
  }
}

function keyOf({ kind, relation, name = '' }: DroppedObject): string {
  return JSON.stringify([kind, qualifiedKey(relation), name]);
}

function descriptionOf({ kind, relation, name }: DroppedObject): string {
  const table = displayName(relation);
  if (kind === 'column') return `"${table}.${name}"`;
  return kind === 'view' ? `the view "${table}"` : `the ${kind} "${name}" on "${table}"`;
}
