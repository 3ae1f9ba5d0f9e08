import { sketch } from '../../../test/support/revisions.js';
import type { RevisionError } from '../../errors/repository.errors.js';
import { planStamp, planUpgrade, RevisionGraph, type PlanStep } from '../index.js';

const graphOf = (...lines: string[]): RevisionGraph => RevisionGraph.of(sketch(...lines));

/** The rows in the end. Each change is made as a database would: what is changed must be there, what is inserted must not. */
function stamp(graph: RevisionGraph, targets: readonly string[], rows: readonly string[]): readonly string[] {
  const table = new Set(rows);
  const steps: PlanStep[] = planStamp(graph, targets, rows);
  for (const change of steps.flatMap(({ rowChanges }) => rowChanges)) {
    if (change.kind !== 'insert') expect(table.delete(change.kind === 'delete' ? change.id : change.from)).toBe(true);
    if (change.kind === 'delete') continue;
    const added = change.kind === 'insert' ? change.id : change.to;
    expect(table).not.toContain(added);
    table.add(added);
  }
  const left = [...table].sort();
  expect(steps.at(-1)?.rows ?? left).toEqual(left);
  return left;
}

function failure(action: () => unknown): RevisionError {
  try {
    action();
  } catch (error) {
    return error as RevisionError;
  }
  throw new Error('nothing was thrown');
}

describe('a stamp of all heads keeps every head', () => {
  it.each([
    ['one that depends on a side of a merge', ['a', 'b', 'c ; dep b', 'd < a b'], ['a', 'c'], ['c', 'd']],
    [
      'one that depends on a label of a side of a merge',
      ['a', 'b ; label bb', 'c ; dep bb', 'd < a b'],
      ['a', 'c'],
      ['c', 'd'],
    ],
    [
      'two that depend on sides of a merge',
      ['a', 'b', 'c ; dep b', 'e ; dep a', 'd < a b'],
      ['c', 'e'],
      ['c', 'd', 'e'],
    ],
    ['one behind a merge of merges', ['a', 'b', 'c', 'x ; dep b', 'm < a b', 'n < m c'], ['c', 'm', 'x'], ['n', 'x']],
    ['one that only its dependency ties to the others', ['a', 'b < a', 'c < b', 'z ; dep a'], ['b', 'z'], ['c', 'z']],
    ['one of two on a branch point', ['a', 'b < a', 'c < a', 'd < c'], ['b', 'c'], ['b', 'd']],
    ['a merge and a branch of one of its sides', ['a', 'b', 'e < b', 'd < a b'], ['a', 'e'], ['d', 'e']],
  ])('%s', (_, lines, rows, expected) => {
    const graph = graphOf(...lines);
    expect(stamp(graph, ['heads'], rows)).toEqual(expected);
    expect(planUpgrade(graph, 'heads', expected)).toEqual([]);
    expect(stamp(graph, expected, rows)).toEqual(expected);
    expect(stamp(graph, [...expected].reverse(), rows)).toEqual(expected);
    expect(stamp(graph, ['heads'], expected)).toEqual(expected);
  });
});

describe('a stamp of several revisions', () => {
  const merged = graphOf('a', 'b < a', 'c < a', 'm < b c', 'n < m');
  const nested = graphOf('a', 'b', 'c', 'x < a b', 'y < x c', 'z < y');

  it('gives both sides of a merge their rows, whatever the order', () => {
    expect(stamp(merged, ['b', 'c'], ['n'])).toEqual(['b', 'c']);
    expect(stamp(merged, ['c', 'b'], ['m'])).toEqual(['b', 'c']);
  });

  it('takes a merge of merges apart', () => {
    expect(stamp(nested, ['a', 'b', 'c'], ['z'])).toEqual(['a', 'b', 'c']);
    expect(stamp(nested, ['c', 'x'], ['y'])).toEqual(['c', 'x']);
    expect(stamp(nested, ['b', 'a'], ['c', 'x'])).toEqual(['a', 'b', 'c']);
  });

  it('goes up one branch and down another', () => {
    const graph = graphOf('a', 'b < a', 'c < b', 'x < a', 'y < x');
    expect(stamp(graph, ['c', 'x'], ['b', 'y'])).toEqual(['c', 'x']);
    expect(stamp(graph, ['x', 'c'], ['b', 'y'])).toEqual(['c', 'x']);
  });

  it('keeps a row that is there already while another one moves', () => {
    const graph = graphOf('1975', 'ae10 < 1975', '27c6 < 1975', 'b0b0 < ae10');
    expect(stamp(graph, ['b0b0', '27c6'], ['27c6', 'ae10'])).toEqual(['27c6', 'b0b0']);
  });

  it('leaves rows of branches alone that none of them names', () => {
    const graph = graphOf('a', 'b < a', 'c < a', 'x', 'y < x');
    expect(stamp(graph, ['b', 'c'], ['a', 'x'])).toEqual(['b', 'c', 'x']);
  });

  it('replaces what the table has with --purge', () => {
    const graph = graphOf('a', 'b', 'c ; dep b', 'd < a b');
    const steps = planStamp(graph, ['heads'], ['a', 'gone'], { purge: true });
    expect(steps.at(-1)?.rows).toEqual(['c', 'd']);
  });
});

