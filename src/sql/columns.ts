import { edited, instead } from './edit.js';
import { quoteName, RESERVED, writtenLike } from './identifiers.js';
import { typeEnd } from './paths.js';
import type { SqlRules } from './rules.js';
import { codeTokens, type SqlToken } from './scanner.js';

/** Whether an SQL expression uses a column of this name. */
export function mentionsColumn(sql: string, column: string, rules: SqlRules): boolean {
  return columnsIn(sql, rules).some((token) => isColumn(token, column));
}

/**
 * The SQL expression with one column renamed; strings, comments, types, functions and qualifiers stay as they are.
 *
 * A quoted name stays quoted, so that renaming it back gives the same SQL again; an unquoted one gets quotes where some database
 * needs them for the new name.
 *
 * @example renameColumnIn('lower(name)', 'name', 'fullName', rules) // lower("fullName")
 */
export function renameColumnIn(sql: string, from: string, to: string, rules: SqlRules): string {
  return withColumn(sql, from, rules, (token) => writtenLike(token, to));
}

/** The SQL expression with a column's name in double quotes everywhere, so that expressions compare equal whether they quote it or not. */
export function quoteColumnIn(sql: string, column: string, rules: SqlRules): string {
  return withColumn(sql, column, rules, () => quoteName(column));
}

/** The SQL without its aliases: a dropped column's name may be the alias of something else, as in `first || last AS name`. */
export function withoutAliases(sql: string, rules: SqlRules): string {
  const code = codeTokens(sql, rules);
  const edits = code.flatMap((token, index) => {
    const name = code[index + 1];
    const isAlias = token.is('AS') && name?.isName && !code[index + 2]?.is('(');
    return isAlias ? [{ start: token.start, end: name.end, text: '' }] : [];
  });
  return edited(sql, edits);
}

function withColumn(sql: string, column: string, rules: SqlRules, write: (token: SqlToken) => string): string {
  const found = columnsIn(sql, rules).filter((token) => isColumn(token, column));
  return edited(
    sql,
    found.map((token) => instead(token, write(token))),
  );
}

/**
 * The names that may be those of columns: not a type after `::` or in a CAST, a type before a string (`date '2020-01-01'`), a
 * function, or the qualifier of another name.
 */
function columnsIn(sql: string, rules: SqlRules): SqlToken[] {
  const code = codeTokens(sql, rules);
  const found: SqlToken[] = [];
  const areCasts: boolean[] = [];
  for (let at = 0; at < code.length; at++) {
    const token = code[at] as SqlToken;
    const isCast = token.is('::') || (token.is('AS') && areCasts.at(-1) === true);
    if (isCast) at = Math.max(typeEnd(code, at + 1) - 1, at);
    else if (token.is('(')) areCasts.push(code[at - 1]?.is('CAST') === true);
    else if (token.is(')')) areCasts.pop();
    else if (token.is('AT') && code[at + 1]?.is('TIME') && code[at + 2]?.is('ZONE')) at += 2;
    else if (token.isName && mayBeColumn(token, code[at + 1])) found.push(token);
  }
  return found;
}

function mayBeColumn({ kind, text }: SqlToken, next: SqlToken | undefined): boolean {
  if (next?.is('.')) return false;
  return kind === 'quoted' || !(next?.is('(') || next?.kind === 'string' || RESERVED.has(text.toLowerCase()));
}

function isColumn({ kind, value }: SqlToken, column: string): boolean {
  return value === column || (kind === 'word' && value.toLowerCase() === column);
}
