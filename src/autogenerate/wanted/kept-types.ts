import { changeColumn } from '../../operations/apply/apply-column.js';
import {
  type ColumnModel,
  type EnumModel,
  qualifiedKey,
  type SchemaModel,
  type TableModel,
} from '../../schema/schema.model.js';
import { keepsType, typeOf } from '../compare/compare-columns.js';
import type { CompareOptions } from '../compare/compare-options.js';
import { columnKey, columnsByKey } from '../compare/column-key.js';
import { enumUsers } from '../compare/enum-users.js';

/**
 * The wanted schema in which columns that `compareType` leaves alone have the type that they have in the database. The database
 * then prints a check, a predicate or a default on such a column for the type that the column keeps.
 *
 * @param canonical `wantedAsWritten` as the database would print it
 * @returns undefined when no type is left alone
 */
export function withKeptTypes(
  wantedAsWritten: SchemaModel,
  canonical: SchemaModel,
  actual: SchemaModel,
  { compareType }: CompareOptions,
): SchemaModel | undefined {
  if (compareType === undefined || compareType === true) return undefined;
  const actualColumns = columnsByKey(actual);
  const kept = new Map<string, ColumnModel>();
  for (const table of canonical.tables) {
    for (const wanted of table.columns) {
      const key = columnKey(table, wanted.name);
      const column = actualColumns.get(key);
      if (column && keepsType({ table, actual: column, wanted }, compareType)) kept.set(key, column);
    }
  }
  if (kept.size === 0) return undefined;
  const tables = wantedAsWritten.tables.map((table) => withTypes(table, kept));
  return { ...wantedAsWritten, tables, enums: enumsOf(tables, wantedAsWritten, actual) };
}

function withTypes(table: TableModel, kept: ReadonlyMap<string, ColumnModel>): TableModel {
  return {
    ...table,
    columns: table.columns.map((column) => {
      const actual = kept.get(columnKey(table, column.name));
      return actual === undefined ? column : changeColumn(column, typeOf(actual));
    }),
  };
}

/** The enum types that the columns use: those of the entities, and those of the database for columns that keep their type. */
function enumsOf(tables: readonly TableModel[], asWritten: SchemaModel, actual: SchemaModel): readonly EnumModel[] {
  const used = enumUsers({ tables });
  const wanted = asWritten.enums.filter((type) => used.has(qualifiedKey(type)));
  const known = new Set(wanted.map(qualifiedKey));
  return [...wanted, ...actual.enums.filter((type) => used.has(qualifiedKey(type)) && !known.has(qualifiedKey(type)))];
}
