import { mentionsColumn } from '../../../sql/columns.js';
import { POSTGRES_SQL } from '../../../sql/rules.js';
import type { ColumnModel, TableModel } from '../../../schema/schema.model.js';

/**
 * A predicate: whether an expression mentions a column whose type changes.
 *
 * PostgreSQL rewrites such an expression when it alters the column, and adds casts that a downgrade does not remove. So it
 * must not count as unchanged.
 */
export function mentionsRetyped(wanted: TableModel, actual: TableModel): (sql: string | undefined) => boolean {
  let retyped: readonly ColumnModel[] | undefined;
  return (sql) => {
    if (sql === undefined) return false;
    retyped ??= retypedColumns(wanted, actual);
    return retyped.some(({ name }) => mentionsColumn(sql, name, POSTGRES_SQL));
  };
}

function retypedColumns(wanted: TableModel, actual: TableModel): readonly ColumnModel[] {
  const columns = new Map(actual.columns.map((column) => [column.name, column]));
  return wanted.columns.filter((column) => isRetyped(column, columns.get(column.name)));
}

/** Whether the type changes, apart from length and precision: expressions do not contain those. */
function isRetyped(wanted: ColumnModel, actual: ColumnModel | undefined): boolean {
  const typeOf = ({ type, isArray, enumName }: ColumnModel): string => JSON.stringify([type, isArray, enumName]);
  return actual !== undefined && typeOf(wanted) !== typeOf(actual);
}
