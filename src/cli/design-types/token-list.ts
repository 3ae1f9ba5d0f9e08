import { Lexer, type Token } from '../../repository/files/lexer.js';

const closing: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };

/** The tokens of a TypeScript source, with what closes each bracket. */
export class TokenList {
  private readonly tokens: readonly Token[];
  private readonly ends: readonly number[];
  private readonly partners = new Map<number, number>();

  /** @throws LexicalError when a string or a comment does not end */
  constructor(readonly source: string) {
    const lexer = new Lexer(source);
    const tokens: Token[] = [];
    const ends: number[] = [];
    for (let token = lexer.next(); token !== undefined; token = lexer.next()) {
      // The lexer takes the sign of a decorator for a part of its name.
      if (token.kind === 'word' && token.value.startsWith('@')) {
        tokens.push({ ...token, kind: 'punctuation', value: '@' });
        ends.push(token.start + 1);
        if (token.value === '@') continue;
        token = { kind: 'word', value: token.value.slice(1), start: token.start + 1, afterLineBreak: false };
      }
      tokens.push(token);
      ends.push(lexer.position);
    }
    matchBrackets(tokens, this.partners);
    this.tokens = tokens;
    this.ends = ends;
  }

  get length(): number {
    return this.tokens.length;
  }

  /** Text of a word or a sign; empty for strings, templates and numbers. */
  at(index: number): string {
    const token = this.tokens[index];
    return token?.kind === 'word' || token?.kind === 'punctuation' ? token.value : '';
  }

  kind(index: number): Token['kind'] | 'end' {
    return this.tokens[index]?.kind ?? 'end';
  }

  isWord(index: number): boolean {
    return this.tokens[index]?.kind === 'word';
  }

  /** What a string means, or what is written of a number or a template. */
  value(index: number): string {
    return this.tokens[index]?.value ?? '';
  }

  afterLineBreak(index: number): boolean {
    return this.tokens[index]?.afterLineBreak ?? true;
  }

  /** Offset in the source where a token begins. */
  start(index: number): number {
    return this.tokens[index]?.start ?? this.source.length;
  }

  /** Offset behind a token. */
  end(index: number): number {
    return this.ends[index] ?? this.source.length;
  }

  /** Index of the bracket that closes the one at an index; the end of the source when there is none. */
  partner(index: number): number {
    return this.partners.get(index) ?? this.length;
  }

  isOpening(index: number): boolean {
    return this.at(index) in closing;
  }

  /** Index behind `<…>` at an index; the index itself where there is none, or it is a comparison. */
  afterAngles(index: number): number {
    if (this.at(index) !== '<') return index;
    let depth = 0;
    for (let at = index; at < this.length; at++) {
      if (this.at(at) === '<') depth++;
      else if (this.at(at) === '>') depth--;
      else if (this.isOpening(at)) at = this.partner(at);
      else if (this.at(at) === ';') return index;
      if (depth === 0) return at + 1;
    }
    return index;
  }

  line(index: number): number {
    return this.source.slice(0, this.start(index)).split('\n').length;
  }
}

function matchBrackets(tokens: readonly Token[], partners: Map<number, number>): void {
  const open: number[] = [];
  for (const [index, { kind, value }] of tokens.entries()) {
    if (kind !== 'punctuation') continue;
    if (value in closing) open.push(index);
    const last = open.at(-1);
    if (last === undefined || closing[tokens[last]?.value ?? ''] !== value) continue;
    open.pop();
    partners.set(last, index);
  }
}
