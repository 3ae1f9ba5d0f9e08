import type { ColumnModel, ForeignKeyModel } from '../../../schema/schema.model.js';
import { modelDefault } from '../canonical/defaults.js';
import { quoteString } from '../text.js';
import { parseType } from '../types.js';
import { atDeferrable, parseConflict, parseDeferrable, parseReferences } from './clauses.js';
import type { Cursor } from './cursor.js';
import type { TableParts } from './parts.js';
import { isToken, tokenize } from './tokens.js';

type Draft = { -readonly [K in keyof ColumnModel]: ColumnModel[K] };

const CONSTRAINT_WORDS = [
  'CONSTRAINT',
  'PRIMARY',
  'NOT',
  'NULL',
  'UNIQUE',
  'CHECK',
  'DEFAULT',
  'COLLATE',
  'REFERENCES',
  'DEFERRABLE',
  'AS',
] as const;

/** Parses a column of CREATE TABLE, and adds it and its constraints to the parts of the table. */
export function parseColumn(cursor: Cursor, parts: TableParts): void {
  const name = cursor.name();
  const column: Draft = { name, ...parseType(parseTypeText(cursor)), isNullable: true };
  parts.columns.push(column);
  let constraint: string | undefined;
  while (!cursor.done && !cursor.atAny(',', ')')) {
    if (cursor.accept('CONSTRAINT')) constraint = cursor.name();
    else {
      parseConstraint(cursor, column, parts, constraint);
      constraint = undefined;
    }
  }
}

function parseTypeText(cursor: Cursor): string {
  const words: string[] = [];
  while (!cursor.done && !cursor.atAny(',', ')', '(', ...CONSTRAINT_WORDS) && !cursor.at('GENERATED', 'ALWAYS')) {
    words.push(cursor.name());
  }
  const size = words.length > 0 && cursor.at('(') ? `(${cursor.parenthesised()})` : '';
  return words.join(' ') + size;
}

function parseConstraint(cursor: Cursor, column: Draft, parts: TableParts, name: string | undefined): void {
  const columnNames = [column.name];
  const named = name === undefined ? {} : { name };
  if (cursor.accept('PRIMARY', 'KEY')) {
    const columnOptions = cursor.accept('DESC') && { [column.name]: 'DESC' };
    cursor.accept('ASC');
    const conflict = parseConflict(cursor);
    parts.primaryKey = { ...named, columnNames, ...(columnOptions && { columnOptions }), ...conflict };
    if (cursor.accept('AUTOINCREMENT')) column.generationStrategy = 'increment';
  } else if (cursor.accept('UNIQUE')) {
    parts.uniques.push({ ...named, columnNames, ...parseConflict(cursor) });
  } else if (cursor.accept('CHECK')) {
    const expression = cursor.parenthesised();
    const labels = name === undefined && column.type === 'varchar' ? labelsOf(expression, column.name) : undefined;
    if (labels === undefined) parts.checks.push({ ...named, expression });
    else column.enum = labels;
    parseConflict(cursor);
  } else if (cursor.at('REFERENCES')) {
    parts.foreignKeys.push({ ...named, columnNames, ...parseReferences(cursor) });
  } else if (atDeferrable(cursor)) {
    deferLast(parts, parseDeferrable(cursor));
  } else {
    parseProperty(cursor, column);
  }
}

/** Applies DEFERRABLE to the last foreign key before it, as SQLite does; other constraints may come between them. */
function deferLast({ foreignKeys }: TableParts, given: Pick<ForeignKeyModel, 'deferrable'>): void {
  const last = foreignKeys.pop();
  if (last === undefined) return;
  const { deferrable: _deferrable, ...key } = last;
  foreignKeys.push({ ...key, ...given });
}

function parseProperty(cursor: Cursor, column: Draft): void {
  if (cursor.accept('NOT', 'NULL')) {
    delete column.isNullable;
    Object.assign(column, parseConflict(cursor));
  } else if (cursor.accept('NULL')) {
    parseConflict(cursor);
  } else if (cursor.accept('DEFAULT')) {
    column.default = modelDefault(column.type, parseDefault(cursor));
  } else if (cursor.accept('COLLATE')) {
    column.collation = cursor.next().text;
  } else if (cursor.accept('GENERATED', 'ALWAYS', 'AS') || cursor.accept('AS')) {
    column.asExpression = cursor.parenthesised();
    column.generatedType = cursor.accept('STORED') ? 'STORED' : 'VIRTUAL';
    cursor.accept('VIRTUAL');
  } else {
    cursor.fail('a constraint of a column');
  }
}

/** Parses a default as `PRAGMA table_info` reports it: an expression without its mandatory parentheses. */
function parseDefault(cursor: Cursor): string {
  if (cursor.at('(')) return cursor.parenthesised();
  const sign = cursor.atAny('-', '+') ? cursor.next().text : '';
  const token = cursor.next();
  // For SQLite a name as a default is a string, but in the parentheses of the DDL that is written it would be a column.
  const isText = token.kind === 'quoted' || (token.kind === 'word' && !WORDS_FOR_VALUES.test(token.text));
  return sign + (isText ? quoteString(token.value) : token.text);
}

const WORDS_FOR_VALUES = /^(null|true|false|current_(date|time|timestamp))$/i;

/** The labels of TypeORM's `simple-enum`: of a check in the column that is exactly `"column" IN ('a','b')`. */
function labelsOf(expression: string, column: string): string[] | undefined {
  const [name, keyword, open, ...list] = tokenize(expression);
  const isList = isToken(keyword, 'IN') && isToken(open, '(') && isToken(list.pop(), ')');
  if (!isList || name?.value.toLowerCase() !== column.toLowerCase()) return undefined;
  const fits = list.every((token, index) => (index % 2 === 0 ? token.kind === 'string' : isToken(token, ',')));
  return fits && list.length % 2 === 1
    ? list.filter(({ kind }) => kind === 'string').map(({ value }) => value)
    : undefined;
}
