/** A commit that ended in an error. */
export interface FailedCommit {
  readonly error: unknown;
  /** The steps in the transaction. */
  readonly steps: readonly string[];
  /** Steps that were committed before. */
  readonly kept: readonly string[];
}
