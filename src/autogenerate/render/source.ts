import { types } from 'node:util';
import { InvalidOperationError } from '../../errors/operations.errors.js';

/** A piece of TypeScript that the printer can lay out. */
export type Source =
  /** Code that stays as it is: a literal. */
  | { readonly kind: 'code'; readonly code: string }
  | { readonly kind: 'list'; readonly items: readonly Source[] }
  | { readonly kind: 'object'; readonly entries: readonly Entry[]; readonly isOpen?: true }
  /** `(parameter) => { …statements }` */
  | {
      readonly kind: 'function';
      readonly parameter: string;
      readonly isAsync?: true;
      readonly body: readonly Statement[];
    };

export interface Entry {
  /** The key as it is written, quoted where it must be. */
  readonly key: string;
  readonly value: Source;
}

/** A statement, with comment lines above it: a call, or text that stays as it is. */
export type Statement = CallStatement | { readonly text: string; readonly comment?: string };

export interface CallStatement {
  /** What is called: `await op.createTable`. */
  readonly callee: string;
  readonly args: readonly Source[];
  readonly comment?: string;
}

/** The source of a member of an object, where it is not simply that of its value. */
export type MemberSource = (field: string, value: unknown) => Source | undefined;

/** Fields that hold SQL. */
const SQL_FIELDS = new Set(['expression', 'asExpression', 'where', 'default']);

/** Names that prettier writes without quotes as keys: those of the basic plane. */
const IDENTIFIER = /^(?!.*[\u{10000}-\u{10ffff}])[\p{ID_Start}$_][\p{ID_Continue}$]*$/su;

const ESCAPES = new Map([
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
  ['\\', '\\\\'],
]);

/**
 * A value as source that evaluates to it again.
 *
 * @param field the field that holds it, if it is in one
 * @param member gives the source of members of the value; where it gives none, it is that of the member's value
 * @throws InvalidOperationError for a value that has no literal, such as a function or an object of a class.
 */
export function sourceOf(value: unknown, field?: string, member?: MemberSource): Source {
  if (typeof value === 'string') return code(SQL_FIELDS.has(field ?? '') ? sqlLiteral(value) : stringLiteral(value));
  if (types.isDate(value) && !Number.isNaN(value.getTime())) return code(`new Date('${value.toISOString()}')`);
  if (types.isUint8Array(value)) return code(`Buffer.from('${Buffer.from(value).toString('hex')}', 'hex')`);
  if (Array.isArray(value)) return { kind: 'list', items: value.map((item) => sourceOf(item)) };
  if (typeof value === 'object' && value !== null) return objectSource(value, member);
  if (typeof value === 'bigint') return code(`${value}n`);
  if (typeof value === 'function' || typeof value === 'symbol') return refuseValue(value);
  return code(Object.is(value, -0) ? '-0' : String(value));
}

/** SQL, as a template literal where it has several lines or both kinds of quotes: it stays readable. */
export function sqlLiteral(text: string): string {
  return text.trim().includes('\n') || /'.*"|".*'/.test(text) ? templateLiteral(text) : stringLiteral(text);
}

function templateLiteral(text: string): string {
  const body = text.replace(/[\\`]|\$(?=\{)/g, '\\$&').replace(/(?!\n)[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu, escapeOf);
  return `\`${body}\``;
}

/** A string literal with the quotes that need fewer escapes; invisible characters are escaped. */
export function stringLiteral(text: string): string {
  const quote = count(text, "'") > count(text, '"') ? '"' : "'";
  const body = text.replace(/[\\\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu, escapeOf).replaceAll(quote, `\\${quote}`);
  return quote + body + quote;
}

/** A line comment for each line of a text. */
export function commentLines(text: string): string[] {
  return text
    .split(/\r\n|[\n\r\u2028\u2029]/)
    .map((line) => `// ${line.replace(/[\p{Cc}\p{Cf}\p{Cs}]/gu, escapeOf)}`.trimEnd());
}

function objectSource(value: object, member?: MemberSource): Source {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== null && Object.getPrototypeOf(prototype) !== null) return refuseValue(value);
  const entries = Object.entries(value).map(([name, item]) => ({
    key: keyOf(name),
    value: member?.(name, item) ?? sourceOf(item, name),
  }));
  return { kind: 'object', entries };
}

function keyOf(name: string): string {
  if (name === '__proto__') return "['__proto__']";
  return IDENTIFIER.test(name) ? name : stringLiteral(name);
}

function escapeOf(character: string): string {
  const escape = ESCAPES.get(character);
  if (escape !== undefined) return escape;
  const point = (character.codePointAt(0) ?? 0).toString(16);
  return point.length > 4 ? `\\u{${point}}` : `\\u${point.padStart(4, '0')}`;
}

function count(text: string, character: string): number {
  return text.split(character).length - 1;
}

function code(text: string): Source {
  return { kind: 'code', code: text };
}

/** @throws InvalidOperationError */
function refuseValue(value: unknown): never {
  const what =
    typeof value === 'object' ? `an object of ${value?.constructor.name ?? 'no class'}` : `a ${typeof value}`;
  throw new InvalidOperationError('A value', `${what} cannot be written into a revision file.`);
}
