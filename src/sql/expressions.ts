import { identifierText } from './identifiers.js';
import { withoutOuterParentheses } from './paths.js';
import type { SqlRules } from './rules.js';
import { codeTokens } from './scanner.js';

/**
 * What two spellings of an expression have in common that differ in nothing but white space, comments, quotes around names that
 * need none, and the parentheses around all of it: databases add or take those away.
 */
export function expressionKey(sql: string, rules: SqlRules): string {
  return withoutOuterParentheses(codeTokens(sql, rules))
    .map(({ kind, text, value }) => (kind === 'quoted' ? identifierText(value) : text))
    .join(' ');
}

/** `((price > 0))` as `price > 0`; an expression that is not in parentheses as it is. */
export function withoutParentheses(sql: string, rules: SqlRules): string {
  if (!sql.startsWith('(')) return sql;
  const code = codeTokens(sql, rules);
  const inner = withoutOuterParentheses(code);
  return inner === code ? sql : sql.slice(inner[0]?.start, inner.at(-1)?.end);
}
