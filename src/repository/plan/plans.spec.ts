import { sketch } from '../../../test/support/revisions.js';
import type { RevisionError } from '../../errors/repository.errors.js';
import {
  ambiguousDowngrade,
  currentRevisions,
  overlapOf,
  history,
  parseOfflineRange,
  parseOfflineStamp,
  planDowngrade,
  planDowngradeRange,
  planStamp,
  planUpgrade,
  planUpgradeRange,
  rangeInvolvesCurrent,
  RevisionGraph,
  type PlanStep,
  type Revision,
} from '../index.js';

const graphOf = (...lines: string[]): RevisionGraph => RevisionGraph.of(sketch(...lines));
const ids = (revisions: readonly Revision[]): string => revisions.map(({ id }) => id).join(' ');
const run = (steps: readonly PlanStep[]): string => steps.map(({ revision }) => revision?.id).join(' ');
const rows = (steps: readonly PlanStep[]): readonly string[] | undefined => steps.at(-1)?.rows;

function failure(action: () => unknown): RevisionError {
  try {
    action();
  } catch (error) {
    return error as RevisionError;
  }
  throw new Error('nothing was thrown');
}

const line = graphOf('a', 'b < a', 'c < b', 'd < c');
const branched = graphOf('a', 'b < a', 'c1 < b ; label one', 'd1 < c1', 'c2 < b ; label two', 'd2 < c2');
const merged = graphOf('a', 'b < a', 'c < a', 'm < b c', 'n < m');
const dependent = graphOf('acc1 ; label acc', 'acc2 < acc1', 'net1 ; label net', 'net2 < net1 ; dep acc2');

describe('planUpgrade', () => {
  it.each([
    ['head', [], 'a b c d'],
    ['c', ['a'], 'b c'],
    ['+2', [], 'a b'],
    ['+1', ['b'], 'c'],
    ['b+1', [], 'a b c'],
    ['head-1', ['a'], 'b c'],
    ['base', ['b'], ''],
    ['a', ['c'], ''],
  ])('on a line, %s from %j runs: %s', (target, from, expected) => {
    expect(run(planUpgrade(line, target, from))).toBe(expected);
  });

  it.each([
    ['heads', ['b'], 'c2 d2 c1 d1'],
    ['one@head', ['b'], 'c1 d1'],
    ['one@+1', ['b'], 'c1'],
    ['two@+1', ['d1'], 'c2'],
  ])('on branches, %s from %j runs: %s', (target, from, expected) => {
    expect(run(planUpgrade(branched, target, from))).toBe(expected);
  });

  it('runs what a revision depends on first, and keeps one row for both branches', () => {
    const steps = planUpgrade(dependent, 'net@head', []);
    expect(run(steps)).toBe('acc1 acc2 net1 net2');
    expect(rows(steps)).toEqual(['net2']);
  });

  it('says where a step comes from without dependencies, and what happens to the rows', () => {
    const [, , , merge] = planUpgrade(merged, 'm', []);
    expect(merge).toMatchObject({ kind: 'upgrade', from: ['b', 'c'], to: ['m'], rows: ['m'] });
    expect(merge?.rowChanges).toEqual([
      { kind: 'delete', id: 'b' },
      { kind: 'update', from: 'c', to: 'm' },
    ]);
    expect(planUpgrade(line, '+1', [])[0]?.rowChanges).toEqual([{ kind: 'insert', id: 'a' }]);
  });

  it('upgrades a merge one of whose sides implies the other', () => {
    const graph = graphOf('a', 'b < a', 'x ; dep b', 'm < b x');
    expect(rows(planUpgrade(graph, 'head', ['a']))).toEqual(['m']);
  });

  it.each([
    ['head', ['b'], 'multiple-heads', 'd1'],
    ['+1', ['c1', 'c2'], 'invalid-target', '"c1", "c2"'],
    ['+1', ['b'], 'invalid-target', 'forks'],
    ['d1+1', [], 'invalid-target', 'after "d1"'],
    ['-1', ['b'], 'invalid-target', '"-1"'],
    ['b+1x', [], 'not-found', 'b+1x'],
    ['c1', ['a', 'b'], 'invalid-target', '"a" is part of "b"'],
  ])('on branches, refuses %s from %j as %s', (target, from, kind, text) => {
    const error = failure(() => planUpgrade(branched, target, from));
    expect(error.kind).toBe(kind);
    expect(error.message).toContain(text);
  });

  it('says of an unknown row that it comes from the version table, and how to get rid of it', () => {
    const error = failure(() => planUpgrade(line, 'head', ['feedbeef']));
    expect(error).toMatchObject({ code: 'REVISION_NOT_FOUND', source: 'version-table' });
    expect(error.message).toContain('version table has the revision "feedbeef"');
    expect(error.hint).toContain('db stamp --purge');
    expect(failure(() => planUpgrade(line, 'feedbeef', []))).toMatchObject({ source: 'argument' });
  });
});

