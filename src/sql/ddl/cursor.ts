import type { ObjectName } from './statement.js';
import { pathAt, typeEnd } from '../paths.js';
import type { SqlRules } from '../rules.js';
import type { SqlToken } from '../scanner.js';

/** Reads the tokens of one statement from left to right. Keywords are given in capitals, several in one string. */
export class TokenCursor {
  private at = 0;

  /** @param tokens without white space and comments */
  constructor(
    private readonly tokens: readonly SqlToken[],
    private readonly sql: string,
    private readonly rules: SqlRules,
  ) {}

  get token(): SqlToken | undefined {
    return this.tokens[this.at];
  }

  get isAtEnd(): boolean {
    return this.at >= this.tokens.length;
  }

  /** Whether these keywords come next. */
  is(keywords: string): boolean {
    return keywords.split(' ').every((keyword, ahead) => this.tokens[this.at + ahead]?.is(keyword));
  }

  /** Passes over these keywords, where they come next. @returns whether they did */
  take(keywords: string): boolean {
    const isNext = this.is(keywords);
    if (isNext) this.at += keywords.split(' ').length;
    return isNext;
  }

  /** Passes over the first of these alternatives that comes next. @returns it; undefined where none does */
  takeOneOf(alternatives: readonly string[]): string | undefined {
    return alternatives.find((keywords) => this.take(keywords));
  }

  /** Passes over all of these that come next, in any order. @returns those that did */
  takeAll(alternatives: readonly string[]): ReadonlySet<string> {
    const taken = new Set<string>();
    for (let next; (next = this.takeOneOf(alternatives)) !== undefined;) taken.add(next);
    return taken;
  }

  /** Passes over one token. @returns it */
  skip(): SqlToken | undefined {
    return this.tokens[this.at++];
  }

  /** A name without qualifiers, as the catalog has it. */
  name(): string | undefined {
    const { token } = this;
    if (token?.isName !== true) return undefined;
    this.at++;
    return nameOf(token, this.rules);
  }

  /** A name that may have a schema. */
  path(): ObjectName | undefined {
    return asObject(this.names(), this.rules);
  }

  /** Of a path the part before its last name: the table of `schema.table.column`. */
  pathBeforeLast(): ObjectName | undefined {
    return asObject(this.names().slice(0, -1), this.rules);
  }

  private names(): readonly string[] {
    const path = pathAt(this.tokens, this.at);
    if (path !== undefined) this.at = path.next;
    return path?.names.map((each) => nameOf(each, this.rules)) ?? [];
  }

  /** The paths of a list with commas. */
  paths(): readonly ObjectName[] {
    const paths: ObjectName[] = [];
    do {
      const path = this.path();
      if (path === undefined) break;
      paths.push(path);
      this.take('*');
    } while (this.take(','));
    return paths;
  }

  /** A type, as it is written. */
  type(): string | undefined {
    const start = this.at;
    const end = typeEnd(this.tokens, start);
    this.at = end;
    return end > start ? this.textBetween(start, end) : undefined;
  }

  /** The content of the parentheses that begin here. */
  group(): TokenCursor | undefined {
    if (!this.is('(')) return undefined;
    const start = this.at + 1;
    this.at = this.closing();
    return new TokenCursor(this.tokens.slice(start, this.at - 1), this.sql, this.rules);
  }

  /** The parts of the content of the parentheses that begin here, between its commas. */
  groupParts(): readonly TokenCursor[] {
    const group = this.group();
    if (group === undefined) return [];
    const parts: TokenCursor[] = [];
    while (!group.isAtEnd) {
      const start = group.at;
      group.until([',']);
      parts.push(new TokenCursor(group.tokens.slice(start, group.at), this.sql, this.rules));
      group.take(',');
    }
    return parts;
  }

  /** The names at the begin of each part of the parentheses that begin here; undefined for a part that is an expression. */
  groupNames(): readonly (string | undefined)[] {
    return this.groupParts().map((part) => {
      const name = part.name();
      return part.is('(') ? undefined : name;
    });
  }

  /** The text up to one of these keywords outside of parentheses, or to the end. */
  until(stops: readonly string[]): string {
    const start = this.at;
    while (!this.isAtEnd && !stops.some((stop) => this.is(stop))) this.at = this.is('(') ? this.closing() : this.at + 1;
    return this.textBetween(start, this.at);
  }

  /** What `until` returns; the cursor stays. */
  textUntil(stops: readonly string[]): string {
    const { at } = this;
    const text = this.until(stops);
    this.at = at;
    return text;
  }

  /** The rest of the statement. */
  rest(): string {
    const start = this.at;
    this.at = this.tokens.length;
    return this.textBetween(start, this.at);
  }

  /** Whether one of the tokens that follow, in parentheses or not, is this keyword. */
  has(keyword: string): boolean {
    return this.tokens.slice(this.at).some((token) => token.is(keyword));
  }

  /** Index after the `)` that closes the `(` which comes next. */
  private closing(): number {
    let depth = 0;
    for (let at = this.at; at < this.tokens.length; at++) {
      if (this.tokens[at]?.is('(')) depth++;
      if (this.tokens[at]?.is(')') && --depth === 0) return at + 1;
    }
    return this.tokens.length;
  }

  private textBetween(start: number, end: number): string {
    const [first, last] = [this.tokens[start], this.tokens[end - 1]];
    return first === undefined || last === undefined || end <= start ? '' : this.sql.slice(first.start, last.end);
  }
}

function asObject(names: readonly string[], { ownSchemas }: SqlRules): ObjectName | undefined {
  const [name, schema] = names.slice(-2).toReversed();
  if (name === undefined) return undefined;
  return schema === undefined || ownSchemas?.includes(schema.toLowerCase()) ? { name } : { schema, name };
}

function nameOf(token: SqlToken, rules: SqlRules): string {
  return token.kind === 'word' && rules.foldsNames ? token.text.toLowerCase() : token.value;
}
