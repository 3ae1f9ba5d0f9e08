import { positionOf, readableTokens, type Token } from '../../repository/files/lexer.js';

/** A function of a file: what it is called, its parameters, and which tokens are its body. */
export interface FunctionText {
  /** Absent for one that is passed on, or called, where it is written. */
  readonly name?: string;
  /** Index of the first token of each parameter. */
  readonly parameters: readonly number[];
  /** First and last token of the body. */
  readonly start: number;
  readonly end: number;
}

const closing: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };

/** The tokens of a TypeScript or JavaScript file, and the few questions about them that need no parser. */
export class SourceText {
  readonly tokens: readonly Token[];
  private readonly partners: ReadonlyMap<number, number>;
  private knownFunctions: readonly FunctionText[] | undefined;

  constructor(private readonly source: string) {
    this.tokens = readableTokens(source);
    this.partners = matchBrackets(this.tokens);
  }

  /** Text of a token that is a word or punctuation; empty for strings, which are not code. */
  at(index: number): string {
    const token = this.tokens[index];
    return token === undefined || token.kind === 'string' || token.kind === 'template' ? '' : token.value;
  }

  /** Value of a string without substitutions. */
  stringAt(index: number): string | undefined {
    const token = this.tokens[index];
    return token?.kind === 'string' ? token.value : undefined;
  }

  isWord(index: number): boolean {
    return this.tokens[index]?.kind === 'word';
  }

  lineOf(index: number): number {
    return positionOf(this.source, this.tokens[index]?.start ?? 0).line;
  }

  /** Source between two tokens on one line, the second excluded. */
  excerpt(start: number, end: number): string {
    const from = this.tokens[start]?.start ?? 0;
    const to = this.tokens[end]?.start ?? this.source.length;
    return this.source.slice(from, to).trim().replaceAll(/\s+/g, ' ');
  }

  /** Index of the bracket that closes, or opens, the one at an index; the end of the file when there is none. */
  partner(index: number): number {
    return this.partners.get(index) ?? this.tokens.length;
  }

  /** Indices of a word. */
  *indicesOf(word: string): Iterable<number> {
    for (let index = 0; index < this.tokens.length; index++) {
      if (this.at(index) === word && this.isWord(index)) yield index;
    }
  }

  /** The bracket that type arguments (`<A, B<C>>`) lead to, or the index itself where there are none. */
  afterTypeArguments(index: number): number {
    if (this.at(index) !== '<') return index;
    for (let depth = 0, at = index; at < this.tokens.length; at++) {
      if (this.at(at) === '<') depth++;
      else if (this.at(at) === '>') depth--;
      else if (this.at(at) in closing) at = this.partner(at);
      if (depth === 0) return at + 1;
    }
    return index;
  }

  /** Start of each argument of a call whose opening parenthesis is at an index. */
  argumentsOf(open: number): readonly number[] {
    const close = this.partner(open);
    if (close === open + 1) return [];
    const starts = [open + 1];
    for (let at = open + 1; at < close; at++) {
      if (this.at(at) in closing) at = this.partner(at);
      else if (this.at(at) === ',' && at + 1 < close) starts.push(at + 1);
    }
    return starts;
  }

  /** Every function and method, outer ones first. */
  get functions(): readonly FunctionText[] {
    return (this.knownFunctions ??= this.tokens.flatMap((_token, index) => this.functionAt(index) ?? []));
  }

  /** The functions around a token, the innermost first. */
  functionsAround(index: number): readonly FunctionText[] {
    return this.functions.filter(({ start, end }) => start < index && index < end).toReversed();
  }

  /** A function whose body begins at an index: `{` behind parameters, or what follows an arrow. */
  private functionAt(index: number): FunctionText | undefined {
    if (this.at(index) === '=>') return this.arrowFunction(index);
    if (this.at(index) !== '{') return undefined;
    const close = this.beforeReturnType(index - 1);
    if (close === undefined || this.at(close) !== ')') return undefined;
    const open = this.partner(close);
    const name = open - 1;
    if (!this.isWord(name) || ['if', 'for', 'while', 'switch', 'catch', 'with'].includes(this.at(name))) {
      return undefined;
    }
    return {
      ...(this.at(name) === 'function' ? {} : { name: this.at(name) }),
      parameters: this.argumentsOf(open),
      start: index,
      end: this.partner(index),
    };
  }

  private arrowFunction(arrow: number): FunctionText {
    const before = this.beforeReturnType(arrow - 1) ?? arrow - 1;
    const isList = this.at(before) === ')';
    const start = isList ? this.partner(before) : before;
    const assigned = this.at(start - 1) === 'async' ? start - 2 : start - 1;
    const name = this.at(assigned) === '=' ? this.declaredName(assigned) : undefined;
    return {
      ...(name === undefined ? {} : { name }),
      parameters: isList ? this.argumentsOf(start) : [before],
      start: arrow,
      end: this.at(arrow + 1) === '{' ? this.partner(arrow + 1) : this.endOfExpression(arrow + 1),
    };
  }

  /** The name that an `=` gives a value to, with or without a type before the `=`. */
  private declaredName(equals: number): string | undefined {
    for (let at = equals - 1; at >= Math.max(0, equals - 40); at--) {
      if (['const', 'let', 'var'].includes(this.at(at))) return this.at(at + 1);
      if (this.at(at) === ';') break;
    }
    return this.isWord(equals - 1) ? this.at(equals - 1) : undefined;
  }

  /** `): Promise<void> {` has a type between parameters and body. @returns the index before that type */
  private beforeReturnType(index: number): number | undefined {
    if (this.at(index) === ')') return index;
    for (let at = index; at > Math.max(0, index - 40); at--) {
      if (this.at(at) === ':' && this.at(at - 1) === ')') return at - 1;
      if ([';', '{', '}', '=', '=>', '('].includes(this.at(at))) return undefined;
    }
    return undefined;
  }

  private endOfExpression(start: number): number {
    for (let at = start; at < this.tokens.length; at++) {
      if (this.at(at) in closing) at = this.partner(at);
      else if ([',', ';', ')', ']', '}'].includes(this.at(at))) return at;
    }
    return this.tokens.length;
  }
}

function matchBrackets(tokens: readonly Token[]): ReadonlyMap<number, number> {
  const partners = new Map<number, number>();
  const open: number[] = [];
  tokens.forEach(({ kind, value }, index) => {
    if (kind !== 'punctuation') return;
    if (value in closing) open.push(index);
    const last = open.at(-1);
    if (last === undefined || closing[tokens[last]?.value ?? ''] !== value) return;
    open.pop();
    partners.set(last, index).set(index, last);
  });
  return partners;
}
