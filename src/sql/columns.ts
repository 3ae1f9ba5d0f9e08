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
 * The SQL expression with one column called differently; strings, comments, types, functions and qualifiers stay as they are. What
 * is in quotes stays in quotes, so that the old name brings the old text back; a bare name gets quotes where some database needs
 * them for the new one.
 */
export function renameColumnIn(sql: string, from: string, to: string, rules: SqlRules): string {
  return withColumn(sql, from, rules, (token) => writtenLike(token, to));
}

/** The SQL expression with a column's name in double quotes wherever it is: for comparing texts, whatever they quote. */
export function quoteColumnIn(sql: string, column: string, rules: SqlRules): string {
  return withColumn(sql, column, rules, () => quoteName(column));
}

/** A column that is gone may be the name of another one: `first || last AS name`. */
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
 * The names that may be those of columns. A type behind `::` or in a CAST is none, nor is a word before a string (`date
 * '2020-01-01'`), a function, or what qualifies another name.
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
    else if (token.isName && isFree(token, code[at + 1])) found.push(token);
  }
  return found;
}

function isFree({ kind, text }: SqlToken, next: SqlToken | undefined): boolean {
  if (next?.is('.')) return false;
  return kind === 'quoted' || !(next?.is('(') || next?.kind === 'string' || RESERVED.has(text.toLowerCase()));
}

function isColumn({ kind, value }: SqlToken, column: string): boolean {
  return value === column || (kind === 'word' && value.toLowerCase() === column);
}
