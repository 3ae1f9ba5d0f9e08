/** A piece of TypeScript or JavaScript. `value` is the text of a string, else the source of the token. */
export interface Token {
  readonly kind: 'word' | 'string' | 'template' | 'number' | 'regex' | 'punctuation';
  readonly value: string;
  readonly start: number;
  /** Offset behind it. */
  readonly end: number;
  /** Is there a line break between this token and the one before? */
  readonly afterLineBreak: boolean;
}

export interface Comment {
  readonly text: string;
  readonly kind: 'line' | 'block';
  readonly start: number;
  /** Where the source goes on. */
  readonly end: number;
}

/** Something that no JavaScript file may have: a string or comment that does not end. */
export class LexicalError extends Error {
  constructor(
    message: string,
    readonly offset: number,
  ) {
    super(message);
  }
}

const regex = /\/(?![*/])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+\/[a-z]*/y;
const space = /\s|\uFEFF/;

/** After these a slash begins a regular expression, not a division. */
const beforeRegex = new Set([
  'return',
  'typeof',
  'case',
  'in',
  'of',
  'delete',
  'void',
  'throw',
  'new',
  'do',
  'else',
  'await',
  'yield',
]);

/**
 * Splits a source into tokens, just as far as is asked.
 *
 * It knows strings, templates, comments and regular expressions well enough never to take what is inside them for code. It does not parse.
 */
export class Lexer {
  /** Comments met so far. */
  readonly comments: Comment[] = [];
  private offset = 0;
  private previous: Token | undefined;

  constructor(private readonly source: string) {
    if (source.startsWith('#!')) this.offset = this.endOfLine(0);
  }

  /** The next token; undefined at the end. @throws LexicalError */
  next(): Token | undefined {
    const afterLineBreak = this.skipSpaceAndComments();
    if (this.offset >= this.source.length) return undefined;
    const start = this.offset;
    const { kind, value } = this.read(start, this.source.charCodeAt(start));
    this.previous = { kind, value, start, end: this.offset, afterLineBreak };
    return this.previous;
  }

  /** The tokens that are left. @throws LexicalError */
  *[Symbol.iterator](): Generator<Token> {
    for (let token = this.next(); token !== undefined; token = this.next()) yield token;
  }

  private read(start: number, first: number): Pick<Token, 'kind' | 'value'> {
    if (first === code.singleQuote || first === code.doubleQuote) return { kind: 'string', value: this.string(start) };
    if (first === code.backtick) return this.template(start);
    if (isWordPart(first)) {
      while (isWordPart(this.source.charCodeAt(this.offset))) this.offset++;
      return { kind: isDigit(first) ? 'number' : 'word', value: this.source.slice(start, this.offset) };
    }
    if (first === code.slash && this.regexMayBegin() && this.takeRegex()) return { kind: 'regex', value: '' };
    this.offset += this.source.startsWith('=>', start) || this.source.startsWith('==', start) ? 2 : 1;
    return { kind: 'punctuation', value: this.source.slice(start, this.offset) };
  }

  private string(start: number): string {
    const quote = this.source.charAt(start);
    for (let at = start + 1; at < this.source.length; at++) {
      const character = this.source.charAt(at);
      if (character === '\\') at += this.source.startsWith('\r\n', at + 1) ? 2 : 1;
      else if (character === '\n') break;
      else if (character === quote) {
        this.offset = at + 1;
        return unescape(this.source.slice(start + 1, at));
      }
    }
    throw new LexicalError('this string does not end', start);
  }

  /** A template without `${}` is a string like any other. */
  private template(start: number): Pick<Token, 'kind' | 'value'> {
    let plain = true;
    for (let at = start + 1; at < this.source.length; at++) {
      const character = this.source.charAt(at);
      if (character === '\\') at++;
      else if (character === '`') {
        this.offset = at + 1;
        const text = this.source.slice(start + 1, at);
        return plain ? { kind: 'string', value: unescape(text) } : { kind: 'template', value: text };
      } else if (character === '$' && this.source.charAt(at + 1) === '{') {
        plain = false;
        at = this.substitutionEnd(at + 2) - 1;
      }
    }
    throw new LexicalError('this template string does not end', start);
  }

