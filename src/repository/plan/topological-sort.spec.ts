import * as fc from 'fast-check';
import { sketch } from '../../../test/support/revisions.js';
import { isRequiredBy, type RevisionNode } from '../graph/revision-node.js';
import { RevisionGraph } from '../index.js';
import { sortNewestFirst } from './topological-sort.js';

/** The rule as Alembic has it, read literally. */
function byTheRule(nodes: ReadonlySet<RevisionNode>, heads: readonly RevisionNode[]): RevisionNode[] {
  const sorted: RevisionNode[] = [];
  const open = heads.filter((head) => nodes.has(head)).sort((a, b) => a.position - b.position);
  for (let cursor = 0; open.length > 0;) {
    const node = open[cursor] as RevisionNode;
    const blocking = open.findIndex((head) => head !== node && isRequiredBy(node, [head]));
    if (blocking >= 0) {
      cursor = blocking;
      continue;
    }
    sorted.push(node);
    const next = node.requires.filter((below) => nodes.has(below) && !open.includes(below));
    open.splice(cursor, 1, ...next.slice(0, 1));
    open.push(...next.slice(1));
    if (next.length === 0) cursor = Math.max(cursor - 1, 0);
  }
  return sorted;
}

function orders(graph: RevisionGraph): [string[], string[]] {
  const nodes = new Set(graph.revisions().map(({ id }) => graph.node(id)));
  const ids = (sorted: readonly RevisionNode[]): string[] => sorted.map(({ id }) => id);
  const heads = graph.realHeadNodes();
  return [ids(sortNewestFirst(nodes, heads)), ids(byTheRule(nodes, heads))];
}

const list = <T>(count: number, make: (index: number) => T): T[] => Array.from({ length: count }, (_, at) => make(at));

describe('the order of revisions, newest first', () => {
  it.each<[string, string[]]>([
    ['a hundred branches of one base', ['base', ...list(100, (at) => `a${at} < base`)]],
    [
      'a branch from each revision of a line',
      list(100, (at) => [at === 0 ? 'l0' : `l${at} < l${at - 1}`, `s${at} < l${at}`]).flat(),
    ],
    [
      'forks whose sides are far apart',
      [...list(80, (at) => `b${at}`), ...list(80, (at) => `c${at} < b${at}`), ...list(80, (at) => `d${at} < b${at}`)],
    ],
    [
      'merges one after the other',
      ['m0', ...list(80, (at) => `a${at} < m0`), ...list(80, (at) => `m${at + 1} < m${at} a${at}`)],
    ],
  ])('is that of the rule for %s', (_, lines) => {
    const [sorted, expected] = orders(RevisionGraph.of(sketch(...lines)));
    expect(sorted).toEqual(expected);
  });

  it('is that of the rule for any history', () => {
    const numbers = fc.array(fc.nat(), { maxLength: 3 });
    const histories = fc
      .array(fc.record({ downs: numbers, deps: numbers, near: fc.boolean() }), { minLength: 1, maxLength: 40 })
      .chain((seeds) => {
        const lines = seeds.map(({ downs, deps, near }, index) => {
          const older = (from: readonly number[]): string[] =>
            index === 0
              ? []
              : [...new Set(from.map((one) => `r${near ? index - 1 - (one % Math.min(index, 3)) : one % index}`))];
          const dependencies = older(deps);
          return `r${index} < ${older(downs).join(' ')}${dependencies.length === 0 ? '' : ` ; dep ${dependencies.join(' ')}`}`;
        });
        return fc.shuffledSubarray(lines, { minLength: lines.length });
      });
    fc.assert(
      fc.property(histories, (lines) => {
        const [sorted, expected] = orders(RevisionGraph.of(sketch(...lines)));
        expect(sorted).toEqual(expected);
      }),
      { numRuns: 500 },
    );
  });
});
