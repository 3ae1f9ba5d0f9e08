import { inspect } from 'node:util';

const LONGEST = 500;
const MOST_CAUSES = 10;
/** Errors whose name is shown: it adds something to their message. */
const shownNames = new Set(['TypeError', 'ReferenceError', 'SyntaxError', 'RangeError', 'EvalError', 'URIError']);

/**
 * The message of a thrown value, in one line, with its first cause: `cannot read secrets (first cause: connect ECONNREFUSED …)`.
 *
 * Code may throw anything: errors without a message, errors of several attempts, texts, objects and undefined.
 */
export function describeThrown(value: unknown): string {
  const thrown = tamed(value);
  const own = describeOne(thrown);
  const first = firstCause(thrown);
  if (first === thrown) return own;
  const cause = describeOne(first);
  return own.includes(cause) ? own : `${own.replace(/\.$/, '')} (first cause: ${cause})`;
}

/** The message of an error, whole; any other value as text. */
export function messageOf(thrown: unknown): string {
  const value = tamed(thrown);
  return typeof value === 'object' && value !== null && 'message' in value && typeof value.message === 'string'
    ? value.message
    : String(value);
}

/** The properties of a thrown value that messages are made of. */
const read = ['name', 'message', 'stack', 'cause', 'errors', 'query', 'driverError', 'code'] as const;

/**
 * A thrown value, or an error that describes it when even to look at it throws: an object without a prototype has no
 * text, and a getter may fail.
 */
export function tamed(thrown: unknown): unknown {
  try {
    if (typeof thrown === 'object' && thrown !== null) for (const name of read) void Reflect.get(thrown, name);
    void String(thrown);
    return thrown;
  } catch {
    return new Error(`${inspected(thrown)} was thrown`);
  }
}

function inspected(thrown: unknown): string {
  try {
    return inspect(thrown, { depth: 1, breakLength: Infinity });
  } catch {
    return 'something that cannot be shown';
  }
}

/** The error at the end of a chain of causes; the value itself where it names no cause. */
export function firstCause(thrown: unknown): unknown {
  return causesOf(thrown).at(-1);
}

/** A thrown value and its causes, each the cause of the one before. */
export function causesOf(thrown: unknown): readonly unknown[] {
  const chain: unknown[] = [thrown];
  for (let next = causeOf(thrown); next !== undefined && !chain.includes(next); next = causeOf(next)) {
    chain.push(next);
    if (chain.length === MOST_CAUSES) break;
  }
  return chain;
}

function causeOf(thrown: unknown): unknown {
  if (typeof thrown !== 'object' || thrown === null) return undefined;
  return 'cause' in thrown ? tamed(thrown.cause ?? undefined) : undefined;
}

function describeOne(thrown: unknown): string {
  if (typeof thrown === 'string' && thrown.trim() !== '') return oneLine(thrown);
  if (!hasMessage(thrown)) return oneLine(`${inspected(thrown)} was thrown`);
  const { name, message } = thrown;
  const inner = 'errors' in thrown && Array.isArray(thrown.errors) ? thrown.errors.map(describeThrown).join('; ') : '';
  const text = [oneLine(message), inner].filter((part) => part !== '').join(': ');
  if (text === '') return typeof name === 'string' ? `${name} without a message` : 'an error without a message';
  return typeof name === 'string' && shownNames.has(name) ? `${name}: ${text}` : text;
}

/** Also errors of another realm, and objects that are shaped like errors. */
function hasMessage(thrown: unknown): thrown is { readonly name?: unknown; readonly message: string } {
  return typeof thrown === 'object' && thrown !== null && 'message' in thrown && typeof thrown.message === 'string';
}

/** The first paragraph: what follows it is advice, or a list. */
function oneLine(text: string): string {
  const [paragraph = ''] = text.trim().split(/\n\s*\n/);
  const line = paragraph.replaceAll(/\s+/g, ' ');
  return line.length > LONGEST ? `${line.slice(0, LONGEST)}…` : line;
}