  /** The code in `${…}` may hold strings and templates of its own, with braces in them. */
  private substitutionEnd(start: number): number {
    this.offset = start;
    for (let depth = 1; depth > 0;) {
      const token = this.next();
      if (token === undefined) throw new LexicalError('this template string does not end', start);
      if (token.kind !== 'punctuation') continue;
      if (token.value === '{') depth++;
      if (token.value === '}') depth--;
    }
    return this.offset;
  }

  private regexMayBegin(): boolean {
    const before = this.previous;
    if (before === undefined) return true;
    if (before.kind === 'word') return beforeRegex.has(before.value);
    return before.kind === 'punctuation' && before.value !== ')' && before.value !== ']';
  }

  /** Was there a line break on the way? */
  private skipSpaceAndComments(): boolean {
    let lineBreak = false;
    for (;;) {
      const at = this.source.charCodeAt(this.offset);
      if (isSpace(at)) {
        lineBreak ||= at === code.lineFeed;
        this.offset++;
      } else if (at !== code.slash) return lineBreak;
      else if (this.source.startsWith('//', this.offset)) this.comment('line', this.endOfLine(this.offset), 2, 0);
      else if (!this.source.startsWith('/*', this.offset)) return lineBreak;
      else {
        const end = this.source.indexOf('*/', this.offset + 2);
        if (end < 0) throw new LexicalError('this comment does not end', this.offset);
        lineBreak ||= this.source.slice(this.offset, end).includes('\n');
        this.comment('block', end + 2, 2, 2);
      }
    }
  }

  private comment(kind: Comment['kind'], end: number, openMark: number, closeMark: number): void {
    const text = this.source.slice(this.offset + openMark, end - closeMark);
    this.comments.push({ kind, start: this.offset, end, text });
    this.offset = end;
  }

  private endOfLine(from: number): number {
    const end = this.source.indexOf('\n', from);
    return end < 0 ? this.source.length : end;
  }

  private takeRegex(): boolean {
    regex.lastIndex = this.offset;
    if (!regex.test(this.source)) return false;
    this.offset = regex.lastIndex;
    return true;
  }
}

const code = {
  lineFeed: 10,
  doubleQuote: 34,
  hash: 35,
  dollar: 36,
  singleQuote: 39,
  slash: 47,
  at: 64,
  underscore: 95,
  backtick: 96,
} as const;

function isSpace(character: number): boolean {
  return character <= 32 || (character >= 128 && space.test(String.fromCharCode(character)));
}

function isDigit(character: number): boolean {
  return character >= 48 && character <= 57;
}

/** Letters, digits, `_`, `$`, all beyond ASCII; and the marks of private names and decorators, which begin a word. */
function isWordPart(character: number): boolean {
  const letter = character | 32;
  if ((letter >= 97 && letter <= 122) || isDigit(character) || character >= 128) return true;
  const { underscore, dollar, hash, at } = code;
  return character === underscore || character === dollar || character === hash || character === at;
}

const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f', v: '\v', '0': '\0' };

function unescape(text: string): string {
  return text.replace(
    /\\(?:u\{([\da-f]+)\}|u([\da-f]{4})|x([\da-f]{2})|\r\n|([\s\S]))/gi,
    (_all, code, u, x, other) => {
      const hex: string | undefined = code ?? u ?? x;
      if (hex !== undefined) return String.fromCodePoint(Number.parseInt(hex, 16));
      return other === undefined || other === '\n' ? '' : (escapes[other] ?? other);
    },
  );
}

/** The tokens of a source up to its first error: what cannot be read as code is for whoever runs it to report. */
export function readableTokens(source: string): readonly Token[] {
  const tokens: Token[] = [];
  try {
    for (const token of new Lexer(source)) tokens.push(token);
  } catch (error) {
    if (!(error instanceof LexicalError)) throw error;
  }
  return tokens;
}

/** Line and column of an offset, counted from 1. */
export function positionOf(source: string, offset: number): { line: number; column: number } {
  const before = source.slice(0, offset);
  const line = before.split('\n').length;
  return { line, column: offset - before.lastIndexOf('\n') };
}
