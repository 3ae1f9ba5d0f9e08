import type { Operation, OperationKind, TableOperation } from '../../operations/operation.js';
import { qualifiedKey, qualifiedNameOf, type QualifiedName } from '../../schema/schema.model.js';
import { notNullStepsIn } from '../render/added-columns.js';

/**
 * The order in which operations can run: what stands on something is dropped before it and made after it.
 *
 * Read backwards, with every operation reversed, it is such an order again, so that a downgrade runs as well.
 */
const ORDER: readonly (readonly (OperationKind | ColumnStep | ViewStep)[])[] = [
  ['createSchema'],
  ['createExtension'],
  ['changeIndexOfRemadeView'],
  // Remembered with the old names of types, and back when these are.
  ['dropView'],
  // Whatever else is dropped is remembered with the type's new name, and comes back before the old one does.
  ['renameEnum'],
  ['dropForeignKey'],
  ['dropTable'],
  ['dropIndex', 'dropUnique', 'dropCheck', 'dropExclusion', 'dropPrimaryKey'],
  ['renameConstraint', 'renameIndex'],
  ['createEnum', 'addEnumValue', 'alterEnum'],
  ['createTable', 'setTableComment', 'batch'],
  ['addColumn'],
  ['dropGeneratedColumn'],
  // As they come: gaps in a column are filled between the change of its type and its NOT NULL.
  ['execute', 'alterColumn'],
  ['addGeneratedColumn'],
  ['dropColumn'],
  // A primary key takes no column whose NOT NULL is not valid.
  ['validateConstraint'],
  ['createPrimaryKey'],
  // It stands on the key.
  ['setWithoutRowid'],
  ['createUnique', 'createCheck', 'createExclusion', 'createIndex'],
  ['createForeignKey'],
  ['dropEnum'],
  ['createView'],
  ['createIndexOfRemadeView'],
  ['alterView'],
];

/** A generated column stands on the plain ones. */
type ColumnStep = 'addGeneratedColumn' | 'dropGeneratedColumn';

/** A view that is dropped and made again keeps its indexes meanwhile: they change before, and new ones come after. */
type ViewStep = 'changeIndexOfRemadeView' | 'createIndexOfRemadeView';

const RANK = new Map(ORDER.flatMap((steps, rank) => steps.map((step) => [step, rank] as const)));

/** The rank of taking away what must be gone before enum types change. */
const BEFORE_ENUMS = (RANK.get('createEnum') ?? 0) - 0.5;

/** Puts operations into the order in which they can run; `beforeEnums` are those that must precede changes of types. */
export function inRunningOrder(operations: readonly Operation[], beforeEnums: readonly Operation[]): Operation[] {
  const isRemade = remadeViews(operations);
  const ranked = [
    ...beforeEnums.map((operation) => ({ operation, rank: BEFORE_ENUMS })),
    ...operations.map((operation) => ({ operation, rank: RANK.get(stepOf(operation, isRemade)) ?? ORDER.length })),
  ];
  return ranked.sort((first, second) => first.rank - second.rank).map(({ operation }) => operation);
}

/** Tells the views by name that are dropped and made again. */
export function remadeViews(operations: readonly Operation[]): (name: QualifiedName) => boolean {
  const names = operations.flatMap((one) => (one.kind === 'createView' && one.restore ? [qualifiedKey(one.view)] : []));
  const remade = new Set(names);
  return (name) => remade.has(qualifiedKey(name));
}

function stepOf(
  operation: Operation,
  isRemade: (name: QualifiedName) => boolean,
): OperationKind | ColumnStep | ViewStep {
  if ('table' in operation && operation.kind !== 'createTable' && isRemade(operation.table)) {
    return operation.kind === 'createIndex' ? 'createIndexOfRemadeView' : 'changeIndexOfRemadeView';
  }
  if (operation.kind === 'addColumn' && operation.column.asExpression !== undefined) return 'addGeneratedColumn';
  if (operation.kind === 'dropColumn' && operation.was?.asExpression !== undefined) return 'dropGeneratedColumn';
  return operation.kind;
}

/**
 * Ordered operations with all changes of one table as one batch, for a database that rebuilds a table to change it. Before a
 * column that is added is made NOT NULL a person may have to fill it: that step is on its own.
 */
export function inBatches(operations: readonly Operation[]): Operation[] {
  const byTable = new Map<string, TableOperation[]>();
  const notNullSteps = notNullStepsIn(operations);
  for (const operation of operations) {
    if (!isTableOperation(operation) || notNullSteps.has(operation)) continue;
    const key = qualifiedKey(operation.table);
    byTable.set(key, [...(byTable.get(key) ?? []), operation]);
  }
  const batches = [...byTable.values()].flatMap((changes): Operation[] => {
    const [first] = changes;
    if (first === undefined) return [];
    return changes.length === 1
      ? [first]
      : [{ kind: 'batch', table: qualifiedNameOf(first.table), operations: changes }];
  });
  const single = operations.filter((operation) => !isTableOperation(operation) || notNullSteps.has(operation));
  return inRunningOrder([...single, ...batches], []);
}

const SCHEMA_OPERATIONS = new Set<OperationKind>([
  'createTable',
  'dropTable',
  'renameTable',
  'batch',
  'createEnum',
  'dropEnum',
  'renameEnum',
  'addEnumValue',
  'renameEnumValue',
  'alterEnum',
  'createView',
  'dropView',
  'renameView',
  'alterView',
  'createSequence',
  'dropSequence',
  'renameSequence',
  'alterSequence',
  'createSchema',
  'dropSchema',
  'renameSchema',
  'createExtension',
  'dropExtension',
  'alterExtension',
  'execute',
  'bulkInsert',
]);

/** Whether an operation is on one table that stays. */
export function isTableOperation(operation: Operation): operation is TableOperation {
  return !SCHEMA_OPERATIONS.has(operation.kind);
}
