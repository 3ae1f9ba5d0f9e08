import { MigrateError } from './migrate.error.js';

/** `lint({ since })` names a commit that git does not have, or the revisions are in no git repository. */
export class GitReferenceError extends MigrateError {
  readonly code = 'GIT_REFERENCE';

  constructor(
    /** The reference, as it was given. */
    readonly reference: string,
    /** The folder of the revisions. */
    readonly directory: string,
    /** What git reports. */
    problem: string,
  ) {
    super(`The revisions since "${reference}" are not known: ${problem}`, {
      hint: 'In a CI job fetch the branch first: `git fetch origin main`, or `fetch-depth: 0` of actions/checkout.',
    });
  }
}
