import { inspect } from 'node:util';

const LONGEST = 500;
const MOST_CAUSES = 10;
/** The names of these say something that their messages do not. */
const telling = new Set(['TypeError', 'ReferenceError', 'SyntaxError', 'RangeError', 'EvalError', 'URIError']);

/**
 * What a thrown value says, in one line, with its first cause: `cannot read secrets (first cause: connect ECONNREFUSED …)`.
 *
 * Code may throw anything: errors without a message, errors of several attempts, texts, objects and undefined.
 */
export function describeThrown(thrown: unknown): string {
  const own = describeOne(thrown);
  const first = firstCause(thrown);
  if (first === thrown) return own;
  const cause = describeOne(first);
  return own.includes(cause) ? own : `${own.replace(/\.$/, '')} (first cause: ${cause})`;
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
  return 'cause' in thrown ? (thrown.cause ?? undefined) : undefined;
}

function describeOne(thrown: unknown): string {
  if (typeof thrown === 'string' && thrown.trim() !== '') return oneLine(thrown);
  if (!hasMessage(thrown)) return oneLine(`${inspect(thrown, { depth: 1, breakLength: Infinity })} was thrown`);
  const { name, message } = thrown;
  const inner = 'errors' in thrown && Array.isArray(thrown.errors) ? thrown.errors.map(describeThrown).join('; ') : '';
  const text = [oneLine(message), inner].filter((part) => part !== '').join(': ');
  if (text === '') return typeof name === 'string' ? `${name} without a message` : 'an error without a message';
  return typeof name === 'string' && telling.has(name) ? `${name}: ${text}` : text;
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
