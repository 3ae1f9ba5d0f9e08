import type { SqlToken } from './scanner.js';

/** A name with its qualifiers: `schema.table.column`. */
export interface NamePath {
  readonly names: readonly SqlToken[];
  /** Index of its first token. */
  readonly at: number;
  /** Index of the first token after it. */
  readonly next: number;
}

/** The path that begins at a token; undefined where the token is not a name. */
export function pathAt(code: readonly SqlToken[], at: number): NamePath | undefined {
  const names: SqlToken[] = [];
  for (let next = at; ; next += 2) {
    const name = code[next];
    if (name?.isName) names.push(name);
    else return names.length === 0 ? undefined : { names, at, next: next - 1 };
    if (!code[next + 1]?.is('.')) return { names, at, next: next + 1 };
  }
}

/** All names and paths of names, keywords among them. */
export function pathsIn(code: readonly SqlToken[]): NamePath[] {
  const paths: NamePath[] = [];
  for (let at = 0; at < code.length;) {
    const path = code[at - 1]?.is('.') ? undefined : pathAt(code, at);
    if (path !== undefined) paths.push(path);
    at = path?.next ?? at + 1;
  }
  return paths;
}

/** Whether a token is this name; an unquoted one counts in small letters, as PostgreSQL reads it. */
export function isNamed(token: SqlToken | undefined, name: string): boolean {
  return token?.isName === true && (token.kind === 'quoted' ? token.value : token.text.toLowerCase()) === name;
}

/** Whether the token before a path makes it a type: `::`, or the AS of a CAST. */
export function isTypePlace(before: SqlToken | undefined): boolean {
  return before?.is('::') === true || before?.is('AS') === true;
}

const SECOND_WORDS: Readonly<Record<string, string>> = { CHARACTER: 'VARYING', BIT: 'VARYING', DOUBLE: 'PRECISION' };

/** Index after the type that begins at a token: `character varying(10)`, `timestamp(3) with time zone`, `s."T"[]`. */
export function typeEnd(code: readonly SqlToken[], at: number): number {
  const path = pathAt(code, at);
  if (path === undefined) return at;
  const isFollowedBy = (from: number, words: readonly string[]): boolean =>
    words.every((word, ahead) => code[from + ahead]?.is(word));
  let end = path.next;
  const second = SECOND_WORDS[code[at]?.keyword ?? ''];
  if (second !== undefined && code[end]?.is(second)) end++;
  if (code[end]?.is('(')) end = closingIndex(code, end) + 1;
  for (const first of ['WITH', 'WITHOUT']) if (isFollowedBy(end, [first, 'TIME', 'ZONE'])) end += 3;
  while (code[end]?.is('[')) end += code[end + 1]?.is(']') ? 2 : 3;
  return Math.min(end, code.length);
}

/** Index of the `)` that closes the `(` at `open`; the end of the tokens where none does. */
export function closingIndex(code: readonly SqlToken[], open: number): number {
  let depth = 0;
  for (let index = open; index < code.length; index++) {
    if (code[index]?.is('(')) depth++;
    if (code[index]?.is(')') && --depth === 0) return index;
  }
  return code.length;
}

/** The tokens without the parentheses around all of them. */
export function withoutOuterParentheses(code: readonly SqlToken[]): readonly SqlToken[] {
  const closing = new Map<number, number>();
  const open: number[] = [];
  for (const [index, token] of code.entries()) {
    if (token.is('(')) open.push(index);
    const opened = token.is(')') ? open.pop() : undefined;
    if (opened !== undefined) closing.set(opened, index);
  }
  let depth = 0;
  while (closing.get(depth) === code.length - 1 - depth) depth++;
  return depth === 0 ? code : code.slice(depth, code.length - depth);
}
