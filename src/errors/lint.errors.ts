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
      hint: hintOn(problem, directory),
    });
  }
}

function hintOn(problem: string, directory: string): string {
  if (problem.includes('not installed')) return 'Install git, or name the revisions: `lint A:B`.';
  if (problem.includes('not a git repository')) {
    return `${directory} is in no repository of git. Without one, name the revisions: \`lint A:B\`.`;
  }
  return 'In a CI job fetch the branch first: `git fetch origin main`, or `fetch-depth: 0` of actions/checkout.';
}
