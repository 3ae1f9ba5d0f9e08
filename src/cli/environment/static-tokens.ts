const token =
  /\s+|([A-Za-z_$][\w$]*)|(\d+)|('(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*")|(`(?:\\.|[^`\\])*`)|(\?\?|\|\||&&|[!=]==?|\?\.|\.\.\.|[^\s])/gy;

export interface Token {
  readonly kind: 'name' | 'number' | 'string' | 'template' | 'sign' | 'end';
  readonly text: string;
}

/** Reads the tokens of an expression; comments are taken out before. */
export class TokenReader {
  constructor(
    private readonly text: string,
    private offset: number,
  ) {}

  /** Whether these characters come next. */
  startsWith(characters: string): boolean {
    return this.text.startsWith(characters, this.offset);
  }

  next(): Token {
    for (;;) {
      token.lastIndex = this.offset;
      const found = token.exec(this.text);
      if (found === null) return { kind: 'end', text: '' };
      this.offset = token.lastIndex;
      const [all, name, number, string, template, sign] = found;
      if (name !== undefined) return { kind: 'name', text: name };
      if (number !== undefined) return { kind: 'number', text: number };
      if (string !== undefined) return { kind: 'string', text: string };
      if (template !== undefined) return { kind: 'template', text: template };
      if (sign !== undefined) return { kind: 'sign', text: sign === '?.' ? '.' : all };
    }
  }
}

/** What a string literal means. */
export function unquote(literal: string): string {
  return literal.slice(1, -1).replaceAll(/\\([\s\S])/g, (_all, escaped: string) => unescape(escaped));
}

/** The character that a backslash before this one means. */
export function unescape(character: string): string {
  return ({ n: '\n', t: '\t' } as Record<string, string>)[character] ?? character;
}
