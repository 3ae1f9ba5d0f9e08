import type { IndexModel } from '../../../schema/schema.model.js';
import { quote, quoteAll } from '../text.js';
import { parseColumnList, parseColumnOption } from './clauses.js';
import { Cursor } from './cursor.js';

/**
 * An index from its CREATE INDEX statement.
 *
 * @throws UnreadableSchemaError
 */
export function parseIndex(sql: string, name: string): IndexModel {
  const cursor = new Cursor(sql, name);
  cursor.expect('CREATE');
  const isUnique = cursor.accept('UNIQUE');
  while (!cursor.at('(')) cursor.next();
  const list = cursor.parenthesised();
  const where = cursor.accept('WHERE') ? { where: cursor.rest() } : {};
  return { name, ...(isUnique && { isUnique }), ...parseIndexColumns(list, name), ...where };
}

/** The columns of an index by name; the whole list as one expression when it contains any. */
function parseIndexColumns(list: string, name: string): Omit<IndexModel, 'name'> {
  if (!hasOnlyColumns(new Cursor(list, name))) return { columnNames: [], expression: list };
  const { isAutoIncrement: _none, ...columns } = parseColumnList(new Cursor(`(${list})`, name));
  return columns;
}

function hasOnlyColumns(cursor: Cursor): boolean {
  do {
    const token = cursor.peek();
    if (token?.kind !== 'word' && token?.kind !== 'quoted') return false;
    cursor.next();
    parseColumnOption(cursor);
  } while (cursor.accept(','));
  return cursor.done;
}

/**
 * The SELECT of a CREATE VIEW statement. A list of column names, which the model of a view lacks, becomes part of it.
 *
 * @throws UnreadableSchemaError
 */
export function parseViewExpression(sql: string, name: string): string {
  const cursor = new Cursor(sql, name);
  while (!cursor.atAny('AS', '(')) cursor.next();
  const columns = cursor.at('(') ? parseColumnList(cursor).columnNames : [];
  cursor.expect('AS');
  const select = cursor.rest();
  if (columns.length === 0) return select;
  return `WITH ${quote(name)} (${quoteAll(columns)}) AS (${select}) SELECT * FROM ${quote(name)}`;
}
