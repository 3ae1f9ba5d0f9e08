import type { TogetherOutcome } from '../../../dialects/dialect.js';
import type { FailedStatement } from '../../failure.js';
import type { PlannedCall, PlannedCalls } from './planned-calls.js';

/** A call of a revision whose statements were sent before its function was called. */
export interface CallDone {
  /** How many of its statements have run. */
  readonly statements: number;
  /** The one behind those that failed. */
  readonly failure?: FailedStatement;
}

/** What was sent of a revision before its function was called. */
export interface CallsDone {
  readonly calls: readonly CallDone[];
  /** Whether that is all of it. */
  readonly areAll: boolean;
}

/** Sends statements as one message. */
type Send = (statements: readonly string[]) => Promise<TogetherOutcome | undefined>;

/**
 * Sends the calls of a plain revision, as many as go into a message at once. The next ones are compiled while the database works.
 *
 * @param onLast called when the last message is on its way
 */
export async function sendCalls(planned: PlannedCalls, send: Send, onLast: () => void): Promise<CallsDone> {
  const done: CallDone[] = [];
  let calls = await planned.next();
  while (calls.length > 0) {
    const sending = send(calls.flatMap(({ statements }) => statements));
    const following = planned.next();
    if (planned.areAll) onLast();
    const outcome = await sending;
    if (outcome?.error !== undefined) return { calls: [...done, ...upTo(calls, outcome)], areAll: false };
    if (outcome === undefined || outcome.done === 0) return { calls: done, areAll: false };
    for (const { statements } of calls) done.push({ statements: statements.length });
    calls = await following;
  }
  return { calls: done, areAll: planned.areAll };
}

/** The calls up to the one that failed. */
export function upTo(calls: readonly PlannedCall[], { done, error }: TogetherOutcome): readonly CallDone[] {
  const found: CallDone[] = [];
  let left = done;
  for (const { statements } of calls) {
    const sql = statements[left];
    if (sql !== undefined) return [...found, { statements: left, failure: { error, sql } }];
    found.push({ statements: statements.length });
    left -= statements.length;
  }
  return found;
}
