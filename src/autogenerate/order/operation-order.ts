import type { Operation, OperationKind, TableOperation } from '../../operations/operation.js';
import { qualifiedKey, qualifiedNameOf, type QualifiedName } from '../../schema/schema.model.js';
import { notNullStepsIn } from '../render/added-columns.js';

/**
 * The order in which operations can run: an object is dropped before what it depends on, and created after it.
 *
 * Read backwards, with every operation reversed, it is such an order again, so that a downgrade can run too.
 */
const ORDER: readonly (readonly (OperationKind | ColumnStep | ViewStep)[])[] = [
  ['createSchema'],
  ['createExtension'],
  ['changeIndexOfRemadeView'],
  // Before types are renamed: the downgrade creates views after it gave types their old names back.
  ['dropView'],
  // Before all other drops: the downgrade creates those objects while types have their new names.
  ['renameEnum'],
  ['dropForeignKey'],
  ['dropTable'],
  ['dropIndex', 'dropUnique', 'dropCheck', 'dropExclusion', 'dropPrimaryKey'],
  ['renameConstraint', 'renameIndex'],
  ['createEnum', 'addEnumValue', 'alterEnum'],
  ['createTable', 'setTableComment', 'setTableEngine', 'batch'],
  ['addColumn'],
  ['dropGeneratedColumn'],
  // In the order given: rows are filled between the change of a column's type and its NOT NULL.
  ['execute', 'alterColumn'],
  ['addGeneratedColumn'],
  ['dropColumn'],
  // A primary key needs columns whose NOT NULL is validated.
  ['validateConstraint'],
  ['createPrimaryKey'],
  // It needs the primary key.
  ['setWithoutRowid'],
  ['createUnique', 'createCheck', 'createExclusion', 'createIndex'],
  ['createForeignKey'],
  ['dropEnum'],
  ['createView'],
  ['createIndexOfRemadeView'],
  ['alterView'],
];

/** A generated column depends on plain ones: it is added after them, and dropped before. */
type ColumnStep = 'addGeneratedColumn' | 'dropGeneratedColumn';

/** A re-created view gets back the indexes that it had: they change before it is dropped, and new ones are created after it. */
type ViewStep = 'changeIndexOfRemadeView' | 'createIndexOfRemadeView';

const RANK = new Map(ORDER.flatMap((steps, rank) => steps.map((step) => [step, rank] as const)));

/** The rank of operations that must run before enum types change. */
const BEFORE_ENUMS = (RANK.get('createEnum') ?? 0) - 0.5;

/** Sorts operations into the order in which they can run; `beforeEnums` are those that must precede changes of enum types. */
export function inRunningOrder(operations: readonly Operation[], beforeEnums: readonly Operation[]): Operation[] {
  const isRemade = remadeViews(operations);
  const ranked = [
    ...beforeEnums.map((operation) => ({ operation, rank: BEFORE_ENUMS })),
    ...operations.map((operation) => ({ operation, rank: RANK.get(stepOf(operation, isRemade)) ?? ORDER.length })),
  ];
  return ranked.sort((first, second) => first.rank - second.rank).map(({ operation }) => operation);
}

/** Whether the operations drop and re-create the view of a name. */
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
 * Puts all changes of one table into one batch, for a database that rebuilds a table to change it.
 *
 * The step that makes an added column NOT NULL is not in it: before that, a person may have to fill the column.
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
  'renameLabel',
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
  'inBatches',
]);

/** Whether an operation changes a table, which exists before and after it. */
export function isTableOperation(operation: Operation): operation is TableOperation {
  return !SCHEMA_OPERATIONS.has(operation.kind);
}
