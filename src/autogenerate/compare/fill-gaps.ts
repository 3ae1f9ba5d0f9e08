import type { ColumnChange, Operation, OperationOf } from '../../operations/operation.js';
import { type ColumnModel, qualifiedKey, type SchemaModel } from '../../schema/schema.model.js';
import type { CompareContext } from './compare-context.js';

type FillContext = Pick<CompareContext, 'rebuildsTables' | 'quote' | 'sqlSpelling'>;

/**
 * The change of a column, with an UPDATE that replaces NULL by the default before the column becomes NOT NULL. If the type
 * changes too, it changes before the UPDATE: the default is a value of the new type.
 *
 * A database that rebuilds the table does this itself as it copies the rows.
 */
export function withGapsFilled(
  change: OperationOf<'alterColumn'>,
  wanted: ColumnModel,
  { rebuildsTables, quote, sqlSpelling }: FillContext,
): Operation[] {
  const { table, to, existing } = change;
  const refusesNull = to.isNullable === false && existing?.isNullable === true;
  if (rebuildsTables || !refusesNull || wanted.default === undefined) return [change];
  const path = [...(table.schema === undefined ? [] : [table.schema]), table.name].map(quote).join('.');
  const column = quote(wanted.name);
  const sql = `UPDATE ${path} SET ${column} = ${sqlSpelling.column(wanted).default} WHERE ${column} IS NULL`;
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
    const filled = withGapsFilled(operation, column, context);
    if (filled.length === 1 || column.enumName === undefined || place > lastEnum) return filled;
    waiting.push(...withGapsFilled({ ...operation, ...NOT_NULL }, column, context));
    const to = withoutNullability(operation.to);
    const existing = withoutNullability(operation.existing ?? {});
    return Object.keys(to).length === 0 ? [] : [{ ...operation, to, existing }];
  });
}

const NOT_NULL = { to: { isNullable: false }, existing: { isNullable: true } } as const;

function withoutNullability({ isNullable: _isNullable, ...rest }: ColumnChange): ColumnChange {
  return rest;
}
