import { Lexer, type Token } from '../../repository/files/lexer.js';

const closing: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };

/** The tokens of a TypeScript source, with what closes each bracket. */
export class TokenList {
  private readonly tokens: readonly Token[];
  private readonly partners = new Map<number, number>();

  /** @throws LexicalError when a string or a comment does not end */
  constructor(readonly source: string) {
    const tokens: Token[] = [];
    for (const token of new Lexer(source)) {
      // The lexer takes the sign of a decorator for a part of its name.
      if (token.kind === 'word' && token.value.startsWith('@')) {
        const start = token.start + 1;
        tokens.push({ ...token, kind: 'punctuation', value: '@', end: start });
        if (token.value !== '@') tokens.push({ ...token, value: token.value.slice(1), start, afterLineBreak: false });
      } else tokens.push(token);
    }
    matchBrackets(tokens, this.partners);
    this.tokens = tokens;
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
    return this.tokens[index]?.end ?? this.source.length;
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
