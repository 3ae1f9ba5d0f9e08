import { sketch } from '../../../test/support/revisions.js';
import type { RevisionError } from '../../errors/repository.errors.js';
import type { Revision } from '../revision.js';
import { RevisionGraph } from './revision-graph.js';

const graphOf = (...lines: string[]): RevisionGraph => RevisionGraph.of(sketch(...lines));
const ids = (revisions: readonly Revision[]): string[] => revisions.map(({ id }) => id);

function failure(action: () => unknown): RevisionError {
  try {
    action();
  } catch (error) {
    return error as RevisionError;
  }
  throw new Error('nothing was thrown');
}

describe('the shape of a graph', () => {
  const graph = graphOf('a', 'b < a', 'c < a', 'm < b c', 'x ; label extra', 'y < x ; dep m');

  it('knows heads, bases, branch points and merge points', () => {
    expect(ids(graph.bases())).toEqual(['a', 'x']);
    expect(ids(graph.heads())).toEqual(['m', 'y']);
    expect(ids(graph.branchPoints())).toEqual(['a']);
    expect(ids(graph.mergePoints())).toEqual(['m']);
  });

  it('does not count a head that another revision depends on among the real heads', () => {
    expect(ids(graph.realHeads())).toEqual(['y']);
    expect(graph.dependencies('y')).toEqual(['m']);
    expect(graph.children('m')).toEqual([]);
  });

  it('follows dependencies unless they are switched off', () => {
    expect(graph.ancestors('y')).toEqual(['a', 'b', 'c', 'm', 'x', 'y']);
    expect(graph.ancestors('y', { dependencies: false })).toEqual(['x', 'y']);
    expect(graph.descendants('b')).toEqual(['b', 'm', 'y']);
  });

  it('is empty without revisions', () => {
    expect(ids(graphOf().heads())).toEqual([]);
    expect(graphOf().resolve('head')).toEqual([]);
  });

  it('drops a dependency that an ancestor already states', () => {
    const stated = graphOf('a1', 'a2 < a1', 'b1 ; dep a2', 'b2 < b1 ; dep a2', 'b3 < b2 ; dep a1 a2');
    expect(stated.dependencies('b1')).toEqual(['a2']);
    expect(stated.dependencies('b2')).toEqual([]);
    expect(stated.dependencies('b3')).toEqual(['a1']);
  });

  it('lets a dependency be named by its branch label', () => {
    expect(graphOf('a ; label net', 'b < a', 'x ; dep net').dependencies('x')).toEqual(['a']);
  });
});

describe('branch labels', () => {
  it('belong to a whole line, down to its base', () => {
    const graph = graphOf('a', 'b < a ; label net', 'c < b');
    expect(['a', 'b', 'c'].map((id) => graph.labels(id))).toEqual([['net'], ['net'], ['net']]);
  });

  it('stay above the point where branches part', () => {
    const graph = graphOf('a', 'b < a ; label net', 'c < a', 'd < b');
    expect(['a', 'b', 'c', 'd'].map((id) => graph.labels(id))).toEqual([[], ['net'], [], ['net']]);
  });

  it('go no further down when branches part above', () => {
    const graph = graphOf('a', 'b < a ; label net', 'c < b', 'd < b');
    expect(graph.labels('a')).toEqual([]);
    expect(graph.labels('d')).toEqual(['net']);
  });
});

describe('a graph that cannot be', () => {
  it('names both files of a duplicate id', () => {
    const twice = sketch('a', 'a').map((revision, index) => ({ ...revision, path: `/versions/${index}.ts` }));
    expect(failure(() => RevisionGraph.of(twice))).toMatchObject({
      code: 'DUPLICATE_REVISION',
      message: expect.stringContaining('/versions/0.ts and /versions/1.ts') as string,
    });
  });

  it('names the file and the id of a missing down revision', () => {
    const [revision] = sketch('b < gone');
    const error = failure(() => RevisionGraph.of([{ ...revision!, path: '/versions/b.ts' }]));
    expect(error).toMatchObject({ code: 'MISSING_REVISION', kind: 'not-found' });
    expect(error.message).toContain('/versions/b.ts');
    expect(error.message).toContain('"gone" in downRevision');
  });

  it.each([
    ['an unknown dependency', ['a ; dep gone'], 'MISSING_REVISION', '"gone" in dependsOn'],
    ['a down revision by label', ['a ; label net', 'b < net'], 'MISSING_REVISION', '"net"'],
    [
      'a label used twice',
      ['a ; label net', 'b ; label net'],
      'DUPLICATE_BRANCH_LABEL',
      '"b" is already used by revision "a"',
    ],
    ['a label that is an id', ['a', 'b ; label a'], 'DUPLICATE_BRANCH_LABEL', '"a"'],
    ['a revision that revises itself', ['a < a'], 'REVISION_CYCLE', '"a" names itself in downRevision'],
    ['a revision that depends on itself', ['a ; dep a'], 'REVISION_CYCLE', '"a" names itself in dependsOn'],
    ['a cycle', ['z', 'a < c z', 'b < a', 'c < b', 'd < c'], 'REVISION_CYCLE', 'a cycle: "a", "b", "c"'],
    [
      'a cycle of dependencies',
      ['a ; dep d', 'b < a', 'c', 'd < c ; dep b'],
      'REVISION_CYCLE',
      'dependsOn: "a", "b", "d"',
    ],
    ['a character of the target grammar', ['a-b'], 'INVALID_REVISION_NAME', '"a-b"'],
  ])('refuses %s', (_what, lines, code, text) => {
    const error = failure(() => graphOf(...lines));
    expect(error.code).toBe(code);
    expect(error.message).toContain(text);
    expect(error.hint ?? '').not.toBe('');
  });
});

