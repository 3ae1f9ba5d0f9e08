import { LexicalError, Lexer, type Token } from '../../../repository/files/lexer.js';

/** Words that are values. */
const VALUES = new Set(['true', 'false', 'null', 'undefined']);

/** What may be between literals. */
const SIGNS = new Set(['{', '}', '[', ']', ',', ':', '+', '-']);

/**
 * Whether a function of a revision does nothing but call methods of `op` with literals, one after the other: it sees no answer and no
 * error, and does the same each time. So its calls may be made before any of their statements is sent.
 *
 * @param methods the methods of `op` that it may call
 * @example isPlain(async (op) => { await op.dropTable('user'); }, new Set(['dropTable'])) // true
 */
export function isPlain(fn: (...args: never[]) => unknown, methods: ReadonlySet<string>): boolean {
  try {
    return new PlainReader(new Lexer(Function.prototype.toString.call(fn)), methods).isPlain();
  } catch (error) {
    if (error instanceof LexicalError) return false;
    throw error;
  }
}

class PlainReader {
  private token: Token | undefined;

  constructor(
    private readonly lexer: Lexer,
    private readonly methods: ReadonlySet<string>,
  ) {
    this.token = lexer.next();
  }

  isPlain(): boolean {
    const parameter = this.header();
    if (parameter === undefined) return false;
    while (!this.is('}')) if (!this.call(parameter)) return false;
    this.next();
    return this.token === undefined;
  }

  /** `async function upgrade(op) {`, `async upgrade(op) {` or `async (op) => {`. @returns the name of the parameter */
  private header(): string | undefined {
    if (!this.accept('async')) return undefined;
    this.accept('function');
    if (this.token?.kind === 'word') this.next();
    if (!this.accept('(')) return undefined;
    const name = this.word();
    if (!this.accept(')')) return undefined;
    this.accept('=>');
    return this.accept('{') ? name : undefined;
  }

  /** `await op.method(…);` */
  private call(parameter: string): boolean {
    if (!this.accept('await') || !this.accept(parameter) || !this.accept('.')) return false;
    const method = this.word();
    if (method === undefined || !this.methods.has(method) || !this.accept('(') || !this.literals()) return false;
    return this.accept(';') || this.is('}') || this.token?.afterLineBreak === true;
  }

  /** All up to the sign that closes the call. */
  private literals(): boolean {
    let previous: Token | undefined;
    while (!this.is(')')) {
      const { token } = this;
      if (token === undefined) return false;
      this.next();
      if (!this.isLiteral(token, previous)) return false;
      previous = token;
    }
    this.next();
    return true;
  }

  private isLiteral({ kind, value }: Token, previous: Token | undefined): boolean {
    if (kind === 'string') return true;
    if (kind === 'number') return true;
    if (kind === 'punctuation') return SIGNS.has(value) || (value === '.' && previous?.kind === 'number');
    const isKey = this.is(':') && (previous?.value === '{' || previous?.value === ',');
    return kind === 'word' && (isKey || VALUES.has(value));
  }

  private word(): string | undefined {
    const { token } = this;
    if (token?.kind !== 'word') return undefined;
    this.next();
    return token.value;
  }

  private accept(value: string): boolean {
    const isThere = this.is(value);
    if (isThere) this.next();
    return isThere;
  }

  private is(value: string): boolean {
    return this.token?.value === value && (this.token.kind === 'word' || this.token.kind === 'punctuation');
  }

  private next(): void {
    this.token = this.lexer.next();
  }
}
