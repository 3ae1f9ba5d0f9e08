import type { PlanStep } from '../repository/revision.js';
import type { UnfinishedStep } from './bookkeeping/history-table.js';
import type { JournalRow } from './journal/journal-table.js';
import { deadNotices, failedNotices } from './notices.js';

describe('the notice about a revision that a dead runner began', () => {
  const step = {
    kind: 'upgrade',
    from: [],
    to: ['a1'],
    revision: { id: 'a1', message: '', path: '/a1.ts' },
    rowChanges: [],
    rows: ['a1'],
  } as unknown as PlanStep;
  const unfinished = { revision: 'a1', direction: 'upgrade', startedAt: '2026-01-01T00:00:00.000Z', appliedBy: 'ci' };

  const row = {
    number: 2,
    part: 0,
    hash: '',
    statement: 'UPDATE t',
    statements: 1,
    state: 'done',
    details: null,
  } as const;
  const noticeOf = (
    left: UnfinishedStep,
    plan: readonly PlanStep[],
    rows?: readonly JournalRow[],
    from?: number,
  ): string => {
    const journal = rows && { revision: 'a1', direction: 'upgrade', rows };
    return deadNotices(plan, [left], { left: () => journal }, from).join('\n');
  };

  it('names the statement behind which it goes on, or the one that was asked for', () => {
    const left = { ...unfinished, statementsDone: 2 };
    expect(noticeOf(left, [step], [row, { ...row, number: 3, state: 'begun' }])).toMatch(
      /goes on behind its statement 2/,
    );
    expect(noticeOf(left, [step], [row], 2)).toMatch(/goes on with its statement 2, as asked\.$/);
  });

  it('does not say of one that failed that its runner died', () => {
    const journal = { revision: 'a1', direction: 'upgrade', rows: [row] };
    expect(failedNotices([step], [], { left: () => journal }, undefined)).toEqual([
      'The upgrade of a1, which failed before, goes on behind its statement 2, the last one that is done.',
    ]);
  });

  it.each([
    [0, 'The first statement that it ran outside of a transaction may be done in part or whole'],
    [1, 'At least 1 statement of it had been committed and stays.'],
    [3, 'At least 3 statements of it had been committed and stay.'],
  ])('counts the statements that are committed: %s', (statementsDone, text) => {
    const notice = noticeOf({ ...unfinished, statementsDone }, [step]);
    expect(notice).toContain('The upgrade of a1 that ci started at 2026-01-01T00:00:00.000Z was never finished');
    expect(notice).toContain(text);
    expect(notice).toMatch(/It is run again from its first statement\.$/);
  });

  it('does not promise to run it again where it is not', () => {
    expect(noticeOf({ ...unfinished, statementsDone: 0 }, [])).not.toContain('It is run again');
  });

  it('says where the history does not know who began it', () => {
    const notice = noticeOf({ ...unfinished, appliedBy: null, statementsDone: 0 }, []);
    expect(notice).toContain('that an unknown user started');
  });
});
