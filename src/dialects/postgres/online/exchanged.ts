import type { Operation, OperationOf } from '../../../operations/operation.js';
import type { OnlineForm } from '../../online.js';
import { concurrent, freeIndexName } from './constraints.js';
import { isExchange, type KeyCreation, type KeyDrop, refersTo } from './order.js';
import { behindVacuum } from './twins.js';

const KEY =
  'The index of the new key is built while others use the table; then, in one short transaction, it takes the place of the old one.';
const INDEX = 'The new index is built while others use the table, and gets its name when the old one is dropped.';

/**
 * A key, or an index, and what replaces it under its name: the new index is built before the old one is dropped. Foreign keys that
 * refer to the key and are dropped for it are dropped with it.
 */
export function exchanged(operations: readonly Operation[]): OnlineForm | undefined {
  const at = operations.findIndex(({ kind }) => kind !== 'dropForeignKey');
  const [drop, creation] = [operations[at], operations[at + 1]] as [KeyDrop | undefined, KeyCreation | undefined];
  if (drop === undefined || creation === undefined || !isExchange(drop, creation)) return undefined;
  const keys = operations.slice(0, at) as readonly OperationOf<'dropForeignKey'>[];
  if (!keys.every((key) => refersTo(key, drop))) return undefined;
  if (creation.kind === 'createIndex') return at === 0 ? exchangedIndex(creation) : undefined;
  const key = creation.kind === 'createUnique' ? creation.unique : creation.primaryKey;
  const { name, columnNames } = key;
  if (name === undefined || creation.fromIndex !== undefined) return undefined;
  const { table } = creation;
  const fromIndex = drop.name === name ? freeIndexName(name) : name;
  return {
    taken: at + 2,
    operations: [
      concurrent({ kind: 'createIndex', table, index: { name: fromIndex, columnNames, isUnique: true } }),
      behindVacuum(table),
      ...keys,
      drop,
      { ...creation, fromIndex },
    ],
    why: KEY,
  };
}

function exchangedIndex({ table, index }: OperationOf<'createIndex'>): OnlineForm {
  const name = freeIndexName(index.name);
  return {
    taken: 2,
    operations: [
      concurrent({ kind: 'createIndex', table, index: { ...index, name } }),
      { kind: 'dropIndex', table, name: index.name, isConcurrent: true, ifExists: true },
      { kind: 'renameIndex', table, from: name, to: index.name },
    ],
    why: INDEX,
  };
}
