import { segmentsOf } from '../sql/segments.js';

const NAME = '(?:"[^"]+"|`[^`]+`|[\\w$]+)';
/** `ALTER TABLE IF EXISTS public.user`, `RENAME TO article`: what raw SQL may make of tables. */
const TABLE_CHANGE = new RegExp(
  `\\b(?:(?:CREATE|ALTER|DROP)\\s+(?:\\w+\\s+)*?TABLE\\s+(?:IF\\s+(?:NOT\\s+)?EXISTS\\s+)?(?:ONLY\\s+)?|RENAME\\s+TO\\s+)` +
    `(?:${NAME}\\s*\\.\\s*)?(${NAME})`,
  'gi',
);

/** The text with the semicolon that ends it, unless it has one. */
export function terminated(sql: string): string {
  const text = sql.trim();
  const last = segmentsOf(text).findLast(({ kind, text }) => kind !== 'comment' && text.trim() !== '');
  if (last?.kind === 'code' && last.text.trimEnd().endsWith(';')) return text;
  return isOpenComment(text) ? `${text}\n;` : `${text};`;
}

/** Whether running the text would only answer something, so that leaving it out changes nothing in the database. */
export function isRead(sql: string): boolean {
  const code = codeOf(sql);
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

/** Whether the text begins with a statement that changes what there is besides rows. */
export function isDdl(sql: string): boolean {
  return DDL_VERBS.has(verbOf(codeOf(sql)));
}

/** The text with a space for each comment and for what is in quotes. */
function codeOf(sql: string): string {
  return segmentsOf(sql)
    .map(({ kind, text }) => (kind === 'code' ? text : ' '))
    .join('');
}

function verbOf(code: string): string {
  return /^[\s(;]*(\w+)/.exec(code)?.[1]?.toUpperCase() ?? '';
}

/** Names of the tables that the text makes, alters, renames or drops, without their schema. */
export function tablesChangedBy(sql: string): readonly string[] {
  const text = segmentsOf(sql)
    .map(({ kind, text }) => (kind === 'comment' || text.startsWith("'") ? ' ' : text))
    .join('');
  return [...text.matchAll(TABLE_CHANGE)].map(([, name = '']) => name.replaceAll(/^["`]|["`]$/g, ''));
}

/** Text that ends in a `--` comment takes a semicolon only on a line of its own. */
function isOpenComment(text: string): boolean {
  return segmentsOf(text).at(-1)?.text.startsWith('--') === true;
}
