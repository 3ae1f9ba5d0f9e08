import { Lexer, positionOf } from './lexer.js';

/** A line that git leaves in a file which it could not merge, in each of its styles (merge, diff3, zdiff3). */
const MARKER = /^(?:(?:<{7}|>{7}|\|{7})(?= |\r?$)|={7}(?=\r?$)).*$/gm;

/** Where a file still has a conflict. */
export interface MergeConflict {
  /** Counted from 1. */
  readonly line: number;
  /** The line itself: `<<<<<<< HEAD`. */
  readonly marker: string;
}

/**
 * The first merge conflict of a TypeScript or JavaScript file that nobody has resolved.
 *
 * What looks like a marker inside a string or a template string is data. In a comment only a whole conflict counts: a
 * line of seven `=` may underline a title there.
 */
export function findConflictInSource(source: string): MergeConflict | undefined {
  const markers = markersOf(source);
  if (markers.length === 0) return undefined;
  const { strings, comments } = textsOf(source);
  const open = markers.filter(({ index }) => !isWithin(index, strings));
  const isConflict = open.some(({ index }) => !isWithin(index, comments)) || isWhole(open);
  if (!isConflict) return undefined;
  const [first] = open;
  if (first === undefined || first[0].startsWith('<')) return conflictAt(first);
  // One side ended the template string in which the conflict began.
  return conflictAt(markers.findLast((marker) => marker[0].startsWith('<') && marker.index < first.index) ?? first);
}

/** The first merge conflict of a text in which a line of seven `=` may mean something else. */
export function findConflictInText(text: string): MergeConflict | undefined {
  const markers = markersOf(text);
  return markers.some(([line]) => !line.startsWith('=')) ? conflictAt(markers[0]) : undefined;
}

function markersOf(text: string): readonly RegExpExecArray[] {
  // Nearly no file has one, and this is asked of thousands.
  const mayHave = ['<<<<<<<', '=======', '>>>>>>>', '|||||||'].some((sign) => text.includes(sign));
  return mayHave ? [...text.matchAll(MARKER)] : [];
}

function conflictAt(marker: RegExpExecArray | undefined): MergeConflict | undefined {
  if (marker === undefined) return undefined;
  return { line: positionOf(marker.input, marker.index).line, marker: marker[0].trimEnd() };
}

function isWhole(markers: readonly RegExpExecArray[]): boolean {
  return /<.*=.*>/.test(markers.map(([line]) => line.charAt(0)).join(''));
}

type Span = readonly [start: number, end: number];

/** Where strings and comments are; behind an error of the syntax there are none. */
function textsOf(source: string): { readonly strings: readonly Span[]; readonly comments: readonly Span[] } {
  const lexer = new Lexer(source);
  const strings: Span[] = [];
  try {
    for (const { kind, start, end } of lexer) if (kind === 'string' || kind === 'template') strings.push([start, end]);
  } catch {
    // A conflict may itself be what the file cannot be read for.
  }
  return { strings, comments: lexer.comments.map(({ start, end }) => [start, end] as const) };
}

function isWithin(offset: number, spans: readonly Span[]): boolean {
  return spans.some(([start, end]) => start <= offset && offset < end);
}
