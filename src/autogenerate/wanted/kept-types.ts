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
 * The wanted schema with the types that `compareType` leaves alone, as they stand in the database: what stands on such a
 * column (a check, a predicate, a default) is printed for the type that it has, and not for the one that it will not get.
 *
 * @param described the wanted schema in the words of the entities.
 * @param printed the same as the database would print it.
 * @returns `undefined` when no type is left alone.
 */
export function withKeptTypes(
  described: SchemaModel,
  printed: SchemaModel,
  actual: SchemaModel,
  { compareType }: CompareOptions,
): SchemaModel | undefined {
  if (compareType === undefined || compareType === true) return undefined;
  const standing = columnsByKey(actual);
  const kept = new Map<string, ColumnModel>();
  for (const table of printed.tables) {
    for (const wanted of table.columns) {
      const key = columnKey(table, wanted.name);
      const column = standing.get(key);
      if (column && keepsType({ table, actual: column, wanted }, compareType)) kept.set(key, column);
    }
  }
  if (kept.size === 0) return undefined;
  const tables = described.tables.map((table) => withTypes(table, kept));
  return { ...described, tables, enums: enumsOf(tables, described, actual) };
}

function withTypes(table: TableModel, kept: ReadonlyMap<string, ColumnModel>): TableModel {
  return {
    ...table,
    columns: table.columns.map((column) => {
      const standing = kept.get(columnKey(table, column.name));
      return standing === undefined ? column : changeColumn(column, typeOf(standing));
    }),
  };
}

/** The enum types that the columns use now: those of the entities, and those that stand. */
function enumsOf(tables: readonly TableModel[], described: SchemaModel, actual: SchemaModel): readonly EnumModel[] {
  const used = enumUsers({ tables });
  const wanted = described.enums.filter((type) => used.has(qualifiedKey(type)));
  const known = new Set(wanted.map(qualifiedKey));
  return [...wanted, ...actual.enums.filter((type) => used.has(qualifiedKey(type)) && !known.has(qualifiedKey(type)))];
}
