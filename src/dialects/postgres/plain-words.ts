import type { ColumnModel } from '../../schema/schema.model.js';
import type { PlainWords } from '../dialect.js';
import { identifier, quote } from './names.js';
import { castTypeText, shortName } from './types.js';

/** Types that the catalog calls something else in a cast, where no length is said. */
const CAST_NAMES: Readonly<Record<string, string>> = { character: 'bpchar', bit: '"bit"' };

/** A literal with a cast behind it, and nothing else. */
const CAST_LITERAL = /^(E?'(?:[^']|'')*')::([^']+)$/;

/** An array of `varchar` that the catalog shows as cast to `text[]`: `IN` on a varchar column is kept so. */
const CAST_ARRAY =
  /\(((?:ARRAY)\['(?:[^']|'')*'::character varying(?:, '(?:[^']|'')*'::character varying)*\])\)::text\[\]/g;

/**
 * The catalog's words without those that PostgreSQL adds by itself when it reads the rest: the cast of a default to the type
 * of its column, the cast of an array that it compares with. Read again with the casts, such an array would be printed in
 * yet other words.
 */
export const plainWords: PlainWords = {
  column(column) {
    const { default: value, asExpression, textKind, postgres: _postgres, ...rest } = column;
    return {
      ...rest,
      type: textKind ?? shortName(column.type),
      ...(value !== undefined && { default: plainDefault(value, column) }),
      ...(asExpression !== undefined && { asExpression: plainExpression(asExpression) }),
    };
  },
  expression: plainExpression,
};

function plainDefault(value: string, column: ColumnModel): string {
  const [, literal, type] = CAST_LITERAL.exec(value) ?? [];
  if (literal === undefined || type === undefined || !isCastTo(type, column)) return value;
  // The catalog casts no other integer: `-1` is read as the negative of 1, and yet kept as this.
  return column.type === 'integer' && /^'-\d+'$/.test(literal) ? literal.slice(1, -1) : literal;
}

/** The precision of an interval is part of its literals; that of every other type is given when a value is stored. */
function isCastTo(type: string, column: ColumnModel): boolean {
  if (column.type === 'interval' && column.precision !== undefined) return false;
  return castNames(column).some((name) => type === (column.isArray ? `${name}[]` : name));
}

/** The catalog quotes a name only where it must, and names the schema only where the search path does not lead to it. */
function castNames(column: ColumnModel): readonly string[] {
  const { enumName, enumSchema, type } = column;
  if (type !== 'enum' || enumName === undefined) return [CAST_NAMES[type] ?? castTypeText({ type })];
  const either = (name: string): readonly string[] => [identifier(name), quote(name)];
  const schemas = enumSchema === undefined ? [''] : ['', ...either(enumSchema).map((schema) => `${schema}.`)];
  return schemas.flatMap((schema) => either(enumName).map((name) => schema + name));
}

function plainExpression(sql: string): string {
  return withoutParentheses(sql.replaceAll(CAST_ARRAY, '$1'));
}

/** `(price > 0)` as `price > 0`. */
function withoutParentheses(sql: string): string {
  return sql.startsWith('(') && closes(sql) === sql.length - 1 ? withoutParentheses(sql.slice(1, -1)) : sql;
}

/** Where the parenthesis is closed that opens the text. */
function closes(sql: string): number {
  let depth = 0;
  for (const { 0: token, index } of sql.matchAll(/'(?:[^']|'')*'|"(?:[^"]|"")*"|[()]/g)) {
    if (token === '(') depth += 1;
    if (token === ')') depth -= 1;
    if (depth === 0) return index;
  }
  return -1;
}
