import type { Attempt } from './history-table.js';
import type { TriedStep } from './tried-step.js';

/** The step whose record was sent with a statement of a later one, and failed. */
export class UnrecordedStep {
  private failure: { readonly attempt: Attempt; readonly error: unknown } | undefined;

  note(attempt: Attempt, error: unknown): void {
    this.failure ??= { attempt, error };
  }

  /** @throws the error, which the revision that ran meanwhile may have caught */
  check(): void {
    if (this.failure !== undefined) throw this.failure.error;
  }

  /**
   * Finds the step that an error is about, and forgets its failure.
   *
   * @param last the step that was run
   * @param tried those before it
   */
  faultOf(
    error: unknown,
    last: TriedStep,
    tried: readonly TriedStep[],
  ): { readonly at: TriedStep; readonly error: unknown } {
    const { failure } = this;
    this.failure = undefined;
    const at = failure && tried.find(({ attempt }) => attempt === failure.attempt);
    return at === undefined ? { at: last, error } : { at, error: failure?.error };
  }
}
