import { type ColumnModel, qualifiedKey, type QualifiedName, type SchemaModel } from '../../schema/schema.model.js';

/** A string that identifies a column within a database; also used for an index or a constraint of a table. */
export function columnKey(table: QualifiedName, column: string): string {
  return `${qualifiedKey(table)}\u0000${column}`;
}

/** The columns of all tables by their `columnKey`. */
export function columnsByKey({ tables }: Pick<SchemaModel, 'tables'>): ReadonlyMap<string, ColumnModel> {
  return new Map(tables.flatMap((table) => table.columns.map((column) => [columnKey(table, column.name), column])));
}
