import type { Operation, OperationOf } from '../operations/operation.js';
import { qualifiedKey, type SchemaModel } from '../schema/schema.model.js';
import type { CompareContext } from './compare-context.js';

type NameChange = OperationOf<'renameConstraint' | 'renameIndex'>;

/**
 * Operations in which no constraint or index gets a name that one of another table still has, as happens when tables
 * exchange their names: whoever is in the way goes to a name in between, before all others.
 */
export function withVacatedNames(
  operations: readonly Operation[],
  actual: SchemaModel,
  context: CompareContext,
): { readonly vacating: readonly Operation[]; readonly operations: readonly Operation[] } {
  const isShared = (operation: Operation): operation is NameChange =>
    operation.kind === 'renameIndex' ||
    // A database that rebuilds tables lets constraints of several tables have one name.
    (operation.kind === 'renameConstraint' && !context.rebuildsTables && isBackedByIndex(operation, actual));
  const changes = operations.filter(isShared);
  const wanted = new Set(changes.map((change) => nameKey(change, change.to)));
  const inTheWay = new Set<Operation>(changes.filter((change) => wanted.has(nameKey(change, change.from))));
  const between = (name: string): string => `temporary_${name}`;
  return {
    vacating: changes
      .filter((change) => inTheWay.has(change))
      .map((change) => ({ ...change, to: between(change.from) })),
    operations: operations.map((operation) =>
      isShared(operation) && inTheWay.has(operation) ? { ...operation, from: between(operation.from) } : operation,
    ),
  };
}

/** Names of indexes, and of the constraints that stand on one, are shared by the tables of a schema. */
function isBackedByIndex({ table, from }: NameChange, { tables }: SchemaModel): boolean {
  const owner = tables.find((candidate) => qualifiedKey(candidate) === qualifiedKey(table));
  const constraints = owner ? [owner.primaryKey, ...owner.uniques, ...owner.exclusions] : [];
  return constraints.some((constraint) => constraint?.name === from);
}

function nameKey({ table }: NameChange, name: string): string {
  return qualifiedKey(table.schema === undefined ? { name } : { schema: table.schema, name });
}
