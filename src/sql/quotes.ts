import { CHAR, isSpace, skip } from './characters.js';
import type { Backslashes, Prefix, SqlRules } from './rules.js';

/** Index after the closing quote of what begins at `from`; a doubled quote does not close it. Unclosed, it is all the rest. */
export function closedAt(sql: string, from: number, quote: string): number {
  let at = from;
  for (;;) {
    const found = sql.indexOf(quote, at);
    if (found < 0) return sql.length;
    if (sql[found + 1] !== quote || quote === ']') return found + 1;
    at = found + 2;
  }
}

/** The same where a backslash escapes the next character. */
function closedWithEscapes(sql: string, from: number, quote: string): number {
  const code = quote.charCodeAt(0);
  for (let at = from; at < sql.length; at++) {
    const character = sql.charCodeAt(at);
    if (character === CHAR.backslash) at++;
    else if (character === code && sql.charCodeAt(at + 1) === code) at++;
    else if (character === code) return at + 1;
  }
  return sql.length;
}

/** Index after the string whose quote is at `open`, with all of its parts where it is continued after a line break. */
export function stringEnd(sql: string, open: number, prefix: Prefix, rules: SqlRules): number {
  let at = open;
  for (;;) {
    const end = partEnd(sql, at, prefix);
    const next = rules.continuedStrings ? nextPart(sql, end) : -1;
    if (next < 0) return end;
    at = next;
  }
}

function partEnd(sql: string, open: number, prefix: Prefix): number {
  const quote = sql.charAt(open);
  return hasEscapes(prefix) ? closedWithEscapes(sql, open + 1, quote) : closedAt(sql, open + 1, quote);
}

/** Where the next part of a string begins: after white space with a line break in it, and comments; -1 where none follows. */
function nextPart(sql: string, from: number): number {
  let [at, isNextLine] = [from, false];
  for (;;) {
    if (sql.startsWith('--', at)) at = lineEnd(sql, at);
    const code = sql.charCodeAt(at);
    if (!isSpace(code)) return isNextLine && code === CHAR.quote ? at : -1;
    isNextLine ||= code === CHAR.lineFeed;
    at++;
  }
}

export function lineEnd(sql: string, from: number): number {
  const found = sql.indexOf('\n', from);
  return found < 0 ? sql.length : found;
}

/** The value of a string, without its quotes and escapes. `open` is the index of its first quote. */
export function stringValue(text: string, open: number, prefix: Prefix, rules: SqlRules): string {
  const quote = text.charAt(open);
  const parts: string[] = [];
  for (let at = open; at >= 0;) {
    const end = partEnd(text, at, prefix);
    parts.push(inner(text.slice(at, end)));
    at = rules.continuedStrings ? nextPart(text, end) : -1;
  }
  const undoubled = (part: string): string => part.replaceAll(quote + quote, quote);
  const value = parts.join('');
  if (prefix === 'unicode') return unicodeValue(undoubled(value), escapeOf(text));
  return hasEscapes(prefix) ? unescaped(value, prefix, quote) : undoubled(value);
}

/** The value of a dollar-quoted string, whose tags have this length. */
export function dollarValue(text: string, tag: number): string {
  const isClosed = text.length >= 2 * tag && text.endsWith(text.slice(0, tag));
  return text.slice(tag, isClosed ? -tag : undefined);
}

/** The value of a quoted name, without its quotes and escapes. */
export function nameValue(text: string): string {
  if (/^u&/i.test(text)) {
    const name = text.slice(2, closedAt(text, 3, '"'));
    return unicodeValue(nameValue(name), escapeOf(text));
  }
  const quote = text.charAt(0);
  return quote === '[' ? inner(text, ']') : inner(text).replaceAll(quote + quote, quote);
}

/** The characters between the quotes; the closing one is missing where the SQL ends too early. */
function inner(quoted: string, close = quoted.charAt(0)): string {
  return quoted.slice(1, quoted.length > 1 && quoted.endsWith(close) ? -1 : undefined);
}

function hasEscapes(prefix: Prefix): prefix is Backslashes {
  return prefix === 'postgres' || prefix === 'mysql';
}

/** `UESCAPE '!'` after a string or a name with Unicode escapes. */
const OTHER_ESCAPE = /\s*uescape\s*'([^'])'/iy;

/** Index after the UESCAPE clause, where one follows. */
export function escapeClauseEnd(sql: string, from: number): number {
  OTHER_ESCAPE.lastIndex = from;
  return OTHER_ESCAPE.test(sql) ? OTHER_ESCAPE.lastIndex : from;
}

function escapeOf(text: string): string {
  return /uescape\s*'([^'])'$/i.exec(text)?.[1] ?? '\\';
}

function unicodeValue(text: string, escape: string): string {
  const mark = escape.replace(/[\^$.*+?()[\]{}|\\]/, String.raw`\$&`);
  const escapes = new RegExp(`${mark}(?:${mark}|\\+([0-9a-f]{6})|([0-9a-f]{4}))`, 'gi');
  return text.replaceAll(escapes, (_all, long?: string, short?: string) =>
    long === undefined && short === undefined ? escape : character(Number.parseInt(long ?? short ?? '', 16)),
  );
}

function character(code: number): string {
  return code > 0x10ffff ? '\ufffd' : String.fromCodePoint(code);
}

const LETTERS: Readonly<Record<Backslashes, Readonly<Record<string, string>>>> = {
  postgres: { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' },
  mysql: { b: '\b', n: '\n', r: '\r', t: '\t', 0: '\0', Z: '\x1a', '%': '\\%', _: '\\_' },
};

const NUMBERED = /\\(?:x([0-9a-fA-F]{1,2})|([0-7]{1,3})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8}))/y;

/** The characters without doubled quotes and backslashes. Escaped bytes in a row (`\xc3\xa9`) are decoded together as UTF-8. */
function unescaped(text: string, style: Backslashes, quote: string): string {
  const special = quote.charCodeAt(0);
  const parts: string[] = [];
  const bytes: number[] = [];
  for (let at = 0; at < text.length;) {
    NUMBERED.lastIndex = at;
    const [all = '', hex, octal, short, long] = (style === 'postgres' && NUMBERED.exec(text)) || [];
    const byte = hex ?? octal;
    if (byte !== undefined) bytes.push(Number.parseInt(byte, hex === undefined ? 8 : 16));
    else if (bytes.length > 0) parts.push(Buffer.from(bytes.splice(0)).toString('utf8'));
    if (all !== '') {
      if (byte === undefined) parts.push(character(Number.parseInt(short ?? long ?? '', 16)));
      at += all.length;
    } else if (text[at] === '\\' || text[at] === quote) {
      const next = text.charAt(at + 1);
      parts.push(text[at] === quote ? quote : (LETTERS[style][next] ?? next));
      at += 2;
    } else {
      const end = skip(text, at, (code) => code !== CHAR.backslash && code !== special);
      parts.push(text.slice(at, end));
      at = end;
    }
  }
  return parts.join('') + Buffer.from(bytes).toString('utf8');
}
