import { expressionKey } from '../../../sql/expressions.js';
import { castLiteral } from '../../../sql/literals.js';
import { POSTGRES_SQL } from '../../../sql/rules.js';

/**
 * Whether two texts are the same expression for certain: the same but for white space, parentheses around the whole, and quotes
 * around names that need none. What this cannot tell, the database is asked.
 */
export function sameText(wanted: string, actual: string): boolean {
  return wanted === actual || expressionKey(wanted, POSTGRES_SQL) === expressionKey(actual, POSTGRES_SQL);
}

/**
 * Whether a default that the catalog prints is the wanted string literal, with the cast that the catalog adds, or without
 * the quotes that a number needs not. Only for a column whose type is as wanted.
 */
export function sameLiteral(wanted: string, actual: string): boolean {
  const literal = castLiteral(wanted, POSTGRES_SQL);
  if (literal === undefined || literal.type !== undefined) return false;
  const { text, type } = castLiteral(actual, POSTGRES_SQL) ?? {};
  if (type !== undefined) return text === literal.text;
  return /^\d+(?:\.\d+)?$/.test(actual) && wanted === `'${actual}'`;
}
