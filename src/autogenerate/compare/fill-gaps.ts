import type { ColumnChange, Operation, OperationOf } from '../../operations/operation.js';
import { type ColumnModel, qualifiedKey, type QualifiedName, type SchemaModel } from '../../schema/schema.model.js';
import type { CompareContext } from './compare-context.js';

type FillContext = Pick<CompareContext, 'rebuildsTables' | 'defaultInRun' | 'quote' | 'sqlSpelling'>;

/** A column, and another one that each UPDATE of a row would change. */
type UpdatedColumn = Pick<ColumnModel, 'name' | 'mysql'>;

/**
 * The change of a column, with an UPDATE that replaces NULL by the default before the column becomes NOT NULL. If the type
 * changes too, it changes before the UPDATE: the default is a value of the new type.
 *
 * A database that rebuilds the table does this itself as it copies the rows.
 *
 * @param updated the columns of the table that an UPDATE changes by themselves (ON UPDATE): they keep their values
 */
export function withGapsFilled(
  change: OperationOf<'alterColumn'>,
  wanted: ColumnModel,
  { rebuildsTables, defaultInRun, quote, sqlSpelling }: FillContext,
  updated: readonly string[],
): Operation[] {
  const { table, to, existing } = change;
  const refusesNull = to.isNullable === false && existing?.isNullable === true;
  if (rebuildsTables || !refusesNull || wanted.default === undefined) return [change];
  const path = [...(table.schema === undefined ? [] : [table.schema]), table.name].map(quote).join('.');
  const column = quote(wanted.name);
  const kept = updated.filter((name) => name !== wanted.name).map((name) => `, ${quote(name)} = ${quote(name)}`);
  const value = defaultInRun?.(wanted) ?? sqlSpelling.column(wanted).default;
  const sql = `UPDATE ${path} SET ${column} = ${value}${kept.join('')} WHERE ${column} IS NULL`;
  if (to.type === undefined) return [{ kind: 'execute', sql }, change];
  return [
    { ...change, to: withoutNullability(to), existing: withoutNullability(existing) },
    { kind: 'execute', sql },
    { ...change, ...NOT_NULL },
  ];
}

/**
 * The downgrade, with NULL replaced by the default in columns that become NOT NULL again.
 *
 * @param actual the database before the upgrade, after the renames
 */
export function withGapsFilledOnDowngrade(
  downgrade: readonly Operation[],
  actual: SchemaModel,
  context: FillContext,
): Operation[] {
  if (downgrade.length === 0) return [];
  const tables = new Map(actual.tables.map((table) => [qualifiedKey(table), table]));
  const lastEnum = downgrade.findLastIndex(({ kind }) => kind === 'alterEnum');
  /** Changes of enum columns after the last enum is restored: only then is their default one of its values again. */
  const waiting: Operation[] = [];
  return downgrade.flatMap((operation, place) => {
    if (place === lastEnum) return [operation, ...waiting];
    if (operation.kind !== 'alterColumn') return [operation];
    const columns = tables.get(qualifiedKey(operation.table))?.columns ?? [];
    const column = columns.find(({ name }) => name === operation.column);
    if (column === undefined) return [operation];
    const updated = updatedOnDowngrade(operation.table, columns, downgrade);
    const filled = withGapsFilled(operation, column, context, updated);
    if (filled.length === 1 || column.enumName === undefined || place > lastEnum) return filled;
    waiting.push(...withGapsFilled({ ...operation, ...NOT_NULL }, column, context, updated));
    const to = withoutNullability(operation.to);
    const existing = withoutNullability(operation.existing ?? {});
    return Object.keys(to).length === 0 ? [] : [{ ...operation, to, existing }];
  });
}

/** The names of the columns that each UPDATE changes, in the one or the other form of a table. */
export function updatedColumns(
  pairs: readonly { readonly actual: UpdatedColumn; readonly wanted: UpdatedColumn }[],
): string[] {
  return pairs
    .filter(({ actual, wanted }) => (actual.mysql?.onUpdate ?? wanted.mysql?.onUpdate) !== undefined)
    .map(({ wanted }) => wanted.name);
}

/** The same on the way down, where a column that comes back may not be there yet. */
function updatedOnDowngrade(
  table: QualifiedName,
  columns: readonly ColumnModel[],
  downgrade: readonly Operation[],
): string[] {
  const changes = downgrade.filter((one) => 'table' in one && qualifiedKey(one.table) === qualifiedKey(table));
  const isAdded = (name: string): boolean =>
    changes.some((one) => one.kind === 'addColumn' && one.column.name === name);
  const isStopped = (name: string): boolean =>
    changes.some((one) => one.kind === 'alterColumn' && one.column === name && one.existing?.mysql?.onUpdate != null);
  return columns
    .filter(({ name, mysql }) => (mysql?.onUpdate !== undefined && !isAdded(name)) || isStopped(name))
    .map(({ name }) => name);
}

const NOT_NULL = { to: { isNullable: false }, existing: { isNullable: true } } as const;

function withoutNullability({ isNullable: _isNullable, ...rest }: ColumnChange): ColumnChange {
  return rest;
}
