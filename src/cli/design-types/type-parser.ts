import type { TokenList } from './token-list.js';
import type { Keyword, TypeNode, TypeParameter } from './type-node.js';

/** A source has something else where a type was expected. The compiler will report it. */
export class NotAType extends Error {}

const keywords = new Set<string>([
  'string',
  'number',
  'boolean',
  'bigint',
  'symbol',
  'object',
  'void',
  'undefined',
  'null',
  'never',
  'any',
  'unknown',
  'this',
  'intrinsic',
]);

/** A type, and the index of the token behind it. */
export interface ParsedType {
  readonly type: TypeNode;
  readonly end: number;
}

/** @throws NotAType */
export function parseType(tokens: TokenList, index: number): ParsedType {
  const parser = new TypeParser(tokens, index);
  const type = parser.type();
  return { type, end: parser.index };
}

/** The parameters in `<…>` at an index, and the index behind them. @throws NotAType */
export function parseTypeParameters(
  tokens: TokenList,
  index: number,
): { readonly parameters: readonly TypeParameter[]; readonly end: number } {
  const parser = new TypeParser(tokens, index);
  return { parameters: parser.parameters(), end: parser.index };
}

class TypeParser {
  constructor(
    private readonly tokens: TokenList,
    public index: number,
  ) {}

  type(): TypeNode {
    if (this.isFunction()) return this.functionType();
    const checked = this.list('|', 'union', () => this.list('&', 'intersection', () => this.prefixed()));
    return this.conditional(checked);
  }

  parameters(): readonly TypeParameter[] {
    if (!this.accept('<')) return [];
    const found: TypeParameter[] = [];
    while (!this.accept('>')) {
      while (['const', 'in', 'out'].includes(this.at()) && this.tokens.isWord(this.index + 1)) this.index++;
      const name = this.word();
      const constraint = this.accept('extends') ? this.type() : undefined;
      const defaultType = this.accept('=') ? this.type() : undefined;
      found.push({ name, ...(constraint && { constraint }), ...(defaultType && { defaultType }) });
      if (!this.accept(',') && this.at() !== '>') throw new NotAType();
    }
    return found;
  }

  private conditional(checked: TypeNode): TypeNode {
    if (!this.accept('extends')) return checked;
    if (this.isFunction()) this.functionType();
    else this.list('|', 'union', () => this.list('&', 'intersection', () => this.prefixed()));
    this.expect('?');
    const yes = this.type();
    this.expect(':');
    return { kind: 'conditional', yes, no: this.type() };
  }

  private list(sign: string, kind: 'union' | 'intersection', part: () => TypeNode): TypeNode {
    this.accept(sign);
    const first = this.isFunction() ? this.functionType() : part();
    const types = [first];
    while (this.accept(sign)) types.push(this.isFunction() ? this.functionType() : part());
    return types.length === 1 ? first : { kind, types };
  }

  private prefixed(): TypeNode {
    const word = this.at();
    if (['keyof', 'readonly', 'unique'].includes(word) && this.beginsType(this.index + 1)) {
      this.index++;
      return { kind: word as 'keyof' | 'readonly' | 'unique', type: this.prefixed() };
    }
    if (word === 'infer' && this.tokens.isWord(this.index + 1)) {
      this.index += 2;
      // `infer X extends Y ?` belongs to the conditional type: the constraint is left to it.
      return { kind: 'infer' };
    }
    return this.postfixed(this.primary());
  }

  private postfixed(type: TypeNode): TypeNode {
    let result = type;
    while (this.at() === '[' && !this.tokens.afterLineBreak(this.index)) {
      this.index++;
      if (this.accept(']')) result = { kind: 'array', element: result };
      else {
        const index = this.type();
        this.expect(']');
        result = { kind: 'indexed', object: result, index };
      }
    }
    return result;
  }

  private primary(): TypeNode {
    const { tokens } = this;
    const at = this.index;
    const kind = tokens.kind(at);
    if (kind === 'string') return this.literal('string', tokens.value(at));
    if (kind === 'template') return this.literal('string', '');
    if (kind === 'number') return this.number();
    if (kind === 'word') return this.named();
    if (this.at() === '-') {
      this.index++;
      return this.number();
    }
    if (this.at() === '{') {
      const close = tokens.partner(at);
      this.index = close + 1;
      return { kind: 'object', open: at, close };
    }
    if (this.at() === '[') return this.tuple();
    if (this.at() === '(') {
      this.index++;
      const type = this.type();
      this.expect(')');
      return type;
    }
    throw new NotAType();
  }

