import type { Operation, OperationOf } from '../../operations/operation.js';
import { qualifiedKey, type QualifiedName, type SchemaModel } from '../../schema/schema.model.js';
import type { CompareContext } from '../compare/compare-context.js';
import { temporaryNames } from './names-in-use.js';

type NameChange = OperationOf<'renameConstraint' | 'renameIndex'>;

/**
 * Operations in which no constraint or index gets a name that another one still has, as happens when tables or constraints
 * exchange their names: whoever is in the way goes to a name in between, before all others.
 *
 * Where the changes of a table are made together, a name may also pass from an index of one table to a new one of another:
 * the old one goes first. So it does before a new table of its name.
 */
export function withIndexNamesFreed(
  operations: readonly Operation[],
  actual: SchemaModel,
  context: CompareContext,
): { readonly vacating: readonly Operation[]; readonly operations: readonly Operation[] } {
  const changes = operations.filter(isNameChange);
  const placesOf = (change: NameChange, name: string): readonly string[] => {
    const key = context.fold(name);
    const places = isOfSchema(change, actual, context) ? [nameKey(change.table.schema, key)] : [];
    return change.kind === 'renameIndex' ? places : [...places, nameKey(qualifiedKey(change.table), key)];
  };
  const wanted = new Map(changes.flatMap((change) => placesOf(change, change.to).map((place) => [place, change])));
  const isMadeElsewhere = context.rebuildsTables ? namesMadeBy(operations, context) : () => false;
  const inTheWay = changes.filter(
    (change) =>
      placesOf(change, change.from).some((place) => (wanted.get(place) ?? change) !== change) ||
      (change.kind === 'renameIndex' && isMadeElsewhere(change.table, change.from)),
  );
  const goesFirst = (operation: Operation): boolean =>
    operation.kind === 'dropIndex' && isMadeElsewhere(operation.table, operation.name);
  const temporary = temporaryNames(actual, context);
  const between = new Map(inTheWay.map((change): [Operation, string] => [change, temporary(change.from)]));
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

/** Whether another table comes to be of this name, or has a new index of it. */
function namesMadeBy(
  operations: readonly Operation[],
  { fold }: CompareContext,
): (table: QualifiedName, name: string) => boolean {
  const made = operations.flatMap((operation) => {
    const { kind } = operation;
    if (kind === 'createIndex') return [{ table: operation.table, name: operation.index.name }];
    if (kind === 'renameIndex') return [{ table: operation.table, name: operation.to }];
    if (kind !== 'createTable') return [];
    const { table } = operation;
    return [table, ...table.indices].map(({ name }) => ({ table, name }));
  });
  return (table, name) =>
    made.some(
      (other) =>
        nameKey(other.table.schema, fold(other.name)) === nameKey(table.schema, fold(name)) &&
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
