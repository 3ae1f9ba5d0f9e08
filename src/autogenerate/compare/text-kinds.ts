import {
  type ColumnModel,
  qualifiedKey,
  type SchemaModel,
  type TableModel,
  type TextKind,
} from '../../schema/schema.model.js';
import { columnKey } from './column-key.js';

/** What earlier revisions keep in texts, by `columnKey`. */
export type TextKinds = ReadonlyMap<string, TextKind>;

/**
 * The database's schema with what its texts hold, where one of them may become an array, JSON, or a text of another kind: the
 * catalog has `text` for all of them, and its elements are then to be the elements of the list.
 *
 * @param kinds is asked only where it matters: it reads every revision.
 */
export async function withTextKinds(
  reflected: SchemaModel,
  described: SchemaModel,
  kinds: (() => Promise<TextKinds>) | undefined,
): Promise<SchemaModel> {
  if (kinds === undefined || !mayConvertText(reflected, described)) return reflected;
  const known = await kinds();
  if (known.size === 0) return reflected;
  return { ...reflected, tables: reflected.tables.map((table) => withKinds(table, known)) };
}

function withKinds(table: TableModel, known: TextKinds): TableModel {
  return {
    ...table,
    columns: table.columns.map((column) => {
      const textKind = isText(column) ? known.get(columnKey(table, column.name)) : undefined;
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
