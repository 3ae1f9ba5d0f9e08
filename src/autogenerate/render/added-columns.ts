import { flatOperations } from '../../operations/flat-operations.js';
import type { Operation, OperationOf } from '../../operations/operation.js';
import { type ColumnModel, qualifiedKey, type QualifiedName, type TableModel } from '../../schema/schema.model.js';

/** The operation that makes a column NOT NULL that was added as nullable. */
type NotNullStep = OperationOf<'alterColumn'>;

/** Whether a table with rows cannot get such a column: it is NOT NULL, and nothing gives the rows a value. */
export function isRefusedByRows(column: ColumnModel): boolean {
  const { isNullable, default: sql, asExpression, generationStrategy } = column;
  return !isNullable && sql === undefined && asExpression === undefined && generationStrategy === undefined;
}

/**
 * The operations that add a column. One that a table with rows cannot get is added as nullable and made NOT NULL afterwards, so that
 * a person can fill it in between; on an empty table that does the same.
 *
 * @param rebuildsTables a primary key is then created together with its columns, which must be NOT NULL from the start
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

/** The operations, also in batches, that make a column NOT NULL that another one adds. */
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
