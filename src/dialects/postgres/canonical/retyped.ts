import { mentionsColumn } from '../../../sql/columns.js';
import { POSTGRES_SQL } from '../../../sql/rules.js';
import type { ColumnModel, TableModel } from '../../../schema/schema.model.js';

/**
 * Tells of a text whether a column in it gets another type.
 *
 * PostgreSQL rewrites such a text as it changes the column, with casts that the way back does not take away again: it may
 * not be taken for one that stays.
 */
export function mentionsRetyped(wanted: TableModel, standing: TableModel): (text: string | undefined) => boolean {
  let retyped: readonly ColumnModel[] | undefined;
  return (text) => {
    if (text === undefined) return false;
    retyped ??= retypedColumns(wanted, standing);
    return retyped.some(({ name }) => mentionsColumn(text, name, POSTGRES_SQL));
  };
}

function retypedColumns(wanted: TableModel, standing: TableModel): readonly ColumnModel[] {
  const columns = new Map(standing.columns.map((column) => [column.name, column]));
  return wanted.columns.filter((column) => isRetyped(column, columns.get(column.name)));
}

/** Lengths and precisions are no part of it: no text says them. */
function isRetyped(wanted: ColumnModel, standing: ColumnModel | undefined): boolean {
  const typeOf = ({ type, isArray, enumName }: ColumnModel): string => JSON.stringify([type, isArray, enumName]);
  return standing !== undefined && typeOf(wanted) !== typeOf(standing);
}