describe('planDowngrade', () => {
  it.each([
    ['-1', ['d'], 'd'],
    ['base', ['c'], 'c b a'],
    ['b', ['d'], 'd c'],
    ['d-2', ['d'], 'd c'],
    ['d', ['d'], ''],
    ['base', [], ''],
  ])('on a line, %s from %j runs: %s', (target, from, expected) => {
    expect(run(planDowngrade(line, target, from))).toBe(expected);
  });

  it.each([
    ['two@b', ['d1', 'd2'], 'd2 c2', ['d1']],
    ['b', ['d1', 'd2'], 'd1 c1 d2 c2', ['b']],
    ['one@-1', ['d1', 'd2'], 'd1', ['c1', 'd2']],
    ['one@base', ['d1', 'd2'], 'd1 c1 d2 c2 b a', []],
    ['-1', ['d2', 'd1'], 'd1', ['c1', 'd2']],
  ])('on branches, %s from %j runs: %s', (target, from, expected, left) => {
    const steps = planDowngrade(branched, target, from);
    expect(run(steps)).toBe(expected);
    expect(rows(steps)).toEqual(left);
  });

  it('removes what depends on the removed revisions, and keeps what they depend on', () => {
    expect(run(planDowngrade(dependent, 'acc@base', ['net2']))).toBe('net2 acc2 acc1');
    const steps = planDowngrade(dependent, 'net@base', ['net2']);
    expect(run(steps)).toBe('net2 net1');
    expect(rows(steps)).toEqual(['acc2']);
  });

  it('gives the sides of a merge their rows back', () => {
    const [step] = planDowngrade(merged, 'b', ['m']);
    expect(step?.rows).toEqual(['b', 'c']);
    expect(step?.rowChanges).toEqual([
      { kind: 'insert', id: 'b' },
      { kind: 'update', from: 'm', to: 'c' },
    ]);
  });

  it.each([
    ['-1', [], 'invalid-target'],
    ['-5', ['d1'], 'invalid-target'],
    ['+1', ['d1'], 'invalid-target'],
    ['two@-1', [], 'invalid-target'],
    ['d1', ['b'], 'not-ancestor'],
    ['nope@base', ['d1'], 'not-found'],
    ['head', ['d1'], 'multiple-heads'],
  ])('on branches, refuses %s from %j as %s', (target, from, kind) => {
    expect(failure(() => planDowngrade(branched, target, from)).kind).toBe(kind);
  });

  it('warns where -N is a matter of chance, and says what was meant', () => {
    expect(ambiguousDowngrade(branched, '-1', ['d2', 'd1'])).toContain('It counts from d1; use d1@-1');
    expect(ambiguousDowngrade(branched, '-1', ['d1'])).toBeUndefined();
    expect(ambiguousDowngrade(branched, 'one@-1', ['d1', 'd2'])).toBeUndefined();
  });
});

