import { CHAR, isDigit, isNamePart, isNameStart, isSpace, skip } from './characters.js';
import { closedAt, dollarValue, escapeClauseEnd, lineEnd, nameValue, stringEnd, stringValue } from './quotes.js';
import type { Prefix, SqlRules } from './rules.js';

/** The kind of a token: `word` is a keyword or an unquoted name, `quoted` a name in quotes, `binary` a string of bytes or bits. */
type TokenKind = 'space' | 'comment' | 'word' | 'quoted' | 'string' | 'binary' | 'number' | 'parameter' | 'symbol';

/** A token of SQL, with its text as it is written. */
export class SqlToken {
  constructor(
    readonly kind: TokenKind,
    readonly text: string,
    readonly start: number,
    /** Only for a string: the index of its quote, and how it is read. */
    private readonly string?: { readonly open: number; readonly prefix: Prefix; readonly rules: SqlRules },
  ) {}

  get end(): number {
    return this.start + this.text.length;
  }

  /** The value of a name or a string, without quotes and escapes; of any other token its text. */
  get value(): string {
    const { kind, text, string } = this;
    if (kind === 'quoted') return nameValue(text);
    if (string === undefined) return text;
    const { open, prefix, rules } = string;
    return text.startsWith('$') ? dollarValue(text, open) : stringValue(text, open, prefix, rules);
  }

  /** The token in capitals where it may be a keyword, or a symbol; empty for any other. */
  get keyword(): string {
    if (this.kind === 'word') return this.text.toUpperCase();
    return this.kind === 'symbol' ? this.text : '';
  }

  /** Whether it is this keyword or symbol. Keywords are given in capitals. */
  is(expected: string): boolean {
    return this.text.length === expected.length && this.keyword === expected;
  }

  get isName(): boolean {
    return this.kind === 'word' || this.kind === 'quoted';
  }

  /** Whether it is neither white space nor a comment. */
  get isCode(): boolean {
    return this.kind !== 'space' && this.kind !== 'comment';
  }
}

/**
 * All tokens of the SQL, in linear time. Joined they give the same text again, even where it is no valid SQL: a token that is not
 * closed extends to the end.
 *
 * @example scan("a --\n", POSTGRES_SQL).map(({ kind }) => kind) // ['word', 'space', 'comment', 'space']
 */
export function scan(sql: string, rules: SqlRules): SqlToken[] {
  const tokens: SqlToken[] = [];
  for (let at = 0; at < sql.length;) {
    const token = tokenAt(sql, at, rules);
    tokens.push(token);
    at = token.end;
  }
  return tokens;
}

/**
 * The tokens without white space and comments.
 *
 * @param limit how many are needed. @default all
 */
export function codeTokens(sql: string, rules: SqlRules, limit = Infinity): SqlToken[] {
  const tokens: SqlToken[] = [];
  for (let at = 0; at < sql.length && tokens.length < limit;) {
    const token = tokenAt(sql, at, rules);
    if (token.isCode) tokens.push(token);
    at = token.end;
  }
  return tokens;
}

function tokenAt(sql: string, at: number, rules: SqlRules): SqlToken {
  const code = sql.charCodeAt(at);
  const token = (kind: TokenKind, end: number): SqlToken => new SqlToken(kind, sql.slice(at, end), at);
  if (isSpace(code)) return token('space', skip(sql, at, isSpace));
  if (isNameStart(code)) return wordAt(sql, at, rules);
  if (isDigit(code) || (code === CHAR.dot && isDigit(sql.charCodeAt(at + 1))))
    return token('number', numberEnd(sql, at));
  const comment = commentEnd(sql, at, code, rules);
  if (comment > at) return token('comment', comment);
  const character = sql.charAt(at);
  if (rules.stringQuotes.includes(character)) return stringAt(sql, at, at, rules.backslashes ?? 'plain', rules);
  if (rules.nameQuotes.includes(character)) {
    return token('quoted', closedAt(sql, at + 1, character === '[' ? ']' : character));
  }
  if (code === CHAR.dollar && rules.dollarQuotes) {
    const tag = dollarTag(sql, at);
    if (tag !== '') return dollarQuoted(sql, at, tag, rules);
  }
  if (rules.parameterMarks.includes(character)) {
    const end = parameterEnd(sql, at, rules);
    if (end > at) return token('parameter', end);
  }
  return token('symbol', at + symbolLength(sql, at));
}

function wordAt(sql: string, at: number, rules: SqlRules): SqlToken {
  const end = skip(sql, at + 1, isNamePart);
  const next = sql.charCodeAt(end);
  if (next === CHAR.quote && end - at <= 2) {
    const prefix = rules.prefixes[sql.slice(at, end).toLowerCase()];
    if (prefix !== undefined) return stringAt(sql, at, end, prefix, rules);
  }
  if (next === CHAR.ampersand && end - at === 1) {
    const prefix = rules.prefixes[sql.slice(at, end + 1).toLowerCase()];
    const quote = prefix === undefined ? '' : sql.charAt(end + 1);
    if (prefix !== undefined && quote === "'") return stringAt(sql, at, end + 1, prefix, rules);
    if (quote === '"') {
      const close = escapeClauseEnd(sql, closedAt(sql, end + 2, quote));
      return new SqlToken('quoted', sql.slice(at, close), at);
    }
  }
  return new SqlToken('word', sql.slice(at, end), at);
}

