import { edited } from './edit.js';
import { pathAt } from './paths.js';
import type { SqlRules } from './rules.js';
import { codeTokens, type SqlToken } from './scanner.js';
import { closed } from './statements.js';

/** Where the condition of a batch belongs in a statement. */
export interface BatchPlace {
  /** What the columns of its table are qualified by in the condition, as it is written in the statement. */
  readonly qualifier: string;
  /** The statement with a condition. */
  with(condition: string): string;
  /** The statement for all rows. */
  readonly whole: string;
}

/** What ends the WHERE of an UPDATE or DELETE. */
const BEHIND_WHERE = ['RETURNING', 'ORDER', 'LIMIT'];

/**
 * Finds where the condition of a batch belongs: at `{batch}`, or in the WHERE of an UPDATE or DELETE of one table.
 *
 * @param table the quoted name that qualifies columns at `{batch}`
 * @returns undefined where the statement has no such place
 *
 * @example batchPlace('UPDATE a SET b = 1', POSTGRES_SQL, '"a"')?.with('a.id < 9') // UPDATE a SET b = 1 WHERE a.id < 9
 */
export function batchPlace(sql: string, rules: SqlRules, table: string): BatchPlace | undefined {
  const code = codeTokens(sql, rules);
  const last = code.at(-1);
  const text = last?.is(';') ? sql.slice(0, last.start).trimEnd() : sql;
  const tokens = last?.is(';') ? code.slice(0, -1) : code;
  if (tokens.some((token) => token.is(';'))) return undefined;
  return atMark(text, tokens, table) ?? inWhere(text, tokens, rules);
}

function atMark(sql: string, code: readonly SqlToken[], qualifier: string): BatchPlace | undefined {
  const marks = code.flatMap((open, at) => {
    const close = code[at + 2];
    const isMark = open.is('{') && code[at + 1]?.text === 'batch' && close?.is('}') === true;
    return isMark ? [{ start: open.start, end: close.end }] : [];
  });
  if (marks.length === 0) return undefined;
  const put = (text: string): string =>
    edited(
      sql,
      marks.map((mark) => ({ ...mark, text })),
    );
  return { qualifier, with: (condition) => put(`(${condition})`), whole: put('(1 = 1)') };
}

function inWhere(sql: string, code: readonly SqlToken[], rules: SqlRules): BatchPlace | undefined {
  const qualifier = changedTable(sql, code);
  if (qualifier === undefined) return undefined;
  const top = atTop(code);
  const where = top.find((token) => token.is('WHERE'));
  const behind = top.find((token) => BEHIND_WHERE.includes(token.keyword) && token.start > (where?.end ?? 0));
  const head = closed(sql.slice(0, where?.start ?? behind?.start).trimEnd(), rules);
  const tail = behind === undefined ? '' : ` ${sql.slice(behind.start)}`;
  const own = where === undefined ? undefined : sql.slice(where.end, behind?.start).trim();
  return {
    qualifier,
    with: (condition) =>
      `${head} WHERE ${own === undefined ? condition : `(${closed(own, rules)}) AND ${condition}`}${tail}`,
    whole: sql,
  };
}

/** What the columns of the table that an UPDATE or DELETE changes are qualified by; undefined for other statements. */
function changedTable(sql: string, code: readonly SqlToken[]): string | undefined {
  const isUpdate = code[0]?.is('UPDATE') === true;
  if (!isUpdate && !(code[0]?.is('DELETE') && code[1]?.is('FROM'))) return undefined;
  let at = isUpdate ? 1 : 2;
  if (code[at]?.is('ONLY')) at++;
  const path = pathAt(code, at);
  if (path === undefined) return undefined;
  at = path.next;
  if (code[at]?.is('*')) at++;
  const next = code[at]?.is('AS') ? code[at + 1] : code[at];
  const isAlias = next?.isName === true && !AFTER_TABLE.includes(next.keyword);
  if (isUpdate && !code[at + (isAlias ? (next === code[at] ? 1 : 2) : 0)]?.is('SET')) return undefined;
  const name = isAlias ? next : path.names.at(-1);
  return name && sql.slice(name.start, name.end);
}

/** Keywords behind the table of an UPDATE or DELETE. */
const AFTER_TABLE = ['SET', 'WHERE', 'USING', 'RETURNING', 'ORDER', 'LIMIT', 'INDEXED', 'NOT', 'PARTITION'];

/** The tokens that are in no parentheses. */
function atTop(code: readonly SqlToken[]): readonly SqlToken[] {
  let depth = 0;
  return code.filter((token) => {
    if (token.is('(')) depth++;
    else if (token.is(')')) depth--;
    return depth === 0;
  });
}