describe('planStamp', () => {
  it.each([
    ['a new row', ['c'], [], [], ['c']],
    ['up a line', ['d'], ['b'], ['b'], ['d']],
    ['down a line', ['a'], ['c'], ['c'], ['a']],
  ])('moves the row: %s', (_what, targets, from, left, to) => {
    const steps = planStamp(line, targets, from);
    expect(steps).toMatchObject([{ kind: 'stamp', from: left, to, rows: to }]);
  });

  it('does nothing where the row is already there', () => {
    expect(planStamp(line, ['c'], ['c'])).toEqual([]);
  });

  it('empties the table for base, and a branch for the base of the branch', () => {
    expect(rows(planStamp(branched, ['base'], ['d1', 'd2']))).toEqual([]);
    expect(rows(planStamp(dependent, ['net@base'], ['acc1', 'net1']))).toEqual(['acc1']);
  });

  it('leaves the rows of other branches alone', () => {
    expect(rows(planStamp(branched, ['d1'], ['c1', 'c2']))).toEqual(['c2', 'd1']);
    expect(rows(planStamp(branched, ['b'], ['d1', 'd2']))).toEqual(['b']);
  });

  it('stamps several branches at once', () => {
    expect(rows(planStamp(branched, ['c1', 'd2'], []))).toEqual(['c1', 'd2']);
    expect(rows(planStamp(branched, ['d1', 'd2'], ['b']))).toEqual(['d1', 'd2']);
  });

  it('purges rows that no file declares', () => {
    const steps = planStamp(line, ['head'], ['gone'], { purge: true });
    expect(steps.map(({ rowChanges }) => rowChanges)).toEqual([
      [{ kind: 'delete', id: 'gone' }],
      [{ kind: 'insert', id: 'd' }],
    ]);
    expect(failure(() => planStamp(line, ['head'], ['gone'])).kind).toBe('not-found');
  });

  it('takes no relative target', () => {
    expect(failure(() => planStamp(line, ['b+1'], ['a'])).kind).toBe('not-found');
  });
});

describe('a script', () => {
  it.each([
    [() => planUpgradeRange(line, '-1', []), 'upgrade cannot go to "-1" from where the range starts'],
    [() => planDowngradeRange(line, '-1', []), 'There is no revision before where the range starts'],
    [() => planDowngradeRange(line, '+1', ['b']), 'downgrade cannot go to "+1" from where the range starts'],
  ])('is refused about where it starts, and not about a database: %#', (plan, message) => {
    expect(plan).toThrow(message);
  });
});

describe('currentRevisions', () => {
  it('adds the tips of branches that a row implies', () => {
    expect(ids(currentRevisions(dependent, ['net2']))).toBe('acc2 net2');
    expect(ids(currentRevisions(line, ['c']))).toBe('c');
    expect(ids(currentRevisions(line, []))).toBe('');
  });

  it('has both of two rows that overlap, which is reported', () => {
    expect(ids(currentRevisions(line, ['b', 'a']))).toBe('a b');
    expect(overlapOf(line, ['a', 'b'])).toMatchObject({
      code: 'INCONSISTENT_VERSION_ROWS',
      hint: expect.stringContaining('stamp --purge b') as string,
    });
    expect(overlapOf(line, ['b'])).toBeUndefined();
  });
});

