import * as fc from 'fast-check';
import type { Revision } from '../revision.js';
import { readMetadata } from './read-metadata.js';
import { readUsualLayout } from './usual-layout.js';

const word = fc.string({ unit: fc.constantFrom('a', 'f', '0', '9', '_', '.', '-'), minLength: 1, maxLength: 12 });
const list = fc.array(word, { maxLength: 3 });
const text = fc.string({ unit: fc.constantFrom('a', ' ', '*', '/', "'", '\n', '\\', 'é'), maxLength: 20 });
const literal = (items: readonly string[], brackets: boolean): string => {
  if (items.length === 0) return brackets ? '[]' : 'null';
  const quoted = items.map((item) => `'${item}'`);
  return items.length === 1 && !brackets ? (quoted[0] ?? '') : `[${quoted.join(', ')}]`;
};

interface Parts {
  readonly comment: string | undefined;
  readonly id: string;
  readonly lists: readonly (readonly string[])[];
  readonly brackets: boolean;
  readonly lineBreak: string;
}

const parts: fc.Arbitrary<Parts> = fc.record({
  comment: fc.option(
    text.filter((comment) => !comment.includes('*/')),
    { nil: undefined },
  ),
  id: word,
  lists: fc.tuple(list, list, list),
  brackets: fc.boolean(),
  lineBreak: fc.constantFrom('\n', '\r\n'),
});

function sourceOf({ comment, id, lists, brackets, lineBreak }: Parts): string {
  const lines = [
    ...(comment === undefined ? [] : [`/**\n${comment}\n */`]),
    "import type { Operations } from 'nestjs-migrate';",
    '',
    `export const revision = '${id}';`,
    ...['downRevision', 'branchLabels', 'dependsOn'].map(
      (name, index) => `export const ${name} = ${literal(lists[index] ?? [], brackets)};`,
    ),
    '',
    'export async function upgrade(op: Operations): Promise<void> {}',
  ];
  return lines.join('\n').replaceAll('\n', lineBreak);
}

describe('a file in the usual layout', () => {
  it('is understood in one go', () => {
    fc.assert(
      fc.property(parts, (made) => {
        const [downRevision, branchLabels, dependsOn] = made.lists;
        expect(readUsualLayout(sourceOf(made))).toMatchObject({
          revision: made.id,
          downRevision,
          branchLabels,
          dependsOn,
        });
      }),
    );
  });

  it('gives the same metadata as the lexer', () => {
    fc.assert(
      fc.property(parts, (made) => {
        const source = sourceOf(made);
        // A statement that the template never writes sends the reader to the lexer.
        const lexed = readMetadata(source.replace('export const revision', ';export const revision'), 'a.ts');
        const usual = readMetadata(source, 'a.ts');
        const said = ({ id, downRevisions, dependsOn, branchLabels, message, doc }: Revision): unknown[] => [
          id,
          downRevisions,
          dependsOn,
          branchLabels,
          message,
          doc,
        ];
        expect(said(usual)).toEqual(said(lexed));
      }),
    );
  });

  it('is not taken for one when anything in it is written otherwise', () => {
    const source = sourceOf({ comment: 'x', id: 'a1', lists: [['b2'], [], []], brackets: false, lineBreak: '\n' });
    expect(readUsualLayout(source)).toBeDefined();
    for (const [from, to] of [
      ["'a1'", '`a1`'],
      ["'b2'", "'b' + '2'"],
      ["'b2'", "['b2', other]"],
      ["'b2'", "['b2' 'c3']"],
      ["'b2'", String.raw`'b\x32'`],
      ['export const revision', 'let x;\nexport const revision'],
    ] as const) {
      expect([to, readUsualLayout(source.replace(from, to))]).toEqual([to, undefined]);
    }
  });
});