describe('a large graph', () => {
  it('of 10,000 revisions in one line is built in well under a second, and no stack overflows', () => {
    const lines = Array.from({ length: 10_000 }, (_, index) =>
      index === 0 ? 'r0 ; label main' : `r${index} < r${index - 1}`,
    );
    const revisions = sketch(...lines);
    const times = [1, 2, 3].map(() => {
      const begin = performance.now();
      RevisionGraph.of(revisions);
      return performance.now() - begin;
    });
    expect(Math.min(...times)).toBeLessThan(1000);
    const graph = RevisionGraph.of(revisions);
    expect(graph.ancestors('r9999')).toHaveLength(10_000);
    expect(graph.labels('r9999')).toEqual(['main']);
  });
});

describe('targets', () => {
  const graph = graphOf(
    'aaaa1111 ; label abranch',
    'bbbb1111 < aaaa1111',
    'bbbb2222 < bbbb1111',
    'cccc1111 ; label cbranch',
    'cccc2222 < cccc1111',
    'dddd1111 < cccc2222',
  );

  it.each([
    ['an id', 'bbbb1111', ['bbbb1111']],
    ['a unique prefix', 'bbbb2', ['bbbb2222']],
    ['a prefix of one character', 'd', ['dddd1111']],
    ['a label', 'abranch', ['aaaa1111']],
    ['the start of a label', 'abr', ['aaaa1111']],
    ['all heads', 'heads', ['bbbb2222', 'dddd1111']],
    ['base', 'base', []],
    ['the base of a branch', 'abranch@base', []],
    ['the head of a branch', 'cbranch@head', ['dddd1111']],
    ['the head above an id', 'aaaa1111@head', ['bbbb2222']],
    ['a revision of a branch', 'abranch@bbbb2', ['bbbb2222']],
    ['steps down from every head', '-1', ['bbbb1111', 'cccc2222']],
    ['steps down from the head of a branch', 'cbranch@-2', ['cccc1111']],
    ['steps down from the head above an id', 'aaaa1111@-1', ['bbbb1111']],
  ])('resolves %s: %s', (_what, target, expected) => {
    expect(ids(graph.resolve(target))).toEqual(expected);
  });

  it.each([
    ['zzzz', 'not-found', 'No revision or branch is called "zzzz"'],
    ['abranch@cccc2222', 'not-found', '"cccc2222" is not a member of branch "abranch"'],
    ['abranch@cccc2222', 'not-found', 'but of "cbranch"'],
    ['abranch@dddd', 'not-found', 'Revision "dddd1111" is not a member of branch "abranch", but of "cbranch"'],
    ['bbbb2222@dddd1111', 'not-found', 'Revision "dddd1111" is not a member of branch "bbbb2222", but of "cbranch"'],
    ['abranch@cccc', 'not-found', 'No revision of branch "abranch" is called "cccc"'],
    ['abranch@zzzz', 'not-found', 'No revision of branch "abranch" is called "zzzz"'],
    ['abranch@', 'not-found', '"abranch@" names no revision'],
    ['cbranch@head-1', 'not-found', '"cbranch@head-1" counts steps, and here a revision has to be named'],
    ['+1', 'not-found', '"+1" counts steps, and here a revision has to be named'],
    ['nope@head', 'not-found', '"nope"'],
    ['nope@base', 'not-found', '"nope"'],
    ['', 'not-found', '""'],
    ['bbbb', 'ambiguous', '"bbbb1111", "bbbb2222"'],
    ['head', 'multiple-heads', '"bbbb2222", "dddd1111"'],
    ['-9', 'invalid-target', '"-9"'],
    ['head-1', 'not-found', '"head-1"'],
  ])('refuses %p as %s', (target, kind, text) => {
    const error = failure(() => graph.resolve(target));
    expect(error.kind).toBe(kind);
    expect(error.message).toContain(text);
  });

  it('suggests how to name a revision of another branch', () => {
    expect(failure(() => graph.resolve('abranch@dddd1111')).hint).toBe(
      'Leave out "abranch@": the id is enough. Or name its own branch: cbranch@dddd1111.',
    );
    const plain = graphOf('aaaa1111 ; label abranch', 'bbbb1111');
    const { message, hint } = failure(() => plain.resolve('abranch@bbbb1111'));
    expect(message).toBe('Revision "bbbb1111" is not a member of branch "abranch"');
    expect(hint).toBe('Leave out "abranch@": the id is enough.');
  });

  it('wants one revision where one is needed', () => {
    expect(graph.resolveOne('cbranch@head')?.id).toBe('dddd1111');
    expect(graph.resolveOne('base')).toBeUndefined();
    expect(failure(() => graph.resolveOne('heads')).kind).toBe('multiple-heads');
  });
});
