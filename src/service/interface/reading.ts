import type {
  BranchInfo,
  CurrentInfo,
  LintFinding,
  LogEntry,
  MigrationStatus,
  PlanReport,
  PlannedOperation,
  RevisionInfo,
  VerifyReport,
} from '../../results.js';
import type {
  ConnectionOptions,
  CurrentOptions,
  HeadsOptions,
  HistoryOptions,
  LintOptions,
  LogOptions,
  PlanOptions,
  StatusOptions,
  VerifyOptions,
} from '../requests.js';

/** The methods of `MigrationService` that read files and databases, and change nothing. */
export interface ReadingCalls {
  /**
   * Reads the revisions that each database is at.
   *
   * @throws DatabaseNotAtHeadsError with `checkHeads`, when one is not at all heads; DatabaseUnreachableError when one cannot be
   *   connected; DataSourcesFailedError when some of several data sources fail: its `answer` is about the others
   * @example
   *     const ids = (await migrations.current()).flatMap(({ revisions }) => revisions.map(({ revision }) => revision));
   */
  current(options?: CurrentOptions): Promise<readonly CurrentInfo[]>;

  /**
   * Lists the revisions that no other revises; it needs no database.
   *
   * @throws RepositoryNotFoundError without a repository; InvalidRevisionFileError for a file that is no revision; MergeConflictError
   *   for a file with a merge conflict
   * @example
   *     if ((await migrations.heads()).length > 1) await migrations.merge();
   */
  heads(options?: HeadsOptions): Promise<readonly RevisionInfo[]>;

  /**
   * Lists the revisions that several others revise, newest first, with those others; it needs no database.
   *
   * @throws what `heads` throws
   * @example
   *     const points = (await migrations.branches()).map(({ revision, branches }) => [revision, branches.length]);
   */
  branches(): Promise<readonly BranchInfo[]>;

  /**
   * Lists the revisions of a range, newest first; without a range all of them.
   *
   * A database is asked for `indicateCurrent` and for a range with `current` in it.
   *
   * @throws InvalidTargetError for what is no range; RevisionNotFoundError for an unknown revision; and what `heads` throws
   * @example
   *     const recent = await migrations.history({ range: '-3:head', indicateCurrent: true });
   */
  history(options?: HistoryOptions): Promise<readonly RevisionInfo[]>;

  /**
   * Shows one revision, or those that a symbol means: `head`, `heads`, `current`, a branch label.
   *
   * @throws RevisionNotFoundError or AmbiguousRevisionError when it is none, or the start of several; and what `heads` throws
   * @example
   *     for (const { message, path } of await migrations.show('21a4')) console.log(message, path);
   */
  show(revision?: string, options?: ConnectionOptions): Promise<readonly RevisionInfo[]>;

  /**
   * Lists what was run on each database, newest first: the rows of its history table; none where there is no such table yet.
   *
   * It needs no revision files, creates nothing and waits for nobody. A script (`upgrade --sql`) leaves no entry.
   *
   * @throws VersionTableError when the history table cannot be read; DatabaseUnreachableError when a database cannot be
   *   connected; DataSourcesFailedError when some of several data sources fail: its `answer` is about the others
   * @example
   *     const failed = (await migrations.log({ limit: 50 })).filter(({ result }) => result === 'failed');
   */
  log(options?: LogOptions): Promise<readonly LogEntry[]>;

  /**
   * Finds the operations that `migrate` would write, each with the data source it is for.
   *
   * None when all is as the entities describe it. `processRevisionDirectives` is asked only where something differs.
   *
   * @throws what `migrate` throws before it writes: DatabaseNotUpToDateError, NoEntitiesError, DataSourcesFailedError …
   * @example
   *     for (const operation of await migrations.check()) console.log(describeOperation(operation));
   */
  check(options?: ConnectionOptions): Promise<readonly PlannedOperation[]>;

  /**
   * Looks for what is not as the revisions left it: files that were changed after they were run or are gone, steps that a runner
   * left when it died, and on PostgreSQL indexes that are INVALID and constraints that are NOT VALID.
   *
   * It changes nothing in a database, and takes no lock that anybody waits for. A file with other white space and comments is the
   * same; one that was run by a version that recorded a checksum of every character is compared with them. Revisions that were
   * stamped or run from a script have no checksum.
   *
   * @throws VersionTableError when the tables of the runner cannot be read; DataSourcesFailedError when some of several data
   *   sources fail: its `answer` is about the others; and what `heads` throws, MissingRevisionError for a file that another one
   *   revises
   * @example
   *     const findings = (await migrations.verify()).flatMap(({ findings }) => findings.map(({ message }) => message));
   */
  verify(options?: VerifyOptions): Promise<readonly VerifyReport[]>;

  /**
   * What the revisions between where each database is and a target would do to it: each statement in order with what it locks,
   * reads, writes again and loses, the transaction that it is in, and how large the tables are.
   *
   * Nothing is changed. The revisions are called as for a script: what one of them asks the database is not answered, and its
   * step has `unknown` from there on. A range (`a1:b2`, `base:head`) has a start of its own, and no database is asked: then tables have no
   * sizes, and the schema is what the revisions before it make. Tables that the plan itself creates are used by nobody: locks of them, and
   * work on them, are left out.
   *
   * @param target where to go, in the target grammar; or a range. @default 'head'
   * @throws what `upgrade` or `downgrade` throws before it runs: InvalidTargetError, RevisionNotFoundError, MigrationFailedError for a
   *   revision that throws; DataSourcesFailedError when some of several data sources fail: its `answer` is about the others
   * @example
   *     const [report] = await migrations.plan();
   *     const losses = report?.steps.flatMap(({ statements }) => statements.flatMap(({ loses = [] }) => loses));
   */
  plan(target?: string, options?: PlanOptions): Promise<readonly PlanReport[]>;

  /**
   * Looks for what is dangerous in the `upgrade` of revisions to a database that serves: locks that others wait for while rows are
   * read or written, data that is lost, what the release before still uses. Nothing is changed.
   *
   * By default the revisions that are pending on each database; what the database knows then counts: its version, its own schema, and that
   * a table is empty. With `range`, `all` or `since` no database is asked, and the schema is what the revisions before make. Tables that
   * the revisions themselves create are used by nobody.
   *
   * @returns the findings by data source, in the order of the revisions and of the lines in them
   * @throws GitReferenceError for a commit that git does not know; what `plan` throws; MigrateOptionsError for an option `lint` that names no
   *   rule; DataSourcesFailedError when some of several data sources fail: its `answer` is about the others
   * @example
   *     const errors = (await migrations.lint({ since: 'origin/main' })).filter(({ level }) => level === 'error');
   */
  lint(options?: LintOptions): Promise<readonly LintFinding[]>;

  /**
   * Compares each database with the revision files: one query for each, all at once, cheap enough for a health check.
   *
   * A database that cannot be asked, or does not answer in time, has the state `down`; it does not hide the others.
   *
   * @throws what `heads` throws
   * @example
   *     const behind = (await migrations.status({ timeout: 500 })).filter(({ upToDate }) => !upToDate);
   */
  status(options?: StatusOptions): Promise<readonly MigrationStatus[]>;
}