describe('a stamp of a branch', () => {
  const graph = graphOf('a', 'x < a ; label one', 'y < x', 'r < x', 'q < x', 'z < q');

  it('keeps the rows of other ends of the branch', () => {
    expect(stamp(graph, ['one@z'], ['q', 'r'])).toEqual(['r', 'z']);
    expect(stamp(graph, ['one@heads'], ['q', 'r'])).toEqual(['r', 'y', 'z']);
  });

  it('writes no row for an end that another end depends on', () => {
    const tied = graphOf('a', 'b < a', 'c < a ; dep b');
    expect(stamp(tied, ['a@heads'], [])).toEqual(['c']);
    expect(stamp(tied, ['a@heads'], ['a'])).toEqual(['c']);
  });

  it('empties one branch and moves another', () => {
    const two = graphOf('acc1 ; label acc', 'acc2 < acc1', 'net1 ; label net', 'net2 < net1 ; dep acc2');
    expect(stamp(two, ['net@base', 'acc2'], ['acc2', 'net1'])).toEqual(['acc2']);
    expect(stamp(two, ['acc1', 'net@base'], ['acc2', 'net1'])).toEqual(['acc1']);
  });
});

describe('a stamp of revisions one of which is part of another', () => {
  const graph = graphOf('aa ; label alpha', 'bb < aa', 'cc < bb', 'dd ; dep bb', 'ee < cc dd', 'ff');

  it.each([
    [['aa', 'bb'], 'aa', 'bb'],
    [['aa', 'cc'], 'aa', 'cc'],
    [['bb', 'dd'], 'bb', 'dd'],
    [['aa', 'dd'], 'aa', 'dd'],
    [['dd', 'ee'], 'dd', 'ee'],
    [['alpha', 'bb'], 'aa', 'bb'],
    [['ff', 'aa', 'bb'], 'aa', 'bb'],
    [['heads', 'bb'], 'bb', 'ee'],
    [['alpha@heads', 'cc'], 'cc', 'ee'],
  ])('refuses %j in every order, with and without rows', (targets, lower, upper) => {
    for (const rows of [[], ['aa'], ['cc', 'dd'], ['ee'], ['ff'], ['aa', 'ff'], ['ee', 'ff']]) {
      for (const options of [{}, { purge: true }]) {
        for (const order of [targets, [...targets].reverse()]) {
          const error = failure(() => planStamp(graph, order, rows, options));
          expect(error.kind).toBe('invalid-target');
          expect(error.message).toContain(`"${lower}" is part of "${upper}"`);
          expect(error.hint).toContain(`"${upper}"`);
        }
      }
    }
  });

  it.each([[['base', 'ff']], [['ff', 'base']], [['alpha@base', 'bb']], [['bb', 'base', 'ff']]])(
    'refuses %j: nothing and something',
    (targets) => {
      for (const rows of [[], ['aa'], ['ee', 'ff']]) {
        const error = failure(() => planStamp(graph, targets, rows));
        expect(error.kind).toBe('invalid-target');
        expect(error.message).toContain('base');
      }
    },
  );

  it('takes a revision that is named twice once', () => {
    expect(stamp(graph, ['bb', 'bb'], [])).toEqual(['bb']);
    expect(stamp(graph, ['alpha', 'aa', 'ff'], [])).toEqual(['aa', 'ff']);
    expect(stamp(graph, ['base', 'base'], ['ee'])).toEqual([]);
    expect(stamp(graph, ['heads', 'ff'], ['cc'])).toEqual(['ee', 'ff']);
  });
});
