import { MigrateError } from './migrate.error.js';

/** A hook of a migration listener threw before something, or as a part of it, and so stopped the run. */
export class EventHookError extends MigrateError {
  readonly code = 'EVENT_HOOK';

  constructor(
    /** The method that threw: `onRunStart`. */
    readonly hook: string,
    /** Name of the listener. */
    readonly listener: string,
    of: { readonly dataSource: string; readonly what: string },
    reason: string,
    cause: unknown,
  ) {
    super(`The hook ${hook} of ${listener} stopped the ${of.what} of data source "${of.dataSource}": ${reason}`, {
      hint: 'What this run had not committed is rolled back.',
      cause,
    });
  }
}
