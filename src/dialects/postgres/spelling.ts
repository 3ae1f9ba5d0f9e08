import type { ColumnModel } from '../../schema/schema.model.js';
import { edited, instead } from '../../sql/edit.js';
import { withoutParentheses } from '../../sql/expressions.js';
import { castLiteral } from '../../sql/literals.js';
import { POSTGRES_SQL } from '../../sql/rules.js';
import { codeTokens, type SqlToken } from '../../sql/scanner.js';
import type { SqlSpelling } from '../dialect.js';
import { identifier, quote } from './names.js';
import { castTypeText, shortName } from './types.js';

/** Types that have another name in a cast without a length. */
const CAST_NAMES: Readonly<Record<string, string>> = { character: 'bpchar', bit: '"bit"' };

/**
 * Removes what PostgreSQL adds when it parses the rest: the cast of a default to the type of its column
 * (`'a'::character varying`), and the casts of an array that is compared with (`IN`). Parsed again with its casts, such an
 * array would be printed differently once more.
 */
export const sqlSpelling: SqlSpelling = {
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
  const { text: literal, type } = castLiteral(value, POSTGRES_SQL) ?? {};
  if (literal === undefined || type === undefined || !isCastTo(type, column)) return value;
  // Of integers the catalog casts only negative ones: it parses `-1` as the negative of 1, and keeps the literal '-1'.
  return column.type === 'integer' && /^'-\d+'$/.test(literal) ? literal.slice(1, -1) : literal;
}

/**
 * Whether a cast is to the type of the column. A literal of an interval with a precision is rounded by its cast, so that
 * cast is not redundant; the precision of other types applies when a value is stored.
 */
function isCastTo(type: string, column: ColumnModel): boolean {
  if (column.type === 'interval' && column.precision !== undefined) return false;
  return castNames(column).some((name) => type === (column.isArray ? `${name}[]` : name));
}

/**
 * The names that the column's type may have in a cast: the catalog quotes names only when it must, and may omit the
 * schema.
 */
function castNames(column: ColumnModel): readonly string[] {
  const { enumName, enumSchema, type } = column;
  if (type !== 'enum' || enumName === undefined) return [CAST_NAMES[type] ?? castTypeText({ type })];
  const either = (name: string): readonly string[] => [identifier(name), quote(name)];
  const schemas = enumSchema === undefined ? [''] : ['', ...either(enumSchema).map((schema) => `${schema}.`)];
  return schemas.flatMap((schema) => either(enumName).map((name) => schema + name));
}

function plainExpression(sql: string): string {
  return withoutParentheses(sql.includes('ARRAY[') ? withoutCastArrays(sql) : sql, POSTGRES_SQL);
}

/** Removes the cast of an array of `varchar` to `text[]`, which the catalog prints for `IN` on a varchar column. */
function withoutCastArrays(sql: string): string {
  const code = codeTokens(sql, POSTGRES_SQL);
  const edits = code.flatMap((token, at) => {
    const close = token.is('(') ? varcharArrayEnd(code, at + 1) : -1;
    const cast = [')', '::', 'TEXT', '[', ']'];
    if (close < 0 || !cast.every((text, ahead) => code[close + ahead]?.is(text))) return [];
    return [
      instead(token, ''),
      { start: code[close]?.start ?? 0, end: code[close + cast.length - 1]?.end ?? 0, text: '' },
    ];
  });
  return edited(sql, edits);
}

/** The index after `ARRAY['a'::character varying, 'b'::character varying]`; -1 when there is something else. */
function varcharArrayEnd(code: readonly SqlToken[], start: number): number {
  if (!code[start]?.is('ARRAY') || !code[start + 1]?.is('[')) return -1;
  const cast = ['::', 'CHARACTER', 'VARYING'];
  for (let at = start + 2; ; at += 5) {
    const isElement = code[at]?.kind === 'string' && cast.every((text, ahead) => code[at + 1 + ahead]?.is(text));
    if (!isElement) return -1;
    if (code[at + 4]?.is(']')) return at + 5;
    if (!code[at + 4]?.is(',')) return -1;
  }
}