function stringAt(sql: string, at: number, open: number, prefix: Prefix, rules: SqlRules): SqlToken {
  const close = stringEnd(sql, open, prefix, rules);
  const end = prefix === 'unicode' ? escapeClauseEnd(sql, close) : close;
  const kind = prefix === 'binary' ? 'binary' : 'string';
  return new SqlToken(kind, sql.slice(at, end), at, { open: open - at, prefix, rules });
}

/** The `$tag$` that begins at `at`; empty where none does. */
function dollarTag(sql: string, at: number): string {
  const isTagged = isNameStart(sql.charCodeAt(at + 1));
  const isTagPart = (code: number): boolean => code !== CHAR.dollar && isNamePart(code);
  const end = isTagged ? skip(sql, at + 1, isTagPart) : at + 1;
  return sql.charCodeAt(end) === CHAR.dollar ? sql.slice(at, end + 1) : '';
}

function dollarQuoted(sql: string, at: number, tag: string, rules: SqlRules): SqlToken {
  const close = sql.indexOf(tag, at + tag.length);
  const text = close < 0 ? sql.slice(at) : sql.slice(at, close + tag.length);
  return new SqlToken('string', text, at, { open: tag.length, prefix: 'plain', rules });
}

/** Index after the comment that begins at `at`; the same index where none does. */
function commentEnd(sql: string, at: number, code: number, rules: SqlRules): number {
  if (code === CHAR.hash) return rules.hashComments ? lineEnd(sql, at) : at;
  const next = sql.charCodeAt(at + 1);
  if (code === CHAR.dash && next === CHAR.dash) {
    const isComment = !rules.dashesNeedSpace || at + 2 >= sql.length || isSpace(sql.charCodeAt(at + 2));
    return isComment ? lineEnd(sql, at) : at;
  }
  if (code === CHAR.star && next === CHAR.slash) return rules.executableComments ? at + 2 : at;
  if (code !== CHAR.slash || next !== CHAR.star) return at;
  const mark = rules.executableComments ? executableMark(sql, at) : at;
  return mark > at ? mark : blockCommentEnd(sql, at, rules.nestedComments);
}

/** Index after `/*!50000`, which begins a comment whose content is code. */
function executableMark(sql: string, at: number): number {
  const length = sql.startsWith('/*!', at) ? 3 : sql.startsWith('/*M!', at) ? 4 : 0;
  return length === 0 ? at : skip(sql, at + length, isDigit);
}

function blockCommentEnd(sql: string, start: number, isNested: boolean): number {
  let depth = 1;
  for (let at = start + 2; at < sql.length; at++) {
    const code = sql.charCodeAt(at);
    if (code !== CHAR.star && code !== CHAR.slash) continue;
    const next = sql.charCodeAt(at + 1);
    if (code === CHAR.star && next === CHAR.slash) {
      if (!isNested || --depth === 0) return at + 2;
      at++;
    } else if (isNested && code === CHAR.slash && next === CHAR.star) {
      depth++;
      at++;
    }
  }
  return sql.length;
}

/** Index after a number; what follows it without a space is part of it, as in `0xff`, `1_000` and `1.5e-3`. */
function numberEnd(sql: string, start: number): number {
  const isHex = /^0[xX]/.test(sql.slice(start, start + 2));
  let at = start;
  for (;;) {
    const code = sql.charCodeAt(at);
    const isSign = code === CHAR.plus || code === CHAR.dash;
    const isExponent = isSign && !isHex && (sql.charCodeAt(at - 1) | 32) === 101 && isDigit(sql.charCodeAt(at + 1));
    if (!isExponent && code !== CHAR.dot && !isNamePart(code)) return at;
    at++;
  }
}

/** Index after a parameter, `$1`, `?`, `?1`, or `:name` where letters may follow; the same index where none begins. */
function parameterEnd(sql: string, at: number, { dollarQuotes }: SqlRules): number {
  const isQuestion = sql.charAt(at) === '?';
  const end = skip(sql, at + 1, isQuestion || dollarQuotes ? isDigit : isNamePart);
  return isQuestion || end > at + 1 ? end : at;
}

/** Symbols of several characters that are one token; other operators are several tokens. */
const SYMBOLS = ['->>', '->', '||', '<<', '>>', '<=', '>=', '==', '!=', '<>', '::', ':='];

function symbolLength(sql: string, at: number): number {
  return SYMBOLS.find((symbol) => sql.startsWith(symbol, at))?.length ?? 1;
}