  private named(): TypeNode {
    const { tokens } = this;
    const word = this.word();
    if (word === 'typeof') return this.typeQuery();
    if (word === 'import' && this.at() === '(') return this.importType();
    if (word === 'asserts' && tokens.isWord(this.index) && !tokens.afterLineBreak(this.index)) {
      this.index++;
      if (this.accept('is')) this.type();
      return { kind: 'predicate', asserts: true };
    }
    if (this.at() === 'is' && !tokens.afterLineBreak(this.index)) {
      this.index++;
      this.type();
      return { kind: 'predicate', asserts: false };
    }
    if (word === 'true' || word === 'false') return { kind: 'literal', of: 'boolean', text: word };
    if (keywords.has(word) && this.at() !== '.') return { kind: 'keyword', name: word as Keyword };
    return { kind: 'reference', path: this.path(word), args: this.typeArguments() };
  }

  private typeQuery(): TypeNode {
    if (this.at() === 'import') {
      this.index++;
      return this.importType();
    }
    const path = this.path(this.word());
    this.typeArguments();
    return { kind: 'typeof', path };
  }

  /** `import('./status').Status`, behind the word. */
  private importType(): TypeNode {
    const close = this.tokens.partner(this.index);
    const specifier = this.tokens.value(this.index + 1);
    this.index = close + 1;
    const path: string[] = [];
    while (this.accept('.')) path.push(this.word());
    this.typeArguments();
    return { kind: 'import', specifier, path };
  }

  private tuple(): TypeNode {
    const close = this.tokens.partner(this.index);
    this.index++;
    const elements: TypeNode[] = [];
    while (this.index < close) {
      while (this.at() === '.') this.index++;
      const isNamed =
        this.tokens.isWord(this.index) &&
        [':', '?'].includes(this.tokens.at(this.index + 1)) &&
        this.tokens.at(this.index + 2) !== ',';
      if (isNamed) this.index += this.tokens.at(this.index + 1) === '?' ? 3 : 2;
      elements.push(this.type());
      this.accept('?');
      if (!this.accept(',') && this.index < close) throw new NotAType();
    }
    this.index = close + 1;
    return { kind: 'tuple', elements };
  }

  private path(first: string): readonly string[] {
    const path = [first];
    while (this.at() === '.' && this.tokens.isWord(this.index + 1)) {
      this.index++;
      path.push(this.word());
    }
    return path;
  }

  private typeArguments(): readonly TypeNode[] {
    if (this.at() !== '<' || this.tokens.afterLineBreak(this.index)) return [];
    this.index++;
    const args: TypeNode[] = [];
    while (!this.accept('>')) {
      args.push(this.type());
      if (!this.accept(',') && this.at() !== '>') throw new NotAType();
    }
    return args;
  }

  private literal(of: 'string' | 'number' | 'bigint' | 'boolean', text: string): TypeNode {
    this.index++;
    return { kind: 'literal', of, text };
  }

  /** `1.5` is three tokens. */
  private number(): TypeNode {
    const { tokens } = this;
    const text = tokens.value(this.index);
    if (tokens.kind(this.index) !== 'number' && this.at() !== '.') throw new NotAType();
    while (tokens.kind(this.index) === 'number' || this.at() === '.') this.index++;
    return { kind: 'literal', of: /^\d[\d_]*n$/.test(text) ? 'bigint' : 'number', text };
  }

  /** `(a: A) => B`, `<T>(a: T) => B`, `new () => A`, `abstract new () => A`. */
  private isFunction(): boolean {
    const { tokens } = this;
    let at = this.index;
    if (tokens.at(at) === 'abstract' && tokens.at(at + 1) === 'new') at++;
    if (tokens.at(at) === 'new') at++;
    at = tokens.afterAngles(at);
    return tokens.at(at) === '(' && tokens.at(tokens.partner(at) + 1) === '=>';
  }

  private functionType(): TypeNode {
    const isConstructor = ['new', 'abstract'].includes(this.at());
    while (this.at() !== '(' && this.at() !== '<') this.index++;
    this.index = this.tokens.partner(this.tokens.afterAngles(this.index)) + 1;
    this.expect('=>');
    this.type();
    return { kind: 'function', isConstructor };
  }

  private beginsType(index: number): boolean {
    const { tokens } = this;
    return ['word', 'string', 'number', 'template'].includes(tokens.kind(index)) || tokens.isOpening(index);
  }

  private at(): string {
    return this.tokens.at(this.index);
  }

  private word(): string {
    if (!this.tokens.isWord(this.index)) throw new NotAType();
    return this.tokens.at(this.index++);
  }

  private accept(text: string): boolean {
    if (this.at() !== text) return false;
    this.index++;
    return true;
  }

  private expect(text: string): void {
    if (!this.accept(text)) throw new NotAType();
  }
}
