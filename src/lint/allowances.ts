import { type Comment, LexicalError, Lexer, type Token } from '../repository/files/lexer.js';

/** A comment `// lint: allow CODE, reason` in a revision. */
export interface Allowance {
  /** The code of the rule that it allows; empty where it names none. */
  readonly code: string;
  /** Why, as it is written; empty where that is missing. */
  readonly reason: string;
  /** How it begins: `lint: allow`, or another verb that allows nothing. */
  readonly verb: string;
  /** Lines of the statement below it, counted from 1: what it allows is a call in there. */
  readonly from: number;
  readonly to: number;
  /** Its own line. */
  readonly at: number;
}

const COMMENT = /^[\s*]*lint:\s*([\w-]*)\s*([\s\S]*)$/;
const CODE = /^([\w-]+)\s*[,:;]?\s*/;

/**
 * The allowances in the source of a revision; each is about the statement below it.
 *
 * A comment may name several rules. One that begins with `lint:` and another verb is returned where it names a rule: its author meant to
 * allow it.
 */
export function allowancesIn(source: string, codes: ReadonlySet<string>): readonly Allowance[] {
  // Nearly no file has one, and to read it takes longer than this.
  if (!source.includes('lint:')) return [];
  const lexer = new Lexer(source);
  const tokens: Token[] = [];
  try {
    tokens.push(...lexer);
  } catch (error) {
    if (!(error instanceof LexicalError)) throw error;
  }
  return lexer.comments.flatMap((comment) => {
    const [, verb = '', text = ''] = COMMENT.exec(comment.text) ?? [];
    const isAllow = verb === 'allow';
    if (!isAllow && !text.split(/[^\w-]+/).some((word) => codes.has(word))) return [];
    const place = { verb, at: lineAt(source, comment.start), ...statementBelow(source, comment, tokens) };
    return namedIn(text, codes).map((named) => ({ ...named, ...place }));
  });
}

/** The codes that a comment begins with, and the reason behind them. */
function namedIn(text: string, codes: ReadonlySet<string>): readonly Pick<Allowance, 'code' | 'reason'>[] {
  const found: string[] = [];
  let rest = text.trim();
  for (let match = CODE.exec(rest); match !== null; match = CODE.exec(rest)) {
    const code = match[1] ?? '';
    // What is behind the first word is the reason, unless it is another rule.
    if (found.length > 0 && !codes.has(code)) break;
    found.push(code);
    rest = rest.slice(match[0].length);
  }
  const reason = rest.replace(/\s*\n\s*\*?\s*/g, ' ').trim();
  return (found.length === 0 ? [''] : found).map((code) => ({
    code,
    reason: /[\p{L}\p{N}]/u.test(reason) ? reason : '',
  }));
}

/** Whether the function `downgrade` has anything between its braces but comments; undefined where the source has none. */
export function hasDowngradeIn(source: string): boolean | undefined {
  const at = source.search(/^\s*export\b.*\bdowngrade\b/m);
  if (at < 0) return undefined;
  return !/^[^{]*\{\s*(?:\/\/[^\n]*\s*|\/\*[\s\S]*?\*\/\s*)*\}/.test(source.slice(at).trimStart());
}

/** The line of the function `upgrade`, for what has no line of its own. */
export function bodyLineIn(source: string): number {
  const at = source.search(/^\s*export\b.*\bupgrade\b/m);
  return at < 0 ? 1 : lineAt(source, at + source.slice(at).search(/\S/));
}

function statementBelow(source: string, { end }: Comment, tokens: readonly Token[]): Pick<Allowance, 'from' | 'to'> {
  const first = tokens.findIndex(({ start }) => start >= end);
  const begin = tokens[first];
  if (begin === undefined) return { from: 0, to: 0 };
  const last = tokens[endOfStatement(tokens, first)] ?? begin;
  return { from: lineAt(source, begin.start), to: lineAt(source, last.start) };
}

/** Index of the last token of the statement that begins at `first`; semicolons may be left out. */
function endOfStatement(tokens: readonly Token[], first: number): number {
  const open: string[] = [];
  for (let at = first; at < tokens.length; at++) {
    const { kind, value, afterLineBreak } = tokens[at] as Token;
    if (at > first && open.length === 0 && afterLineBreak && kind === 'word') return at - 1;
    if (kind !== 'punctuation') continue;
    if ('([{'.includes(value)) open.push(value);
    else if (')]}'.includes(value)) {
      if (open.length === 0) return at - 1;
      // A block ends a statement; an object of an argument is in parentheses.
      if (open.pop() === '{' && open.length === 0) return at;
    } else if (value === ';' && open.length === 0) return at;
  }
  return tokens.length - 1;
}

function lineAt(source: string, offset: number): number {
  return source.slice(0, offset).split('\n').length;
}
