import { isDeepStrictEqual } from 'node:util';
import type { Operation, OperationOf } from '../../../operations/operation.js';
import { qualifiedKey, referencedTable } from '../../../schema/schema.model.js';
import { mentionsColumn } from '../../../sql/columns.js';
import { POSTGRES_SQL } from '../../../sql/rules.js';

/** The drop of a key or an index. */
export type KeyDrop = OperationOf<'dropPrimaryKey' | 'dropUnique' | 'dropIndex'>;
/** What makes a key or an index. */
export type KeyCreation = OperationOf<'createPrimaryKey' | 'createUnique' | 'createIndex'>;

/**
 * The operations with the drop of each key and index next to what replaces it: what comes between them leaves the transaction, and
 * the table would have neither for as long as that takes.
 *
 * One of another name is made before. One of the same name, and a primary key, can only be exchanged: its drop comes right before it.
 */
export function onlineOrder(operations: readonly Operation[]): readonly Operation[] {
  let ordered = operations;
  for (const drop of operations) {
    if (!isDrop(drop)) continue;
    const creation = replacementOf(drop, ordered.slice(ordered.indexOf(drop) + 1));
    if (creation !== undefined) ordered = together(drop, creation, ordered);
  }
  return ordered;
}

/** Whether an operation makes what another one has dropped, so that there cannot be both at once. */
export function isExchange(drop: Operation | undefined, creation: Operation | undefined): boolean {
  if (drop === undefined || creation === undefined || !isDrop(drop)) return false;
  if (!('table' in creation) || qualifiedKey(creation.table) !== qualifiedKey(drop.table)) return false;
  if (creation.kind === 'createPrimaryKey') return drop.kind === 'dropPrimaryKey';
  if (creation.kind === 'createUnique') return drop.kind === 'dropUnique' && drop.name === creation.unique.name;
  return creation.kind === 'createIndex' && drop.kind === 'dropIndex' && drop.name === creation.index.name;
}

/** Whether a foreign key that is dropped refers to the columns of a key, so that it goes before that. */
export function refersTo({ was: key }: OperationOf<'dropForeignKey'>, drop: KeyDrop): boolean {
  if (key === undefined || qualifiedKey(referencedTable(key)) !== qualifiedKey(drop.table)) return false;
  return isDeepStrictEqual(new Set(key.referencedColumnNames), new Set(drop.was?.columnNames));
}

function isDrop(operation: Operation): operation is KeyDrop {
  return ['dropPrimaryKey', 'dropUnique', 'dropIndex'].includes(operation.kind);
}

/** What replaces a dropped key or index: what is exchanged with it, else the last one that does the same. */
function replacementOf(drop: KeyDrop, behind: readonly Operation[]): KeyCreation | undefined {
  const creations = behind.filter(
    (operation): operation is KeyCreation =>
      isCreation(operation) && qualifiedKey(operation.table) === qualifiedKey(drop.table),
  );
  const exchanged = creations.find((creation) => isExchange(drop, creation));
  if (exchanged !== undefined || drop.kind === 'dropPrimaryKey') return exchanged;
  return creations.findLast((creation) => drop.kind === 'dropIndex' || isUnique(creation));
}

function isCreation(operation: Operation): operation is KeyCreation {
  return ['createPrimaryKey', 'createUnique', 'createIndex'].includes(operation.kind);
}

function isUnique(creation: KeyCreation): boolean {
  return creation.kind !== 'createIndex' || creation.index.isUnique === true;
}

/** The two next to each other, where nothing between them depends on their order. */
function together(drop: KeyDrop, creation: KeyCreation, operations: readonly Operation[]): readonly Operation[] {
  const [from, to] = [operations.indexOf(drop), operations.indexOf(creation)];
  const between = operations.slice(from + 1, to);
  const before = operations.slice(0, from);
  const behind = operations.slice(to + 1);
  const names = columnsOf(drop);
  if (names !== undefined && !between.some((operation) => needsDrop(operation, drop, names))) {
    const keys = before.filter(
      (one): one is OperationOf<'dropForeignKey'> =>
        one.kind === 'dropForeignKey' && refersTo(one, drop) && !isOfTwo(one, operations),
    );
    const others = before.filter((one) => !(keys as readonly Operation[]).includes(one));
    const drops = [...keys, drop];
    return isExchange(drop, creation)
      ? [...others, ...between, ...drops, creation, ...behind]
      : [...others, ...between, creation, ...drops, ...behind];
  }
  if (!isExchange(drop, creation) || between.some((operation) => isNeededFor(operation, creation))) return operations;
  return [...before, drop, creation, ...between, ...behind];
}

/** Whether two keys that a foreign key may hang on are dropped. */
function isOfTwo(key: OperationOf<'dropForeignKey'>, operations: readonly Operation[]): boolean {
  return operations.filter((one) => isDrop(one) && refersTo(key, one)).length > 1;
}

/** The columns of a dropped key or index; undefined where they are not known. */
function columnsOf({ was }: KeyDrop): readonly string[] | undefined {
  if (was === undefined || ('expression' in was && was.expression !== undefined)) return undefined;
  return [...was.columnNames, ...('include' in was ? (was.include ?? []) : [])];
}

/** Whether an operation can only come behind the drop of a key with these columns. */
function needsDrop(operation: Operation, drop: KeyDrop, names: readonly string[]): boolean {
  switch (operation.kind) {
    case 'execute':
      return names.some((name) => mentionsColumn(operation.sql, name, POSTGRES_SQL));
    case 'dropColumn':
      return isOnTable(operation, drop) && names.includes(operation.column);
    case 'alterColumn':
      return isOnTable(operation, drop) && names.includes(operation.column);
    case 'renameConstraint':
    case 'renameIndex':
      return isOnTable(operation, drop) && operation.to === drop.name;
    case 'renameColumn':
    case 'renameTable':
    case 'dropTable':
      return true;
    case 'createUnique':
      return operation.unique.name === drop.name;
    case 'createIndex':
      return operation.index.name === drop.name;
    default:
      return false;
  }
}

/** Whether an operation has to come before what makes a key or an index. */
function isNeededFor(operation: Operation, creation: KeyCreation): boolean {
  if (operation.kind === 'dropForeignKey') return false;
  if (operation.kind !== 'dropColumn' && operation.kind !== 'alterColumn') return true;
  return isOnTable(operation, creation) && createdColumns(creation).includes(operation.column);
}

function createdColumns(creation: KeyCreation): readonly string[] {
  if (creation.kind === 'createPrimaryKey') return creation.primaryKey.columnNames;
  return (creation.kind === 'createUnique' ? creation.unique : creation.index).columnNames;
}

function isOnTable(
  operation: Extract<Operation, { readonly table: unknown }>,
  { table }: KeyDrop | KeyCreation,
): boolean {
  return 'name' in operation.table && qualifiedKey(operation.table) === qualifiedKey(table);
}
