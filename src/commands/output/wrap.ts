/** What stays in one piece: a command or a name in quotes, with what is joined to it, or else a word. */
const PIECE = /(?:`[^`\n]*`|"[^"\n]*"|[^\s`"]|[`"])+/g;

/** Characters that fill two columns of a terminal, and those that fill none. */
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;
const NARROW = /[\p{Mn}\p{Me}\p{Cf}]/u;

/**
 * Breaks long lines at spaces, as a terminal does not. What is in quotes or backticks is a name or a command, and stays
 * whole wherever it fits into a line; a longer piece breaks at its spaces, and a word never.
 *
 * A line that is continued keeps its indentation; one of two columns, as in a help, goes on in its second.
 *
 * @param width columns of the terminal; undefined where there is none, and nothing is broken
 * @param before columns that are taken already in the first line, and left empty in those that follow
 */
export function wrapped(text: string, width: number | undefined, before = 0): string {
  if (width === undefined || width < 1) return text;
  const room = Math.max(width - before, 1);
  return text
    .split('\n')
    .flatMap((line) => brokenLine(line, room))
    .join(`\n${' '.repeat(before)}`);
}

function brokenLine(line: string, room: number): readonly string[] {
  if (columns(line) <= room) return [line];
  const hanging = ' '.repeat(indentOf(line, room));
  const lines: string[] = [];
  let current = /^\s*/.exec(line)?.[0] ?? '';
  let [isEmpty, end] = [true, current.length];
  for (const { text, at } of piecesOf(line, room - hanging.length)) {
    const gap = line.slice(end, at);
    if (!isEmpty && columns(current + gap + text) > room) {
      lines.push(current);
      current = hanging + text;
    } else current += gap + text;
    [isEmpty, end] = [false, at + text.length];
  }
  return [...lines, current];
}

/** Where the lines that continue a line begin; never so far to the right that little room is left. */
function indentOf(line: string, room: number): number {
  const own = columns(/^\s*(?:- )?/.exec(line)?.[0] ?? '');
  const twoColumns = columns(/^\s+\S.*?\s{2,}(?=\S)/.exec(line)?.[0] ?? '');
  const wanted = Math.max(own, twoColumns);
  return wanted <= room / 2 ? wanted : Math.min(own, Math.floor(room / 2));
}

interface Piece {
  readonly text: string;
  readonly at: number;
}

function piecesOf(line: string, room: number): readonly Piece[] {
  return [...line.matchAll(PIECE)].flatMap(({ 0: text, index }) =>
    columns(text) <= room
      ? [{ text, at: index }]
      : [...text.matchAll(/\S+/g)].map((word) => ({ text: word[0], at: index + word.index })),
  );
}

/** A text in one line, cut at the width of a terminal. */
export function cut(text: string, width: number): string {
  if (columns(text) <= width) return text;
  let [kept, room] = ['', width - 1];
  for (const sign of text) {
    room -= columns(sign);
    if (room < 0) break;
    kept += sign;
  }
  return `${kept}…`;
}

/** How many columns a text fills. */
export function columns(text: string): number {
  if (/^[\x20-\x7e]*$/.test(text)) return text.length;
  let count = 0;
  for (const sign of text) count += NARROW.test(sign) ? 0 : WIDE.test(sign) ? 2 : 1;
  return count;
}
