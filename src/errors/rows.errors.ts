import { MigrateError } from './migrate.error.js';

/** Rows are in the way of several changes, which are named together, so that they can be mended together. */
export class RowsInTheWayError extends MigrateError {
  readonly code = 'ROWS_IN_THE_WAY';

  constructor(
    /** An error for each of them, in the order of the changes: which table and columns, how many rows, one of them. */
    readonly refusals: readonly MigrateError[],
  ) {
    super(
      [
        `Rows are in the way of ${refusals.length} changes.`,
        ...refusals.map(({ message }, at) => `${at + 1}. ${message}`),
      ].join(' '),
      { hint: [...new Set(refusals.flatMap(({ hint }) => hint ?? []))].join('\n') },
    );
  }
}

/** Several refusals as one error, and one as it is; undefined where there is none. */
export function rowsInTheWay(refusals: readonly MigrateError[]): MigrateError | undefined {
  return refusals.length > 1 ? new RowsInTheWayError(refusals) : refusals[0];
}
