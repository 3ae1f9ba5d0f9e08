import {
  type ColumnModel,
  qualifiedKey,
  type SchemaModel,
  type TableModel,
  type TextKind,
} from '../../schema/schema.model.js';
import { columnKey } from './column-key.js';

/** What the revisions so far say that text columns hold (a `simple-array`, JSON …), by `columnKey`. */
export type TextKinds = ReadonlyMap<string, TextKind>;

/**
 * The actual schema with the kinds of its text columns (`simple-array`, `simple-json`), which the catalog does not know: it has `text`
 * for all of them. They are needed to convert rows when such a column becomes an array, JSON, or a text of another kind.
 *
 * @param kinds called only when that may happen, since it reads every revision
 */
export async function withTextKinds(
  actual: SchemaModel,
  wanted: SchemaModel,
  kinds: (() => Promise<TextKinds>) | undefined,
): Promise<SchemaModel> {
  if (kinds === undefined || !mayConvertText(actual, wanted)) return actual;
  const textKinds = await kinds();
  if (textKinds.size === 0) return actual;
  return { ...actual, tables: actual.tables.map((table) => withKinds(table, textKinds)) };
}

function withKinds(table: TableModel, textKinds: TextKinds): TableModel {
  return {
    ...table,
    columns: table.columns.map((column) => {
      const textKind = isText(column) ? textKinds.get(columnKey(table, column.name)) : undefined;
      return textKind === undefined ? column : { ...column, textKind };
    }),
  };
}

/** Whether the database has text for a list that the entities want, or no such column: it may have it under another name. */
function mayConvertText(actual: SchemaModel, wanted: SchemaModel): boolean {
  const lists = wanted.tables.flatMap((table) => table.columns.filter(isList).map(({ name }) => ({ table, name })));
  if (lists.length === 0) return false;
  const tables = new Map(actual.tables.map((table) => [qualifiedKey(table), table]));
  return lists.some(({ table, name }) => {
    const column = tables.get(qualifiedKey(table))?.columns.find((one) => one.name === name);
    return column === undefined || isText(column);
  });
}

function isList({ type, isArray, textKind }: ColumnModel): boolean {
  return isArray === true || textKind !== undefined || /^jsonb?$/i.test(type);
}

function isText({ type, isArray }: ColumnModel): boolean {
  return isArray !== true && /char|text|clob/i.test(type);
}
