import { type ColumnModel, qualifiedKey, type SchemaModel } from '../../../schema/schema.model.js';
import { isSameType, isTime } from '../types.js';

/**
 * Takes the catalog's precision for columns of times that have full precision on both sides: `timestamp(6)` and `timestamp`
 * are the same type. New columns keep the precision that the entity specifies.
 */
export function withActualTimePrecision(wanted: SchemaModel, actual: SchemaModel): SchemaModel {
  const actualColumns = new Map(actual.tables.map((table) => [qualifiedKey(table), table.columns]));
  return {
    ...wanted,
    tables: wanted.tables.map((table) => {
      if (!table.columns.some(isTime)) return table;
      const columns = new Map(actualColumns.get(qualifiedKey(table))?.map((column) => [column.name, column]));
      return {
        ...table,
        columns: table.columns.map((column) => withActualPrecision(column, columns.get(column.name))),
      };
    }),
  };
}

function withActualPrecision(column: ColumnModel, actual: ColumnModel | undefined): ColumnModel {
  if (actual === undefined || column.precision === actual.precision || !isSameType(column, actual)) return column;
  const { precision: _precision, ...rest } = column;
  return actual.precision === undefined ? rest : { ...rest, precision: actual.precision };
}
