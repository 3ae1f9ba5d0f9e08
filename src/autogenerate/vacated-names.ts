import type { Operation, OperationOf } from '../operations/operation.js';
import { nameBetween } from '../schema/name-between.js';
import { qualifiedKey, type QualifiedName, type SchemaModel } from '../schema/schema.model.js';
import type { CompareContext } from './compare-context.js';
import { takenNames } from './taken-names.js';

type NameChange = OperationOf<'renameConstraint' | 'renameIndex'>;

/**
 * Operations in which no constraint or index gets a name that another one still has, as happens when tables or constraints
 * exchange their names: whoever is in the way goes to a name in between, before all others.
 *
 * Where the changes of a table are made together, a name may also pass from an index of one table to a new one of another:
 * the old one goes first.
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
  const isMadeElsewhere = context.rebuildsTables ? indexesMadeBy(operations) : () => false;
  const inTheWay = changes.filter(
    (change) =>
      placesOf(change, change.from).some((place) => wanted.has(place)) ||
      (change.kind === 'renameIndex' && isMadeElsewhere(change.table, change.from)),
  );
  const goesFirst = (operation: Operation): boolean =>
    operation.kind === 'dropIndex' && isMadeElsewhere(operation.table, operation.name);
  const taken = takenNames(actual);
  const between = new Map(
    inTheWay.map((change): [Operation, string] => {
      const name = nameBetween(change.from, (name) => taken.has(name));
      taken.add(name);
      return [change, name];
    }),
  );
  return {
    vacating: [
      ...operations.filter(goesFirst),
      ...inTheWay.map((change) => ({ ...change, to: between.get(change) ?? change.to })),
    ],
    operations: operations
      .filter((operation) => !goesFirst(operation))
      .map((operation) => {
        const from = between.get(operation);
        return isNameChange(operation) && from !== undefined ? { ...operation, from } : operation;
      }),
  };
}

/** Whether an index of this name comes to be on another table. */
function indexesMadeBy(operations: readonly Operation[]): (table: QualifiedName, name: string) => boolean {
  const made = operations.flatMap((operation) => {
    const { kind } = operation;
    if (kind === 'createIndex') return [{ table: operation.table, name: operation.index.name }];
    if (kind === 'renameIndex') return [{ table: operation.table, name: operation.to }];
    return kind === 'createTable' ? operation.table.indices.map(({ name }) => ({ table: operation.table, name })) : [];
  });
  return (table, name) =>
    made.some(
      (other) =>
        nameKey(other.table.schema, other.name) === nameKey(table.schema, name) &&
        qualifiedKey(other.table) !== qualifiedKey(table),
    );
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
