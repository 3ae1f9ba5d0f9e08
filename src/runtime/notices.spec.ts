import type { PlanStep } from '../repository/revision.js';
import { unfinishedNotice } from './notices.js';

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

  it.each([
    [0, 'It died in the first statement that it ran outside of a transaction, which may be done in part or whole'],
    [1, 'At least 1 statement of it had been committed and stays.'],
    [3, 'At least 3 statements of it had been committed and stay.'],
  ])('counts the statements that are committed: %s', (statementsDone, text) => {
    const notice = unfinishedNotice({ ...unfinished, statementsDone }, [step]);
    expect(notice).toContain('The upgrade of a1 that ci started at 2026-01-01T00:00:00.000Z was never finished');
    expect(notice).toContain(text);
    expect(notice).toMatch(/It is run again from its first statement\.$/);
  });

  it('does not promise to run it again where it is not', () => {
    expect(unfinishedNotice({ ...unfinished, statementsDone: 0 }, [])).not.toContain('It is run again');
  });

  it('says where the history does not know who began it', () => {
    const notice = unfinishedNotice({ ...unfinished, appliedBy: null, statementsDone: 0 }, []);
    expect(notice).toContain('that an unknown user started');
  });
});
