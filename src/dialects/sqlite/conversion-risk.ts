import type { ColumnChange } from '../../operations/operation.js';
import { quoteString } from './text.js';
import { affinityOf, sqliteType } from './types.js';

type Contents = 'number' | 'real' | 'truth' | 'text' | 'bytes' | 'json' | 'jsonText' | 'time' | 'anything' | 'other';

/**
 * Describes what may happen to the values of a column whose type changes, as the end of a sentence that begins with its
 * name; undefined when nothing can. SQLite checks no length, precision or type, and a rebuild keeps a value that does not
 * fit.
 */
export function conversionRisk(from: ColumnChange, to: ColumnChange): string | undefined {
  if (from.type === undefined || to.type === undefined) return undefined;
  const labels = labelRisk(from.enum, to.enum);
  if (labels !== undefined) return labels;
  const risk = isBetweenLists(from.type, to.type)
    ? listRisk(to.type)
    : joined(plainRisk({ ...from, type: sqliteType(from.type) }, sqliteType(to.type)), commasRisk(from.type, to.type));
  return risk && `changes from ${from.type || 'no type'} to ${to.type || 'none'}: ${risk}`;
}

/** Whether a conversion changes values without an error, and whether it may fail over one. */
export function riskKinds(
  from: ColumnChange,
  to: ColumnChange,
): { readonly rounds: boolean; readonly mayFail: boolean } {
  const risk = conversionRisk(from, to) ?? '';
  return { rounds: /are lost|becomes one/.test(risk), mayFail: risk.includes('fails') };
}

/** Whether a simple-array becomes JSON, or JSON a simple-array. */
function isBetweenLists(from: string, to: string): boolean {
  const isList = [from, to].every((type) => /^(?:jsonb?|simple-json|simple-array)$/i.test(type));
  return isList && (from === 'simple-array') !== (to === 'simple-array');
}

function listRisk(to: string): string | undefined {
  return to === 'simple-array'
    ? 'this fails where an element has a comma, is null or is a list, or an empty text is the only one'
    : undefined;
}

function plainRisk(from: ColumnChange & { readonly type: string }, to: string): string | undefined {
  if (isShortened(from, to)) return SHORTENED;
  // A STRICT table keeps the values of an ANY column, and other tables convert them to numbers where possible.
  const before = /^any$/i.test(from.type) ? 'anything' : contentsOf(from.type);
  return RISKS[`${before}>${contentsOf(to)}`];
}

/** The risk of a plain text column in which the application keeps lists, which only `existing` can declare. */
function commasRisk(from: string, to: string): string | undefined {
  const mayBeList = /^text$/i.test(from) && /^jsonb?$/i.test(to);
  return mayBeList ? "a simple-array becomes a list only with existing: { type: 'simple-array' }" : undefined;
}

function joined(...risks: readonly (string | undefined)[]): string | undefined {
  return risks.filter((risk) => risk !== undefined).join(', and ') || undefined;
}

function labelRisk(from: readonly string[] | undefined, to: readonly string[] | undefined): string | undefined {
  if (to === undefined) return undefined;
  if (from === undefined)
    return `takes ${to.map(quoteString).join(', ')} only: this fails where it holds something else`;
  const lost = from.filter((label) => !to.includes(label));
  const pronoun = lost.length > 1 ? 'them' : 'it';
  return lost.length === 0
    ? undefined
    : `loses ${lost.map(quoteString).join(', ')}: this fails while rows hold ${pronoun}`;
}

const NO_JSON = 'this fails where a value is no JSON';
const TAKEN_FOR_NUMBERS = "text that reads as a number becomes one: '007' becomes 7";
const SHORTENED = 'digits after the first 15 are lost';
const TO_NUMBER = `${TAKEN_FOR_NUMBERS}; beyond 64 bits or with a fraction, ${SHORTENED}`;
const TO_REAL = `${TAKEN_FOR_NUMBERS}; ${SHORTENED}`;
const TO_TRUTH = `'true', 'false' and other words stay text, which TypeORM reads as true, unless 'using' converts them; ${TAKEN_FOR_NUMBERS}`;
const UNREAD_JSON = 'a value that is no JSON stays, and TypeORM cannot read it';
const TO_JSON_TEXT = `${UNREAD_JSON}; ${TO_NUMBER}`;
const RISKS: Readonly<Record<string, string>> = {
  ...fromEach(['text', 'bytes', 'anything'], {
    number: TO_NUMBER,
    real: TO_REAL,
    truth: TO_TRUTH,
    time: TAKEN_FOR_NUMBERS,
    jsonText: TO_JSON_TEXT,
    other: TO_NUMBER,
    json: NO_JSON,
  }),
  ...fromEach(['time', 'other'], { jsonText: UNREAD_JSON }),
  ...fromEach(['time', 'jsonText', 'other'], { json: NO_JSON }),
  'anything>text': 'numbers become text',
  'bytes>text': 'bytes are read as text',
};

function fromEach(
  from: readonly Contents[],
  risks: Readonly<Partial<Record<Contents, string>>>,
): Record<string, string> {
  return Object.fromEntries(
    from.flatMap((before) => Object.entries(risks).map(([after, risk]) => [`${before}>${after}`, risk])),
  );
}

/** Whether digits may be lost: an integer has up to 64 bits whatever its type is, a real number 53, which are 15 digits. */
function isShortened({ type: from = '', precision = Infinity }: ColumnChange, to: string): boolean {
  if (affinityOf(to) !== 'real') return false;
  return /^(decimal|numeric)/i.test(from)
    ? precision > 15
    : affinityOf(from) === 'integer' && !/^(tiny|small|medium)int|^int2/i.test(from);
}

/** What a column of a type holds; dates and JSON are texts although their affinity is numeric. */
function contentsOf(type: string): Contents {
  if (type === '') return 'anything';
  if (/^jsonb$/i.test(type)) return 'json';
  const affinity = affinityOf(type);
  if (affinity === 'text') return 'text';
  if (affinity === 'blob') return 'bytes';
  if (affinity === 'real') return 'real';
  if (/^bool/i.test(type)) return 'truth';
  if (/^json$/i.test(type)) return 'jsonText';
  if (/^(date|time)/i.test(type)) return 'time';
  return affinity !== 'numeric' || /^(decimal|numeric)/i.test(type) ? 'number' : 'other';
}
