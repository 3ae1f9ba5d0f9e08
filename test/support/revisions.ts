import type { Revision } from '../../src/repository/revision.js';

/** Revisions from a sketch: `['a', 'b < a', 'm < b c', 'd < a ; dep x ; label billing']`, in load order. */
export function sketch(...lines: readonly string[]): Revision[] {
  return lines.map((line) => {
    const [head = '', ...rest] = line.split(';').map((part) => part.trim());
    const [id = '', downs = ''] = head.split('<').map((part) => part.trim());
    const list = (word: string): string[] => {
      const found = rest.find((part) => part.startsWith(`${word} `));
      return found === undefined ? [] : found.slice(word.length + 1).split(' ');
    };
    return {
      id,
      downRevisions: downs === '' ? [] : downs.split(' '),
      dependsOn: list('dep'),
      branchLabels: list('label'),
      message: '',
      doc: '',
    };
  });
}
