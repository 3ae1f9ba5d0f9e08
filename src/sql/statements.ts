import { bareCode } from './edit.js';
import { pathAt } from './paths.js';
import type { SqlRules } from './rules.js';
import { codeTokens, scan } from './scanner.js';

/** The SQL with a semicolon at its end, unless it has one. */
export function terminated(sql: string, rules: SqlRules): string {
  const text = sql.trim();
  const tokens = scan(text, rules);
  if (tokens.findLast(({ isCode }) => isCode)?.is(';')) return text;
  const last = tokens.at(-1);
  // A comment to the end of its line would have the semicolon in it.
  const isOpen = last?.kind === 'comment' && !last.text.startsWith('/*');
  return isOpen ? `${text}\n;` : `${text};`;
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
