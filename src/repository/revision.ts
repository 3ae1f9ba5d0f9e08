/**
 * The metadata of a revision file, read without running it.
 *
 * Words are Alembic's: a revision revises its down revisions; a head is a revision that no other revises.
 */
export interface Revision {
  readonly id: string;
  /** Empty for a base, several for a merge. */
  readonly downRevisions: readonly string[];
  /** Ids or branch labels, as written in the file. */
  readonly dependsOn: readonly string[];
  /** Labels that the file itself declares; those that it inherits are in the graph. */
  readonly branchLabels: readonly string[];
  /** Absolute path of the file; absent in graphs made in memory. */
  readonly path?: string;
  /** First paragraph of the leading comment in one line: the message. Empty when there is none. */
  readonly message: string;
  /** The whole leading comment without its comment marks. */
  readonly doc: string;
}

/** One row of the version table to change. Rows are ids; the table is a set of them. */
export type RowChange =
  | { readonly kind: 'insert'; readonly id: string }
  | { readonly kind: 'update'; readonly from: string; readonly to: string }
  | { readonly kind: 'delete'; readonly id: string };

/** One step of a plan: run a revision in a direction (or only note it), then change the version rows. */
export interface PlanStep {
  readonly kind: 'upgrade' | 'downgrade' | 'stamp';
  /** The revision to run; absent for a stamp. */
  readonly revision?: Revision;
  /** The revisions before and after the step: ids without dependencies, as in "Running upgrade a -> b". */
  readonly from: readonly string[];
  readonly to: readonly string[];
  readonly rowChanges: readonly RowChange[];
  /** The version rows after this step, sorted. */
  readonly rows: readonly string[];
}
