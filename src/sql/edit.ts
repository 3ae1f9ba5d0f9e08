import type { SqlRules } from './rules.js';
import { scan, type SqlToken } from './scanner.js';

/** What is to be in the place of a part of a text. */
export interface SqlEdit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** The text with its edits, which are in order and do not overlap. */
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

/** The text with the code between strings and comments changed; a quoted name is a part of the code. */
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

/** The text with a space in place of each comment, string and quoted name. */
export function bareCode(sql: string, rules: SqlRules): string {
  const isBare = ({ kind, isCode }: SqlToken): boolean => isCode && !['string', 'binary', 'quoted'].includes(kind);
  return scan(sql, rules)
    .map((token) => (isBare(token) || token.kind === 'space' ? token.text : ' '))
    .join('');
}
