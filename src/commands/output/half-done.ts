import type { CurrentInfo } from '../../results.js';

/** What runs have left in their middle: `; the upgrade of b2 is half done …`; empty without any. */
export function halfDoneText({ halfDone = [] }: Pick<CurrentInfo, 'halfDone'>): string {
  return halfDone
    .map(
      ({ revision, direction, done }) =>
        `; the ${direction} of ${revision} is half done: its statements up to ${done} are committed, and the next ${direction} goes on behind them`,
    )
    .join('');
}
