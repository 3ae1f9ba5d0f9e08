import { qualifiedKey, type SchemaModel, type TableModel } from '../../schema/schema.model.js';

/**
 * The wanted schema with the columns of each table in the order that the database will have: existing columns keep their order,
 * new ones follow. A view of `SELECT *` is printed with its columns in that order.
 *
 * @param actual the database after the renames
 */
export function withActualColumnOrder(wanted: SchemaModel, actual: SchemaModel): SchemaModel {
  const tables = new Map(actual.tables.map((table) => [qualifiedKey(table), table]));
  return { ...wanted, tables: wanted.tables.map((table) => inActualOrder(table, tables.get(qualifiedKey(table)))) };
}

function inActualOrder(table: TableModel, actual: TableModel | undefined): TableModel {
  if (actual === undefined) return table;
  if (table.columns.every(({ name }, place) => actual.columns[place]?.name === name)) return table;
  const places = new Map(actual.columns.map(({ name }, place) => [name, place]));
  const placeOf = (name: string): number => places.get(name) ?? places.size;
  return { ...table, columns: table.columns.toSorted((one, other) => placeOf(one.name) - placeOf(other.name)) };
}
