import { CallersTransactionError } from '../errors/callers.errors.js';
import { Lexer, type Token } from '../repository/files/lexer.js';
import type { PlanStep } from '../repository/revision.js';
import { functionOf } from './revision/revision-call.js';
import type { LoadedRevision } from './run.request.js';
import { nameOfStep } from './step-text.js';

/**
 * Refuses a plan with revisions that leave the transaction, before anything of it is run.
 *
 * It looks only at the source of `upgrade` and `downgrade`: a call in a function of another file is refused when it is made.
 *
 * @throws CallersTransactionError with the names of all of them
 */
export function refuseLeaving(plan: readonly PlanStep[], loaded: ReadonlyMap<PlanStep, LoadedRevision>): void {
  const leaving = plan.filter((step) => {
    const fn = functionOf(step, loaded.get(step));
    return fn !== undefined && leavesTransaction(fn.toString());
  });
  if (leaving.length === 0) return;
  throw new CallersTransactionError(leaving.map(describeStep), true);
}

/** A step as a CallersTransactionError names it. */
export function describeStep(step: PlanStep): { readonly revision: string; readonly file: string | undefined } {
  return { revision: nameOfStep(step), file: step.revision?.path };
}

/** Whether a function's source calls something that cannot run in a transaction; comments and strings are ignored. */
function leavesTransaction(source: string): boolean {
  const tokens = [...new Lexer(source)];
  return tokens.some(
    ({ kind, value }, at) =>
      (kind === 'word' && value === 'autocommit') ||
      (isKey(tokens, at, 'isConcurrent') && tokens[at + 2]?.value !== 'false') ||
      (isKey(tokens, at, 'transaction') && /^(each|none)$/i.test(tokens[at + 2]?.value ?? '')),
  );
}

/** Whether the tokens at `at` are a property of an object literal, as `isConcurrent: true`. */
function isKey(tokens: readonly Token[], at: number, name: string): boolean {
  const token = tokens[at];
  const isName = token?.value === name && (token.kind === 'word' || token.kind === 'string');
  return isName && tokens[at + 1]?.value === ':';
}
