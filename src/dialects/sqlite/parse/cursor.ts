import { closingIndex } from '../../../sql/paths.js';
import { UnreadableSchemaError } from '../errors.js';
import { isToken, type Token, tokenize } from './tokens.js';

/** A position in the tokens of one statement of the catalog. */
export class Cursor {
  private readonly tokens: readonly Token[];
  private index = 0;

  /** @param object the name of the object that the statement creates, for the error. */
  constructor(
    readonly sql: string,
    private readonly object: string,
  ) {
    this.tokens = tokenize(sql);
  }

  get done(): boolean {
    return this.index >= this.tokens.length;
  }

  /** The token at a distance from the position. */
  peek(ahead = 0): Token | undefined {
    return this.tokens[this.index + ahead];
  }

  /** Whether these keywords or symbols come next. */
  at(...expected: readonly string[]): boolean {
    return expected.every((text, ahead) => isToken(this.peek(ahead), text));
  }

  atAny(...expected: readonly string[]): boolean {
    return expected.includes(this.peek()?.keyword ?? '');
  }

  /** Skips these keywords or symbols if they come next. @returns whether they did. */
  accept(...expected: readonly string[]): boolean {
    const found = this.at(...expected);
    if (found) this.index += expected.length;
    return found;
  }

  expect(...expected: readonly string[]): void {
    if (!this.accept(...expected)) this.fail(expected.join(' '));
  }

  next(): Token {
    const token = this.peek();
    if (token === undefined) return this.fail('more');
    this.index++;
    return token;
  }

  /** Reads a name in any quotes or none; SQLite accepts a string literal as a name too. */
  name(): string {
    const token = this.next();
    if (!['word', 'quoted', 'string'].includes(token.kind)) this.fail('a name', token);
    return token.value;
  }

  /** Reads a name that may be qualified by a schema, and omits that. */
  qualifiedName(): string {
    const name = this.name();
    return this.accept('.') ? this.name() : name;
  }

  /**
   * Reads the contents of parentheses as written, without a comment at the end, which would hide what is appended later.
   */
  parenthesised(): string {
    const closing = closingIndex(this.tokens, this.index);
    if (!this.at('(') || closing >= this.tokens.length) return this.fail('an expression in parentheses');
    const [first, last] = [this.tokens[this.index + 1], this.tokens[closing - 1]];
    this.index = closing + 1;
    return this.sql.slice(first?.start, last?.end);
  }

  /** Reads the rest as written, without the semicolon at the end. */
  rest(): string {
    const [first, last] = [this.peek(), this.tokens.at(-1)];
    this.index = this.tokens.length;
    if (first === undefined || last === undefined) return '';
    return this.sql.slice(first.start, isToken(last, ';') ? last.start : last.end).trim();
  }

  fail(expected: string, found: Token | undefined = this.peek()): never {
    const what = found === undefined ? 'it ends' : `there is ${found.text} at character ${found.start}`;
    throw new UnreadableSchemaError(this.object, `expected ${expected}, but ${what}`, this.sql);
  }
}
