import type { Operation, OperationOf } from '../../operations/operation.js';
import { qualifiedKey, type QualifiedName, type SchemaModel } from '../../schema/schema.model.js';
import type { CompareContext } from '../compare/compare-context.js';
import { temporaryNames } from './names-in-use.js';

type NameChange = OperationOf<'renameConstraint' | 'renameIndex'>;

/** Operations without conflicts between names of indexes and constraints; `first` must run before `operations`. */
interface FreedNames {
  readonly first: readonly Operation[];
  readonly operations: readonly Operation[];
}

/**
 * Resolves conflicts between operations that rename indexes and constraints: one whose name another one is to get is given a
 * temporary name first. For a swap, `a → b` and `b → a`, that is `a → temporary_a` and `b → temporary_b`, then
 * `temporary_a → b` and `temporary_b → a`.
 *
 * Where tables are rebuilt, and so changed one after the other, a new table or an index of another table may also take the name of
 * an index: that one is dropped or renamed first.
 */
export function withIndexNamesFreed(
  operations: readonly Operation[],
  actual: SchemaModel,
  context: CompareContext,
): FreedNames {
  const changes = operations.filter(isNameChange);
  const keysOf = (change: NameChange, name: string): readonly string[] => {
    const folded = context.fold(name);
    const keys = isUniqueInSchema(change, actual, context) ? [nameKey(change.table.schema, folded)] : [];
    return change.kind === 'renameIndex' ? keys : [...keys, nameKey(qualifiedKey(change.table), folded)];
  };
  const takers = new Map(changes.flatMap((change) => keysOf(change, change.to).map((key) => [key, change])));
  const isGivenElsewhere = context.rebuildsTables ? namesGivenBy(operations, context) : () => false;
  const conflicting = changes.filter(
    (change) =>
      keysOf(change, change.from).some((key) => (takers.get(key) ?? change) !== change) ||
      (change.kind === 'renameIndex' && isGivenElsewhere(change.table, change.from)),
  );
  const isFirst = (operation: Operation): boolean =>
    operation.kind === 'dropIndex' && isGivenElsewhere(operation.table, operation.name);
  const temporary = temporaryNames(actual, context);
  const temporaryNameOf = new Map(conflicting.map((change): [Operation, string] => [change, temporary(change.from)]));
  return {
    first: [
      ...operations.filter(isFirst),
      ...conflicting.map((change) => ({ ...change, to: temporaryNameOf.get(change) ?? change.to })),
    ],
    operations: operations
      .filter((operation) => !isFirst(operation))
      .map((operation) => {
        const from = temporaryNameOf.get(operation);
        return isNameChange(operation) && from !== undefined ? { ...operation, from } : operation;
      }),
  };
}

/** Whether the operations give a name to another table, or to an index of another table. */
function namesGivenBy(
  operations: readonly Operation[],
  { fold }: CompareContext,
): (table: QualifiedName, name: string) => boolean {
  const given = operations.flatMap((operation) => {
    const { kind } = operation;
    if (kind === 'createIndex') return [{ table: operation.table, name: operation.index.name }];
    if (kind === 'renameIndex') return [{ table: operation.table, name: operation.to }];
    if (kind !== 'createTable') return [];
    const { table } = operation;
    return [table, ...table.indices].map(({ name }) => ({ table, name }));
  });
  return (table, name) =>
    given.some(
      (other) =>
        nameKey(other.table.schema, fold(other.name)) === nameKey(table.schema, fold(name)) &&
        qualifiedKey(other.table) !== qualifiedKey(table),
    );
}

function isNameChange(operation: Operation): operation is NameChange {
  return operation.kind === 'renameConstraint' || operation.kind === 'renameIndex';
}

/**
 * Whether the old name must be unique in its schema, and not only in its table: that of an index, or of a constraint with an index
 * of its name. Where tables are rebuilt, constraints of several tables may have one name.
 */
function isUniqueInSchema(change: NameChange, { tables }: SchemaModel, { rebuildsTables }: CompareContext): boolean {
  if (change.kind === 'renameIndex') return true;
  if (rebuildsTables) return false;
  const owner = tables.find((candidate) => qualifiedKey(candidate) === qualifiedKey(change.table));
  const constraints = owner ? [owner.primaryKey, ...owner.uniques, ...owner.exclusions] : [];
  return constraints.some((constraint) => constraint?.name === change.from);
}

/** @param scope the schema or the table in which a name is unique */
function nameKey(scope: string | undefined, name: string): string {
  return JSON.stringify([scope, name]);
}