describe('history', () => {
  it.each([
    [undefined, 'd c b a'],
    ['b:', 'd c b'],
    [':b', 'b a'],
    ['b:c', 'c b'],
    ['-1:', 'd c'],
    ['-9:b', 'b a'],
    ['-4:', 'd c b a'],
    ['a:+2', 'c b a'],
    ['base:+1', 'a'],
    ['current:', 'd c b'],
    [':current', 'b a'],
    [' b : c ', 'c b'],
  ])('of a line in the range %s: %s', (range, expected) => {
    expect(ids(history(line, range, ['b']))).toBe(expected);
  });

  it('is the whole history to `current` when there is none', () => {
    expect(ids(history(line, ':current', []))).toBe('d c b a');
  });

  it.each([
    [':one@+9', 'd1 c1 b a'],
    [':c2+9', 'd2 c2 b a'],
    ['one@b:one@+9', 'd1 c1 b'],
  ])('ends where the branch ends when %s leads past it: %s', (range, expected) => {
    expect(ids(history(branched, range))).toBe(expected);
  });

  it('ends at the end of a branch that others depend on', () => {
    expect(ids(history(dependent, ':acc@+9'))).toBe('acc2 acc1');
  });

  it('keeps to a branch when the start names one, and shows what it depends on', () => {
    expect(ids(history(dependent, 'net@base:heads'))).toBe('net2 net1 acc2 acc1');
    expect(ids(history(branched, 'one@base:heads'))).toBe('d1 c1 b a');
  });

  it.each([
    ['b', 'invalid-target'],
    ['a:b:c', 'invalid-target'],
    ['c:b', 'not-ancestor'],
    ['nope:', 'not-found'],
    ['a:-1', 'invalid-target'],
  ])('refuses the range %s as %s', (range, kind) => {
    expect(failure(() => history(line, range)).kind).toBe(kind);
  });

  it('knows when it needs the version rows', () => {
    expect(rangeInvolvesCurrent(':current')).toBe(true);
    expect(rangeInvolvesCurrent('a:b')).toBe(false);
  });
});

describe('ranges of --sql', () => {
  it('start where they say, or from nothing', () => {
    expect(parseOfflineRange(line, 'b:head', 'upgrade')).toEqual({ startRows: ['b'], target: 'head' });
    expect(parseOfflineRange(line, 'head', 'upgrade')).toEqual({ startRows: [], target: 'head' });
    expect(parseOfflineRange(line, 'base:c', 'upgrade')).toEqual({ startRows: [], target: 'c' });
    expect(parseOfflineRange(line, '-1', 'downgrade')).toEqual({ startRows: ['d'], target: '-1' });
  });

  it('must say where a downgrade starts', () => {
    expect(failure(() => parseOfflineRange(line, 'b', 'downgrade')).hint).toContain('head:b');
    expect(failure(() => parseOfflineRange(line, 'a:b:c', 'upgrade')).kind).toBe('invalid-target');
    expect(failure(() => parseOfflineRange(line, 'nope:c', 'upgrade')).kind).toBe('not-found');
  });

  it.each([
    [[], 'head', 'base', 'db upgrade base:head --sql'],
    [['b'], 'd', 'b', 'db upgrade b:d --sql'],
    [['a'], 'head-1', 'a', 'db upgrade a:head-1 --sql'],
  ])('from %j down to %s are refused, for they lead up', (rows, end, start, hint) => {
    expect(failure(() => planDowngradeRange(line, end, rows))).toMatchObject({
      kind: 'not-ancestor',
      message: `"${end}" is not below where the range starts: "${start}"`,
      hint: expect.stringContaining(hint) as unknown,
    });
  });

  it.each([
    ['d', 'b'],
    ['d', 'base'],
    ['c', 'head-2'],
  ])('from %s up to %s are refused, for they lead down', (start, end) => {
    const refused = failure(() => planUpgradeRange(line, end, [start]));
    expect(refused).toMatchObject({ kind: 'not-ancestor', message: expect.stringContaining(`"${end}" is not above`) });
    expect(refused.hint).toContain(`db downgrade ${start}:${end} --sql`);
    expect(planUpgrade(line, end, [start])).toEqual([]);
  });

  it('may be empty where they end as they start', () => {
    expect(planUpgradeRange(line, 'head', ['d'])).toEqual([]);
    expect(planUpgradeRange(line, 'b', ['b'])).toEqual([]);
    expect(planUpgradeRange(line, 'base', [])).toEqual([]);
    expect(run(planUpgradeRange(line, 'c', ['a']))).toBe('b c');
  });

  it('have one start for several stamps', () => {
    expect(parseOfflineStamp(branched, ['b:d1', 'b:d2'])).toEqual({ startRows: ['b'], targets: ['d1', 'd2'] });
    expect(failure(() => parseOfflineStamp(branched, ['a:d1', 'b:d2'])).kind).toBe('invalid-target');
  });
});
