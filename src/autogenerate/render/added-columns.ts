import { flatOperations } from '../../operations/flat-operations.js';
import type { Operation, OperationOf } from '../../operations/operation.js';
import { type ColumnModel, qualifiedKey, type QualifiedName, type TableModel } from '../../schema/schema.model.js';

/** The step that makes a column NOT NULL which was added as nullable. */
type NotNullStep = OperationOf<'alterColumn'>;

/** Whether rows have no value in such a column, and may not be without one. */
export function isRefusedByRows(column: ColumnModel): boolean {
  const { isNullable, default: sql, asExpression, generationStrategy } = column;
  return !isNullable && sql === undefined && asExpression === undefined && generationStrategy === undefined;
}

/**
 * The operations that add a column. One that rows would refuse is added as nullable and made NOT NULL afterwards, so that a
 * person can fill it in between; an empty table takes the two steps as well as one.
 *
 * @param rebuildsTables a key is made together with its columns then, which are added as they are to be
 */
export function addColumn(
  table: QualifiedName,
  column: ColumnModel,
  { primaryKey }: Pick<TableModel, 'primaryKey'>,
  rebuildsTables: boolean,
): Operation[] {
  const isOfKey = primaryKey?.columnNames.includes(column.name) === true;
  if (!isRefusedByRows(column) || (rebuildsTables && isOfKey)) return [{ kind: 'addColumn', table, column }];
  return [
    { kind: 'addColumn', table, column: { ...column, isNullable: true } },
    { kind: 'alterColumn', table, column: column.name, to: { isNullable: false }, existing: { isNullable: true } },
  ];
}

/** The steps among operations, batches included, that make a column NOT NULL which they add. */
export function notNullStepsIn(operations: readonly Operation[]): ReadonlySet<Operation> {
  const flat = flatOperations(operations);
  const added = new Set(flat.flatMap((one) => (one.kind === 'addColumn' ? [keyOf(one.table, one.column.name)] : [])));
  return new Set(flat.filter((one) => isNotNullStep(one) && added.has(keyOf(one.table, one.column))));
}

function isNotNullStep(operation: Operation): operation is NotNullStep {
  return (
    operation.kind === 'alterColumn' && operation.to.isNullable === false && Object.keys(operation.to).length === 1
  );
}

function keyOf(table: QualifiedName, column: string): string {
  return JSON.stringify([qualifiedKey(table), column]);
}
