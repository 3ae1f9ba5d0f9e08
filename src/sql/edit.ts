import type { SqlRules } from './rules.js';
import { scan, type SqlToken } from './scanner.js';

/** A replacement: `text` takes the place of the characters from `start` up to `end`. */
export interface SqlEdit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** The SQL with its edits applied, which are in order and do not overlap. */
export function edited(sql: string, edits: readonly SqlEdit[]): string {
  if (edits.length === 0) return sql;
  const parts: string[] = [];
  let done = 0;
  for (const { start, end, text } of edits) {
    parts.push(sql.slice(done, start), text);
    done = end;
  }
  return parts.join('') + sql.slice(done);
}

/** An edit of one token. */
export function instead(token: SqlToken, text: string): SqlEdit {
  return { start: token.start, end: token.end, text };
}

/** The SQL with the code between strings and comments changed; a quoted name is part of the code. */
export function withCode(sql: string, rules: SqlRules, change: (code: string) => string): string {
  const parts: string[] = [];
  let code = '';
  for (const { kind, text } of scan(sql, rules)) {
    if (kind !== 'string' && kind !== 'binary' && kind !== 'comment') {
      code += text;
      continue;
    }
    parts.push(change(code), text);
    code = '';
  }
  return parts.join('') + change(code);
}

/** The SQL with a space in place of each comment, string and quoted name, to look for keywords in. */
export function bareCode(sql: string, rules: SqlRules): string {
  const isBare = ({ kind, isCode }: SqlToken): boolean => isCode && !['string', 'binary', 'quoted'].includes(kind);
  return scan(sql, rules)
    .map((token) => (isBare(token) || token.kind === 'space' ? token.text : ' '))
    .join('');
}
