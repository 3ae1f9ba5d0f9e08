import type { ColumnModel, SchemaModel, TableModel, TextKind } from '../../schema/schema.model.js';
import { columnKey } from './enum-users.js';

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

/** Whether a list that the entities want is a text in the database, or missing, so that it may be one under another name. */
function mayConvertText(reflected: SchemaModel, { tables }: SchemaModel): boolean {
  const actual = new Map(
    reflected.tables.flatMap((table) =>
      table.columns.map((column) => [columnKey(table, column.name), column] as const),
    ),
  );
  return tables.some((table) =>
    table.columns.some((column) => {
      const standing = actual.get(columnKey(table, column.name));
      return isList(column) && (standing === undefined || isText(standing));
    }),
  );
}

function isList({ type, isArray, textKind }: ColumnModel): boolean {
  return isArray === true || textKind !== undefined || /^jsonb?$/i.test(type);
}

function isText({ type, isArray }: ColumnModel): boolean {
  return isArray !== true && /char|text|clob/i.test(type);
}
