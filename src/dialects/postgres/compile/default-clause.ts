import { POSTGRES_SQL } from '../../../sql/rules.js';
import { codeTokens, type SqlToken } from '../../../sql/scanner.js';
import { closed } from '../../../sql/statements.js';

/** Operators in letters that an expression may have anywhere but in the DEFAULT of a column definition, outside parentheses. */
const NOT_IN_DEFINITION = new Set(
  'AND OR NOT IS ISNULL NOTNULL IN BETWEEN LIKE ILIKE SIMILAR AT COLLATE OVERLAPS ANY ALL SOME'.split(' '),
);

/**
 * The DEFAULT of a column definition. Its grammar is smaller than that of `SET DEFAULT` (`b_expr`, not `a_expr`), so that an
 * expression such as `now() AT TIME ZONE 'utc'` needs parentheses; the catalog prints both alike.
 */
export function defaultClause(expression: string): string {
  const text = closed(expression, POSTGRES_SQL);
  return `DEFAULT ${needsParentheses(expression) ? `(${text})` : text}`;
}

function needsParentheses(expression: string): boolean {
  let depth = 0;
  return codeTokens(expression, POSTGRES_SQL).some((token) => {
    depth += depthOf(token);
    return depth === 0 && NOT_IN_DEFINITION.has(token.keyword);
  });
}

function depthOf(token: SqlToken): number {
  if (token.is('(') || token.is('[')) return 1;
  return token.is(')') || token.is(']') ? -1 : 0;
}
