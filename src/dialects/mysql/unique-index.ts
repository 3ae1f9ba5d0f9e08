import type { IndexModel, TableModel, UniqueModel } from '../../schema/schema.model.js';

/** A unique constraint as what it is here: an index. */
export function indexOfUnique({ name = '', columnNames, columnOptions }: UniqueModel): IndexModel {
  return { name, columnNames, isUnique: true, ...(columnOptions && { columnOptions }) };
}

/** A table whose unique constraints are indexes, as the catalog has them. */
export function withUniquesAsIndexes(table: TableModel): TableModel {
  if (table.uniques.length === 0) return table;
  const others = table.uniques.filter(({ name }) => !table.indices.some((index) => index.name === name));
  return { ...table, uniques: [], indices: [...table.indices, ...others.map(indexOfUnique)] };
}
