import { expressionKey } from '../../../sql/expressions.js';
import { castLiteral } from '../../../sql/literals.js';
import { POSTGRES_SQL } from '../../../sql/rules.js';

/**
 * Whether two expressions are certainly equal: apart from white space, parentheses around the whole, and quotes around
 * names that need none. When this returns false they may still be equal, which only the database can decide.
 */
export function sameExpression(wanted: string, actual: string): boolean {
  return wanted === actual || expressionKey(wanted, POSTGRES_SQL) === expressionKey(actual, POSTGRES_SQL);
}

/**
 * Whether a default in the catalog is the wanted string literal with a cast added (`'a'` and `'a'::text`), or without the
 * quotes around a number (`'1'` and `1`). Only valid when the column has the wanted type.
 */
export function sameLiteral(wanted: string, actual: string): boolean {
  const literal = castLiteral(wanted, POSTGRES_SQL);
  if (literal === undefined || literal.type !== undefined) return false;
  const { text, type } = castLiteral(actual, POSTGRES_SQL) ?? {};
  if (type !== undefined) return text === literal.text;
  return /^\d+(?:\.\d+)?$/.test(actual) && wanted === `'${actual}'`;
}
