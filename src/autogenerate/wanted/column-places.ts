import { qualifiedKey, type SchemaModel, type TableModel } from '../../schema/schema.model.js';

/**
 * The wanted schema with the columns of each table where they will stand: those that are there keep their places, and new
 * ones come behind them. It is what a view of `SELECT *` shows.
 *
 * @param actual the database's schema, with its tables and columns under their new names
 */
export function withActualColumnOrder(wanted: SchemaModel, actual: SchemaModel): SchemaModel {
  const standing = new Map(actual.tables.map((table) => [qualifiedKey(table), table]));
  return { ...wanted, tables: wanted.tables.map((table) => inPlaces(table, standing.get(qualifiedKey(table)))) };
}

function inPlaces(table: TableModel, standing: TableModel | undefined): TableModel {
  if (standing === undefined) return table;
  if (table.columns.every(({ name }, place) => standing.columns[place]?.name === name)) return table;
  const places = new Map(standing.columns.map(({ name }, place) => [name, place]));
  const placeOf = (name: string): number => places.get(name) ?? places.size;
  return { ...table, columns: table.columns.toSorted((one, other) => placeOf(one.name) - placeOf(other.name)) };
}
