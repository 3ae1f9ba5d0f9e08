import { ScriptParameterError } from '../errors/runtime.errors.js';

/** A stretch of SQL text: code, something in quotes, or a comment. */
export interface SqlSegment {
  readonly kind: 'code' | 'quoted' | 'comment';
  readonly text: string;
}

/** Where something that is no code begins; for a block comment only its opening, because those nest. */
const NOT_CODE = new RegExp(
  [
    /--[^\n]*/,
    /\/\*/,
    /(?<!\w)[eE]'[^'\\]*(?:(?:\\[\s\S]|'')[^'\\]*)*'?/,
    /'[^']*(?:''[^']*)*'?/,
    /"[^"]*(?:""[^"]*)*"?/,
    /`[^`]*(?:``[^`]*)*`?/,
    /(?<![\w$])\$(?<tag>[A-Za-z_]\w*)?\$[\s\S]*?(?:\$\k<tag>\$|$(?![\s\S]))/,
  ]
    .map((part) => part.source)
    .join('|'),
  'g',
);

const NAME = '(?:"[^"]+"|`[^`]+`|[\\w$]+)';
/** `ALTER TABLE IF EXISTS public.user`, `RENAME TO article`: what raw SQL may make of tables. */
const TABLE_CHANGE = new RegExp(
  `\\b(?:(?:CREATE|ALTER|DROP)\\s+(?:\\w+\\s+)*?TABLE\\s+(?:IF\\s+(?:NOT\\s+)?EXISTS\\s+)?(?:ONLY\\s+)?|RENAME\\s+TO\\s+)` +
    `(?:${NAME}\\s*\\.\\s*)?(${NAME})`,
  'gi',
);

/** Takes SQL text apart, as far as is needed to tell code from quotes and comments. Joined again it is the same text. */
export function segmentsOf(sql: string): readonly SqlSegment[] {
  const segments: SqlSegment[] = [];
  const add = (kind: SqlSegment['kind'], from: number, to: number): void => {
    if (to > from) segments.push({ kind, text: sql.slice(from, to) });
  };
  const finder = new RegExp(NOT_CODE);
  let position = 0;
  for (let match = finder.exec(sql); match !== null; match = finder.exec(sql)) {
    add('code', position, match.index);
    const isBlock = match[0] === '/*';
    position = isBlock ? endOfBlockComment(sql, match.index) : finder.lastIndex;
    add(isBlock || match[0].startsWith('--') ? 'comment' : 'quoted', match.index, position);
    finder.lastIndex = position;
  }
  add('code', position, sql.length);
  return segments;
}

/** The text with its parameters written in: `$1`, `$2` where the text numbers them, else `?` and `?1` in order. */
export function inlineParameters(
  sql: string,
  parameters: readonly unknown[],
  literal: (value: unknown) => string,
): string {
  if (parameters.length === 0) return sql;
  const segments = segmentsOf(sql);
  // A dollar sign may be a part of a name: `tab$1`.
  const numbered = /(?<![\w$])\$(\d+)/g;
  const isNumbered = segments.some(({ kind, text }) => kind === 'code' && text.search(numbered) >= 0);
  const placeholder = isNumbered ? numbered : /\?(\d*)/g;
  let next = 0;
  const valueOf = (found: string, number: string): string => {
    const index = number === '' ? next : Number(number) - 1;
    next = index + 1;
    if (index < 0 || index >= parameters.length) throw new ScriptParameterError(sql, found, parameters.length);
    const text = literal(parameters[index]);
    // `1 -$1` must not become a comment, nor `$1::smallint` a minus before a number that is too large.
    return text.startsWith('-') ? `(${text})` : text;
  };
  return segments.map(({ kind, text }) => (kind === 'code' ? text.replaceAll(placeholder, valueOf) : text)).join('');
}

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

function endOfBlockComment(sql: string, start: number): number {
  const mark = /\/\*|\*\//g;
  mark.lastIndex = start;
  let depth = 0;
  for (let match = mark.exec(sql); match !== null; match = mark.exec(sql)) {
    depth += match[0] === '/*' ? 1 : -1;
    if (depth === 0) return mark.lastIndex;
  }
  return sql.length;
}

/** Text that ends in a `--` comment takes a semicolon only on a line of its own. */
function isOpenComment(text: string): boolean {
  return segmentsOf(text).at(-1)?.text.startsWith('--') === true;
}
