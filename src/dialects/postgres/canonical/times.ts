import { type ColumnModel, qualifiedKey, type SchemaModel } from '../../../schema/schema.model.js';
import { isSameType, isTime } from '../types.js';

/**
 * Takes the catalog's precision for each time that has the full one on both sides: `timestamp(6)` and `timestamp` are one
 * type. What is new is made as the entity says it.
 */
export function withStandingTimes(wanted: SchemaModel, actual: SchemaModel): SchemaModel {
  const standing = new Map(actual.tables.map((table) => [qualifiedKey(table), table.columns]));
  return {
    ...wanted,
    tables: wanted.tables.map((table) => {
      if (!table.columns.some(isTime)) return table;
      const columns = new Map(standing.get(qualifiedKey(table))?.map((column) => [column.name, column]));
      return { ...table, columns: table.columns.map((column) => withStandingTime(column, columns.get(column.name))) };
    }),
  };
}

function withStandingTime(column: ColumnModel, standing: ColumnModel | undefined): ColumnModel {
  if (standing === undefined || column.precision === standing.precision || !isSameType(column, standing)) return column;
  const { precision: _precision, ...rest } = column;
  return standing.precision === undefined ? rest : { ...rest, precision: standing.precision };
}
