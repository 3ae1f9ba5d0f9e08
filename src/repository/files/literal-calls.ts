import { LexicalError, Lexer, type Token } from './lexer.js';

/** A call of a method whose arguments are literals: `op.addColumn('user', { name: 'age', type: 'integer' })`. */
export interface LiteralCall {
  readonly method: string;
  /** In a batch the table comes first, as if the call were made on `op`. */
  readonly args: readonly unknown[];
}

/** What is no literal: a variable, a call, a function. */
const OTHER = Symbol('no literal');

/**
 * The calls of methods in the source of a function, in the order in which they are written. The function is not run.
 *
 * Members of objects and lists that are no literals are left out, and so are calls whose first argument is none.
 *
 * @returns none for a source that does not read
 */
export function literalCalls(source: string): readonly LiteralCall[] {
  try {
    return new CallReader([...new Lexer(source)]).calls();
  } catch (error) {
    if (error instanceof LexicalError) return [];
    throw error;
  }
}

interface Batch {
  readonly table: unknown;
  readonly end: number;
}

class CallReader {
  private at = 0;

  constructor(private readonly tokens: readonly Token[]) {}

  calls(): readonly LiteralCall[] {
    const found: LiteralCall[] = [];
    let batch: Batch | undefined;
    for (let start = 0; start < this.tokens.length; start++) {
      if (batch !== undefined && start > batch.end) batch = undefined;
      const method = this.methodAt(start);
      if (method === undefined) continue;
      this.at = start + 3;
      const args = this.list(')');
      if (method === 'batch') batch = { table: args[0], end: this.at };
      else found.push({ method, args: batch === undefined ? args : [batch.table, ...args] });
    }
    return found.filter(({ args }) => args[0] !== OTHER).map(withoutOthers);
  }

  /** The name in `.name(`. */
  private methodAt(start: number): string | undefined {
    const name = this.tokens[start + 1];
    const isCall = this.is('.', start) && name?.kind === 'word' && this.is('(', start + 2);
    return isCall ? name.value : undefined;
  }

  private is(sign: string, at = this.at): boolean {
    const token = this.tokens[at];
    return token?.kind === 'punctuation' && token.value === sign;
  }

  /** Values up to the sign that ends them. */
  private list(end: string): unknown[] {
    const values: unknown[] = [];
    while (this.at < this.tokens.length && !this.is(end)) {
      values.push(this.value());
      if (this.is(',')) this.at++;
    }
    this.at++;
    return values;
  }

  private object(): Readonly<Record<string, unknown>> {
    const entries: [string, unknown][] = [];
    while (this.at < this.tokens.length && !this.is('}')) {
      const key = this.tokens[this.at];
      const isNamed = (key?.kind === 'word' || key?.kind === 'string') && this.is(':', this.at + 1);
      if (isNamed) this.at += 2;
      const value = this.value();
      if (isNamed && value !== OTHER) entries.push([key.value, value]);
      if (this.is(',')) this.at++;
    }
    this.at++;
    return Object.fromEntries(entries);
  }

  /** The next value, up to the comma or the sign that ends the list which it is in. */
  private value(): unknown {
    const value = this.literal();
    if (this.isEnd()) return value;
    this.skip();
    return OTHER;
  }

  private literal(): unknown {
    const token = this.tokens[this.at];
    if (token === undefined || this.isEnd()) return OTHER;
    this.at++;
    if (token.kind === 'string') return token.value;
    if (token.kind === 'number') return Number(token.value);
    if (token.kind === 'word') return WORDS.has(token.value) ? WORDS.get(token.value) : OTHER;
    if (token.kind !== 'punctuation') return OTHER;
    if (token.value === '[') return this.list(']');
    if (token.value === '{') return this.object();
    if (token.value === '(') this.list(')');
    return OTHER;
  }

  private isEnd(): boolean {
    return this.at >= this.tokens.length || [',', ')', ']', '}'].some((sign) => this.is(sign));
  }

  /** Passes over what is no literal, whatever brackets are in it. */
  private skip(): void {
    for (let depth = 0; this.at < this.tokens.length && (depth > 0 || !this.isEnd()); this.at++) {
      if (['(', '[', '{'].some((sign) => this.is(sign))) depth++;
      else if ([')', ']', '}'].some((sign) => this.is(sign))) depth--;
    }
  }
}

const WORDS = new Map<string, unknown>([
  ['true', true],
  ['false', false],
  ['null', null],
  ['undefined', undefined],
]);

function withoutOthers({ method, args }: LiteralCall): LiteralCall {
  return { method, args: args.map(listed) };
}

function listed(value: unknown): unknown {
  if (value === OTHER) return undefined;
  if (Array.isArray(value)) return value.filter((item) => item !== OTHER).map(listed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, listed(item)]));
}
