import { bareCode } from './edit.js';
import { pathAt } from './paths.js';
import type { SqlRules } from './rules.js';
import { codeTokens, scan, type SqlToken } from './scanner.js';

/** An expression that other SQL may follow: one that ends in a comment to the end of its line gets that end. */
export function closed(expression: string, rules: SqlRules): string {
  return endsInLineComment(scan(expression, rules)) ? `${expression}\n` : expression;
}

function endsInLineComment(tokens: readonly SqlToken[]): boolean {
  const last = tokens.at(-1);
  return last?.kind === 'comment' && !last.text.startsWith('/*');
}

/** The SQL with a semicolon at its end, unless it has one. */
export function terminated(sql: string, rules: SqlRules): string {
  const text = sql.trim();
  const tokens = scan(text, rules);
  if (tokens.findLast(({ isCode }) => isCode)?.is(';')) return text;
  // A comment to the end of its line would have the semicolon in it.
  return endsInLineComment(tokens) ? `${text}\n;` : `${text};`;
}

/** Whether the statement only reads, so that leaving it out changes nothing in the database. */
export function isRead(sql: string, rules: SqlRules): boolean {
  const code = bareCode(sql, rules);
  switch (verbOf(code)) {
    case 'SELECT':
      return !/\bINTO\b/i.test(code);
    case 'WITH':
      return !/\b(?:INSERT|UPDATE|DELETE|MERGE)\b/i.test(code);
    case 'PRAGMA':
      return !code.includes('=');
    case 'SHOW':
    case 'EXPLAIN':
    case 'VALUES':
    case 'TABLE':
    case 'DESCRIBE':
      return true;
    default:
      return false;
  }
}

const DDL_VERBS = new Set(['ALTER', 'COMMENT', 'CREATE', 'DROP', 'GRANT', 'REVOKE', 'TRUNCATE']);

/** Whether the SQL begins with DDL: a statement that changes more than rows. */
export function isDdl(sql: string, rules: SqlRules): boolean {
  return DDL_VERBS.has(verbOf(bareCode(sql, rules)));
}

function verbOf(code: string): string {
  return /^[\s(;]*(\w+)/.exec(code)?.[1]?.toUpperCase() ?? '';
}

/** Whether the SQL begins with these keywords; comments do not count. */
export function beginsWith(sql: string, rules: SqlRules, ...words: readonly string[]): boolean {
  const first = codeTokens(sql, rules, words.length);
  return words.every((word, at) => first[at]?.is(word));
}

/** Keywords that may be between TABLE and the name. */
const BEFORE_NAME = ['IF', 'NOT', 'EXISTS', 'ONLY'];

/** Names, without schema, of the tables that the SQL creates, alters, renames or drops; the new names after `RENAME TO` too. */
export function tablesChangedBy(sql: string, rules: SqlRules): readonly string[] {
  const code = codeTokens(sql, rules);
  const names: string[] = [];
  let isChange = false;
  for (const [index, token] of code.entries()) {
    const isRename = token.is('RENAME') && code[index + 1]?.is('TO');
    let at = index + (isRename ? 2 : 1);
    if (isRename || (isChange && token.is('TABLE'))) {
      while (BEFORE_NAME.includes(code[at]?.keyword ?? '')) at++;
      names.push(
        ...(pathAt(code, at)
          ?.names.slice(-1)
          .map(({ value }) => value) ?? []),
      );
    }
    // Keywords may come between the verb and TABLE: `CREATE UNLOGGED TABLE`.
    isChange = ['CREATE', 'ALTER', 'DROP'].some((verb) => token.is(verb)) || (isChange && token.kind === 'word');
  }
  return names;
}

/** Keywords that may be between CREATE and INDEX or VIEW. */
const BEFORE_VIEW = ['OR', 'REPLACE', 'UNIQUE', 'MATERIALIZED', 'TEMP', 'TEMPORARY'];

/**
 * Whether the SQL is one statement that changes no value of a column, except NULL: it creates an index or a view, inserts rows, or
 * ends in `WHERE column IS NULL`. False in doubt.
 */
export function keepsValues(sql: string, table: string, column: string, rules: SqlRules): boolean {
  const code = codeTokens(sql, rules);
  while (code.at(-1)?.is(';')) code.pop();
  if (code.some((token) => token.is(';'))) return false;
  const isAt = (at: number, ...words: readonly string[]): boolean =>
    words.every((word, ahead) => code[at + ahead]?.is(word));
  const isCalled = (token: SqlToken | undefined, name: string): boolean =>
    token?.isName === true && token.value.toLowerCase() === name.toLowerCase();
  const made = isAt(0, 'CREATE') ? code.slice(1).find(({ keyword }) => !BEFORE_VIEW.includes(keyword)) : undefined;
  if (made?.is('INDEX') || made?.is('VIEW')) return true;
  const target = isAt(0, 'INSERT', 'INTO') ? pathAt(code, 2) : undefined;
  if (target !== undefined) {
    const mayUpdate = code.some((_token, at) => isAt(at, 'ON', 'CONFLICT') || isAt(at, 'ON', 'DUPLICATE'));
    return isCalled(target.names.at(-1), table) && isAt(target.next, '(') && !mayUpdate;
  }
  const [where, name, ...isNull] = code.slice(-4);
  return (
    where?.is('WHERE') === true &&
    isCalled(name, column) &&
    isNull.map(({ keyword }) => keyword).join(' ') === 'IS NULL'
  );
}
