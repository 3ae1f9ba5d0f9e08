import { type DriverResult, joined, NO_RESULT } from './shared-messages.js';
import { sqlState, sqlStates } from './sql-state.js';

/** Results of statements that were not sent. */
export function none(count: number): readonly DriverResult[] {
  return Array.from({ length: count }, () => NO_RESULT);
}

/** The error of a statement, whose position in its message counts what was before it too. */
export function atOwnPosition(error: unknown, leaders: readonly string[]): unknown {
  const { position } = error as { position?: unknown };
  // In characters, and not in the units of a text.
  if (leaders.length > 0 && position !== undefined) {
    Object.assign(error as object, { position: String(Number(position) - [...joined([...leaders, ''])].length) });
  }
  return error;
}

/** Whether an error is about a savepoint that does not exist. */
export function isMissing(error: unknown): boolean {
  const state = sqlState(error);
  return state === sqlStates.noSuchSavepoint || state === sqlStates.noActiveTransaction;
}

/** The classes of such errors of the server. */
const ENDS = ['08', '57'];

/** Whether nothing can be sent again after an error: it is none of the server, or its connection is lost, or the run is stopped. */
export function isEnd(error: unknown): boolean {
  const state = sqlState(error);
  return state === undefined || ENDS.includes(state.slice(0, 2));
}

/**
 * Whether an error is not about a statement, but about others in its message: of one that does not parse none is run, and the error of
 * a statement that is not complete names what follows it.
 *
 * @param isOfLeader one of those before it has failed, or was not run
 */
export function isOfMessage(error: unknown, isOfLeader: boolean): boolean {
  return !isEnd(error) && (isOfLeader || sqlState(error) === sqlStates.syntaxError);
}
