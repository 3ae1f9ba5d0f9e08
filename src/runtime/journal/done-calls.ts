import type { Statement } from '../../dialects/dialect.js';
import { plannedStatement } from '../revision/planned-statement.js';
import type { JournalRow } from './journal-table.js';

/** What an earlier run has done of a call. */
export interface DoneCall {
  /** All of it. */
  readonly isDone: boolean;
  /** Some of it is, or may be. */
  readonly isPartly: boolean;
  /** Of one that is sent in parts: the parts that are not done. */
  readonly rest: readonly Statement[];
}

const NEW: DoneCall = { isDone: false, isPartly: false, rest: [] };

/** The calls of a revision, in their order, with what an earlier run has done of each. */
export class DoneCalls {
  private number = 0;

  /** @param rows the journal that it has left */
  constructor(private readonly rows: readonly JournalRow[]) {}

  /** Takes the next call that has a number. */
  next(): DoneCall {
    this.number += 1;
    const entries = this.rows.filter(({ number, state }) => number === this.number && state !== 'read');
    if (entries.length === 0) return NEW;
    const isPartly = entries.some(({ state }) => state === 'done' || state === 'begun');
    return {
      isDone: entries.every(({ state }) => state === 'done'),
      isPartly,
      rest: entries.filter(({ part, state }) => part > 0 && state !== 'done').map(plannedStatement),
    };
  }
}
