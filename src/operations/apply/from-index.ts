import type { TableModel } from '../../schema/schema.model.js';

/** The table without the index that becomes that of a constraint. */
export function withoutIndex(table: TableModel, { fromIndex }: { readonly fromIndex?: string }): TableModel {
  if (fromIndex === undefined) return table;
  return { ...table, indices: table.indices.filter(({ name }) => name !== fromIndex) };
}
