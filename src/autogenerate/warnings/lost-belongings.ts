import type { Belongings, DroppedObject } from '../../dialects/belongings.js';
import { flatOperations } from '../../operations/flat-operations.js';
import type { Operation } from '../../operations/operation.js';
import { displayName, qualifiedKey, type QualifiedName } from '../../schema/schema.model.js';
import { nameBeforeRenames } from './broken-views.js';
import type { Warning } from './warnings.js';

/** What an operation drops, and what people may have set by hand on it. */
interface Dropped extends DroppedObject {
  readonly operation: Operation;
  /** In the words of a warning, by the name that it has when the operation runs. */
  readonly said: string;
}

/** Columns that go; indexes, constraints and views that are made again under the same name. */
export function droppedObjects(operations: readonly Operation[]): readonly Dropped[] {
  const all = flatOperations(operations);
  const made = new Set(all.flatMap((operation) => madeKey(operation) ?? []));
  return all.flatMap((operation): readonly Dropped[] => {
    const own = droppedObject(operation);
    if (own === undefined || (own.kind !== 'column' && !made.has(keyOf(own)))) return [];
    return [{ ...own, operation, said: descriptionOf(own), relation: nameBeforeRenames(own.relation, operations) }];
  });
}

/** What a person should know of what was set by hand: a new object does not have it, and a row policy keeps its columns. */
export function belongingsWarnings(operations: readonly Operation[], belongings: readonly Belongings[]): Warning[] {
  const found = new Map(belongings.map(({ object, texts }) => [keyOf(object), texts]));
  return droppedObjects(operations).flatMap((one) => {
    const texts = found.get(keyOf(one));
    return texts === undefined ? [] : [{ operation: one.operation, message: messageOf(one, texts) }];
  });
}

function messageOf({ kind, said }: Dropped, texts: readonly string[]): string {
  return kind === 'column'
    ? `${texts.join(', ')} ${texts.length > 1 ? 'use' : 'uses'} ${said}: the upgrade fails unless op.execute drops ${texts.length > 1 ? 'them' : 'it'} first`
    : `${said} is dropped and made again, which loses ${texts.join(', ')}: set again with op.execute what is to stay`;
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

function madeKey(operation: Operation): string | undefined {
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
