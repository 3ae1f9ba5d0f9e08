import type { Operation, OperationOf } from '../operations/operation.js';
import { qualifiedKey, type SchemaModel } from '../schema/schema.model.js';
import type { CompareContext } from './compare-context.js';

type NameChange = OperationOf<'renameConstraint' | 'renameIndex'>;

/**
 * Operations in which no constraint or index gets a name that another one still has, as happens when tables or constraints
 * exchange their names: whoever is in the way goes to a name in between, before all others.
 */
export function withVacatedNames(
  operations: readonly Operation[],
  actual: SchemaModel,
  context: CompareContext,
): { readonly vacating: readonly Operation[]; readonly operations: readonly Operation[] } {
  const changes = operations.filter(isNameChange);
  const placesOf = (change: NameChange, name: string): readonly string[] => {
    const places = isOfSchema(change, actual, context) ? [nameKey(change.table.schema, name)] : [];
    return change.kind === 'renameIndex' ? places : [...places, nameKey(qualifiedKey(change.table), name)];
  };
  const wanted = new Set(changes.flatMap((change) => placesOf(change, change.to)));
  const inTheWay = new Set<Operation>(
    changes.filter((change) => placesOf(change, change.from).some((place) => wanted.has(place))),
  );
  const between = (name: string): string => `temporary_${name}`;
  return {
    vacating: changes
      .filter((change) => inTheWay.has(change))
      .map((change) => ({ ...change, to: between(change.from) })),
    operations: operations.map((operation) =>
      isNameChange(operation) && inTheWay.has(operation) ? { ...operation, from: between(operation.from) } : operation,
    ),
  };
}

function isNameChange(operation: Operation): operation is NameChange {
  return operation.kind === 'renameConstraint' || operation.kind === 'renameIndex';
}

/**
 * Names of constraints are shared by those of a table. Names of indexes, and of the constraints that stand on one, are
 * shared by the tables of a schema; but a database that rebuilds tables lets constraints of several tables have one name.
 */
function isOfSchema(change: NameChange, { tables }: SchemaModel, { rebuildsTables }: CompareContext): boolean {
  if (change.kind === 'renameIndex') return true;
  if (rebuildsTables) return false;
  const owner = tables.find((candidate) => qualifiedKey(candidate) === qualifiedKey(change.table));
  const constraints = owner ? [owner.primaryKey, ...owner.uniques, ...owner.exclusions] : [];
  return constraints.some((constraint) => constraint?.name === change.from);
}

function nameKey(place: string | undefined, name: string): string {
  return JSON.stringify([place, name]);
}
