import type { SqlRules } from './rules.js';
import { codeTokens } from './scanner.js';

/** A string as an SQL literal. */
export function quoteLiteral(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** A string literal, and the type that it is cast to. */
interface CastLiteral {
  /** The literal as it is written, without the cast. */
  readonly text: string;
  readonly value: string;
  /** The type as it is written; undefined where there is no cast. */
  readonly type?: string;
}

/** The literal of an expression that is only a string, with a cast or without: `'it''s'::text`. Undefined for any other. */
export function castLiteral(sql: string, rules: SqlRules): CastLiteral | undefined {
  // Most expressions begin with something else, and need no reading.
  if (!/^\w{0,2}&?'/.test(sql)) return undefined;
  const [literal, cast, ...type] = codeTokens(sql, rules);
  if (literal?.kind !== 'string' || literal.start > 0) return undefined;
  const { text, value } = literal;
  if (cast === undefined) return literal.end === sql.length ? { text, value } : undefined;
  const isType =
    type.length > 0 && type.every((token) => token.isName || token.kind === 'number' || isTypeSymbol(token.text));
  return cast.is('::') && isType ? { text, value, type: sql.slice(type[0]?.start) } : undefined;
}

function isTypeSymbol(symbol: string): boolean {
  return '.,()[]'.includes(symbol);
}

/**
 * Whether a string in the SQL contains the label of an enum: as the whole string, as an element of an array, or as a literal in SQL
 * that the string holds, such as the body of a function.
 */
export function mentionsLabel(sql: string, label: string, rules: SqlRules): boolean {
  const spellings = [label, label.replaceAll("'", "''"), label.replaceAll(/["\\]/g, String.raw`\$&`)];
  const written = [...new Set(spellings)].map(escaped).join('|');
  const pattern = new RegExp(`(?:^|['"{,])(?:${written})(?:['"},]|$)`);
  return codeTokens(sql, rules).some((token) => token.kind === 'string' && pattern.test(token.value));
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
}

/** Whether SQL is one literal: a string, a number, bits, a word such as NULL. */
export function isLiteral(sql: string, rules: SqlRules): boolean {
  const code = codeTokens(sql, rules);
  const [first, ...rest] = code[0]?.is('-') || code[0]?.is('+') ? code.slice(1) : code;
  if (first === undefined || rest.length > 0) return false;
  const isWord = ['NULL', 'TRUE', 'FALSE'].some((word) => first.is(word));
  return isWord || ['string', 'number', 'binary'].includes(first.kind);
}
