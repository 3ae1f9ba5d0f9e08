import { isDeepStrictEqual } from 'node:util';
import type { OperationOf } from '../operations/operation.js';
import { qualifiedKey, qualifiedNameOf, type SchemaModel } from '../schema/schema.model.js';
import type { CompareContext } from './compare-context.js';
import { byName } from './dependency-order.js';
import { enumUsers } from './enum-users.js';
import { pairByName } from './matching.js';

/**
 * The renames of enum types that a comparison can be sure of: the columns that used the one all use the other, and
 * nothing else does. It is what a renamed table or column does to a type that is named after it.
 */
export function renamedEnums(actual: SchemaModel, wanted: SchemaModel): OperationOf<'renameEnum'>[] {
  const before = enumUsers(actual);
  const after = enumUsers(wanted);
  const { actualOnly, wantedOnly } = pairByName(actual.enums, wanted.enums);
  return [...actualOnly].sort(byName).flatMap((type): OperationOf<'renameEnum'>[] => {
    const users = before.get(qualifiedKey(type));
    const to = users && wantedOnly.find((other) => isDeepStrictEqual(after.get(qualifiedKey(other)), users));
    return to ? [{ kind: 'renameEnum', enum: qualifiedNameOf(type), to: qualifiedNameOf(to) }] : [];
  });
}

/**
 * The types that go and stand in the way of a new table or view: each has a type of its own name. They give their names up
 * first, since a type goes only when no column is of it any more.
 */
export function vacatedEnums(
  actual: SchemaModel,
  wanted: SchemaModel,
  { inclusion }: Pick<CompareContext, 'inclusion'>,
): OperationOf<'renameEnum'>[] {
  const used = enumUsers(actual);
  const [tables, views] = [pairByName(actual.tables, wanted.tables), pairByName(actual.views, wanted.views)];
  const taken = new Set([...tables.wantedOnly, ...views.wantedOnly].map(qualifiedKey));
  return pairByName(actual.enums, wanted.enums)
    .actualOnly.filter((type) => taken.has(qualifiedKey(type)) && used.has(qualifiedKey(type)))
    .filter((type) => inclusion.ofActual('enum', type))
    .map((type) => {
      const name = qualifiedNameOf(type);
      return { kind: 'renameEnum', enum: name, to: { ...name, name: `temporary_${name.name}` } };
    });
}
