import { Ansis } from 'ansis';
import type { RevisionInfo } from '../../results.js';
import { RevisionFormat } from './revision-format.js';

const format = new RevisionFormat(new Ansis(0), 1);

function revision(values: Partial<RevisionInfo> = {}): RevisionInfo {
  return {
    revision: 'ae10',
    downRevision: ['1975'],
    dependsOn: [],
    branchLabels: [],
    branchesInto: [],
    message: 'add account',
    doc: 'add account\n\nmore of it',
    path: '/m/ae10.ts',
    isHead: false,
    isEffectiveHead: false,
    isBranchPoint: false,
    isMergePoint: false,
    ...values,
  };
}

describe('RevisionFormat prints as Alembic', () => {
  it.each<[string, Partial<RevisionInfo>, string]>([
    ['a plain revision', {}, '1975 -> ae10, add account'],
    ['a base without a message', { downRevision: [], message: '' }, '<base> -> ae10, empty message'],
    ['a labelled head', { isHead: true, branchLabels: ['users'] }, '1975 -> ae10 (users) (head), add account'],
    ['an effective head', { isHead: true, isEffectiveHead: true }, '1975 -> ae10 (effective head), add account'],
    [
      'a merge with a dependency',
      { downRevision: ['a', 'b'], dependsOn: ['c'], isMergePoint: true },
      'a, b (c) -> ae10 (mergepoint), add account',
    ],
    [
      'where the database stands',
      { currentIn: ['default'], isBranchPoint: true },
      '1975 -> ae10 (current) (branchpoint), add account',
    ],
  ])('history: %s', (_what, values, line) => {
    expect(format.history(revision(values))).toBe(line);
  });

  it('heads and current', () => {
    const head = revision({ isHead: true, branchLabels: ['users'], isMergePoint: true });
    expect(format.head(head)).toBe('ae10 (users) (head)');
    expect(format.current(head)).toBe('ae10 (head) (mergepoint)');
  });

  it('an entry', () => {
    const entry = format.entry(
      revision({ isBranchPoint: true, branchesInto: ['27c6', '3f00'], branchLabels: ['users'], dependsOn: ['c'] }),
    );
    expect(entry.split('\n')).toEqual([
      'Rev: ae10 (branchpoint)',
      'Parent: 1975',
      'Also depends on: c',
      'Branches into: 27c6, 3f00',
      'Branch names: users',
      'Path: /m/ae10.ts',
      '',
      '    add account',
      '',
      '    more of it',
      '',
    ]);
  });

  it('a branch point with what it branches into', () => {
    const point = {
      ...revision({ isBranchPoint: true }),
      branches: [revision({ revision: '27c6', isHead: true }), revision({ revision: '3f00' })],
    };
    expect(format.branch(point, false).split('\n')).toEqual([
      'ae10 (branchpoint)',
      '     -> 27c6 (head)',
      '     -> 3f00',
      '',
    ]);
  });

  it('names the data sources where there are several', () => {
    const shared = new RevisionFormat(new Ansis(0), 2);
    expect(shared.history(revision({ currentIn: ['default', 'logs'] }))).toBe(
      '1975 -> ae10 (current: default, logs), add account',
    );
  });
});
