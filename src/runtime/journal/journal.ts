import type { QueryRunner } from 'typeorm';
import type { Entry, RevisionJournal } from './revision-journal.js';

/** What a running revision asks of its journal. */
export type Journal = Pick<
  RevisionJournal,
  'call' | 'split' | 'mark' | 'flush' | 'kept' | 'undoFlush' | 'answer' | 'addRead'
> & {
  /** Whether anything is recorded. */
  readonly isKept: boolean;
  /** Whether there is nothing of an earlier run. */
  readonly isEmpty: boolean;
};

/** The journal of operations without a revision, which nothing can resume. */
export const noJournal: Journal = {
  isKept: false,
  isEmpty: true,
  call: async (): Promise<readonly Entry[]> => [newEntry()],
  split: (_entry, parts) => parts.map(newEntry),
  mark: () => undefined,
  flush: async (_runner: QueryRunner) => undefined,
  kept: () => undefined,
  undoFlush: () => undefined,
  answer: () => undefined,
  addRead: () => undefined,
};

function newEntry(): Entry {
  return { number: 0, part: 0, hash: '', statement: '', statements: 1, state: 'planned', details: null };
}
