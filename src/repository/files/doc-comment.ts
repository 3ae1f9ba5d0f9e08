import type { Comment } from './lexer.js';

/** Comments for tools, not for readers. */
const pragma = /^\s*(?:@ts-|eslint|oxlint|tslint|biome|prettier|istanbul|c8 |v8 |#|\/)/;

/** A comment that compilers and minifiers keep, wherever they move it. */
export const isKept = ({ kind, text }: Comment): boolean => kind === 'block' && text.startsWith('!');

/** The text of the first comment of a file, without comment marks; neighbouring `//` lines are one comment. */
export function readDoc(comments: readonly Comment[]): { doc: string; message: string } {
  const first = comments.findIndex(({ text }) => !pragma.test(text));
  const doc = first < 0 ? '' : textOf(comments.slice(first));
  const [paragraph = ''] = doc.split(/\n\s*\n/);
  return { doc, message: paragraph.replace(/\s+/g, ' ').trim() };
}

function textOf(comments: readonly Comment[]): string {
  const [first] = comments;
  if (first?.kind === 'block') return unmark(first.text, /^\s*\*+ ?/);
  const end = comments.findIndex(({ kind }) => kind !== 'line');
  const lines = end < 0 ? comments : comments.slice(0, end);
  return unmark(lines.map(({ text }) => text).join('\n'), /^ /);
}

function unmark(text: string, mark: RegExp): string {
  const lines = text.replaceAll('\r', '').split('\n');
  const bare = lines.map((line, index) =>
    (index === 0 ? line.replace(/^[*!]? ?/, '') : line).replace(mark, '').trimEnd(),
  );
  return bare.join('\n').replaceAll('*\\/', '*/').trim();
}
