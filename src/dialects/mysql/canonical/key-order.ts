import { type ForeignKeyModel, qualifiedKey, referencedTable, type TableModel } from '../../../schema/schema.model.js';

/**
 * Tables with the columns of their foreign keys in an order that the server accepts: it wants that of an index of the table referred to,
 * and entities may have any. The pairs stay the same.
 *
 * @param actual the tables of the database, by their names: a key that exists keeps its order
 */
export function withKeyOrder(
  tables: readonly TableModel[],
  actual: ReadonlyMap<string, TableModel>,
): readonly TableModel[] {
  const wanted = new Map(tables.map((table) => [qualifiedKey(table), table]));
  return tables.map((table) => {
    const existing = actual.get(qualifiedKey(table))?.foreignKeys ?? [];
    const foreignKeys = table.foreignKeys.map((key) => {
      const parent = qualifiedKey(referencedTable(key));
      const same = existing.find((other) => isSameKey(key, other));
      return inOrder(key, same?.referencedColumnNames ?? indexOrder(wanted.get(parent) ?? actual.get(parent), key));
    });
    return { ...table, foreignKeys };
  });
}

/** The columns in the order of others, where those are the same columns. */
export function orderedAs(columns: readonly string[], order: readonly string[] | undefined): readonly string[] {
  return order !== undefined && isSameSet(columns, order) ? order : columns;
}

/** The order that an index has for the columns referred to; undefined where none begins with them. */
function indexOrder(
  table: TableModel | undefined,
  { referencedColumnNames }: ForeignKeyModel,
): readonly string[] | undefined {
  const indexes = [table?.primaryKey, ...(table?.uniques ?? []), ...(table?.indices ?? [])];
  const orders = indexes.map((index) => index?.columnNames.slice(0, referencedColumnNames.length) ?? []);
  const fitting = orders.filter((order) => isSameSet(referencedColumnNames, order));
  return fitting.find((order) => order.join('\0') === referencedColumnNames.join('\0')) ?? fitting[0];
}

function inOrder(key: ForeignKeyModel, order: readonly string[] | undefined): ForeignKeyModel {
  const { columnNames, referencedColumnNames } = key;
  const referenced = orderedAs(referencedColumnNames, order);
  if (referenced === referencedColumnNames) return key;
  return {
    ...key,
    columnNames: referenced.map((column) => columnNames[referencedColumnNames.indexOf(column)] ?? ''),
    referencedColumnNames: referenced,
  };
}

/** Whether two keys refer by the same pairs of columns to one table. */
function isSameKey(one: ForeignKeyModel, other: ForeignKeyModel): boolean {
  const isSameTable = qualifiedKey(referencedTable(one)) === qualifiedKey(referencedTable(other));
  return isSameTable && isSameSet(pairsOf(one), pairsOf(other));
}

function pairsOf({ columnNames, referencedColumnNames }: ForeignKeyModel): readonly string[] {
  return columnNames.map((column, at) => `${column}\0${referencedColumnNames[at]}`);
}

function isSameSet(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((name) => other.includes(name));
}
