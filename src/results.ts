import type { Operation } from './operations/operation.js';

export type * from './results.lint.js';
export type * from './results.plan.js';

/** A revision as `heads`, `history`, `show` … report it. Lists of ids are sorted where Alembic has no order. */
export interface RevisionInfo {
  /** Its id. */
  readonly revision: string;
  /** Ids of the revisions that it revises; several for a merge, none for a base. */
  readonly downRevision: readonly string[];
  /** Ids of the revisions that must have run before, besides those that it revises. */
  readonly dependsOn: readonly string[];
  /** Own labels and those inherited along the branch. */
  readonly branchLabels: readonly string[];
  /** Revisions that revise this one. */
  readonly branchesInto: readonly string[];
  /** The first paragraph of the first comment of its file. */
  readonly message: string;
  /** All of that comment. */
  readonly doc: string;
  /** Absolute path of the file. */
  readonly path: string;
  /** No revision revises it. */
  readonly isHead: boolean;
  /** A head that another revision depends on. */
  readonly isEffectiveHead: boolean;
  /** Several revisions revise it. */
  readonly isBranchPoint: boolean;
  /** It revises several revisions. */
  readonly isMergePoint: boolean;
  /** Names of the data sources whose version table has a row for it; only where the command asked a database. */
  readonly currentIn?: readonly string[];
}

/** A branch point and the revisions it branches into. */
export interface BranchInfo extends RevisionInfo {
  /** The revisions that revise it. */
  readonly branches: readonly RevisionInfo[];
}

/** The revisions that one database is at. */
export interface CurrentInfo {
  /** The data source of the database. */
  readonly dataSource: string;
  /** With `verbose`: where it is, never with a password. `postgres at localhost:5432/app`, `better-sqlite3, /data/app.sqlite` */
  readonly database?: string;
  /** With `verbose`: the schema of the data source, where it names one. */
  readonly schema?: string;
  /** With `verbose`: revisions that a run has left in their middle; absent without any. */
  readonly halfDone?: readonly HalfDoneRevision[];
  /** The revisions, one for each branch; none at base. */
  readonly revisions: readonly RevisionInfo[];
}

/** One step that was run (or, offline, written). */
export interface StepResult {
  /** What was done: a revision was run, or only noted (`stamp`). */
  readonly kind: 'upgrade' | 'downgrade' | 'stamp';
  /** The revision that ran; absent for a stamp. */
  readonly revision?: string;
  /** The revisions that it left; empty from base. */
  readonly from: readonly string[];
  /** The revisions that it led to; empty to base. */
  readonly to: readonly string[];
  /** The message of the revision. */
  readonly message: string;
  /** Milliseconds; 0 offline. */
  readonly ms: number;
}

/** What a run did to one database. */
export interface RunResult {
  /** The data source of the database. */
  readonly dataSource: string;
  /** The steps, in their order; none when there was nothing to do. */
  readonly steps: readonly StepResult[];
  /** Version rows after the run, sorted. */
  readonly current: readonly string[];
  /** The script, in offline mode. */
  readonly sql?: string;
  /** What the run came upon and people should know: an earlier runner that died, another one that was faster. */
  readonly notices: readonly string[];
}

/**
 * Where a database is, compared with the revision files.
 *
 * - `current`: at all heads.
 * - `behind`: revisions are pending.
 * - `ahead`: it has every revision of the files, and newer ones that they lack: newer code upgraded it, as it does while
 *   a deployment is under way.
 * - `unknown`: it has revisions that the files lack, and nothing says that they came on top of all that the files have.
 * - `down`: it could not be asked.
 */
export type MigrationState = 'current' | 'behind' | 'ahead' | 'unknown' | 'down';

/** A revision that a run has left in its middle, behind statements that are committed. */
export interface HalfDoneRevision {
  /** Its id. */
  readonly revision: string;
  /** Which of its functions was running. */
  readonly direction: 'upgrade' | 'downgrade';
  /** The number of the last statement that is done: the next run goes on behind it. */
  readonly done: number;
}

/** How one database compares with the revision files. */
export interface MigrationStatus {
  /** The data source of the database. */
  readonly dataSource: string;
  /** Whether it is at the heads, and if not, why. */
  readonly state: MigrationState;
  /** Rows of the version table, sorted; empty when the database is down. */
  readonly current: readonly string[];
  /** Heads of the revision files, sorted. */
  readonly heads: readonly string[];
  /** Rows of the version table that no revision file has. */
  readonly unknown: readonly string[];
  /** Revisions that `upgrade heads` would run, in that order; empty while rows are unknown and when the database is down. */
  readonly pending: readonly string[];
  /** Revisions that a run has left in their middle, where that is asked for; absent without any. */
  readonly halfDone?: readonly HalfDoneRevision[];
  /** The state is `current`. */
  readonly upToDate: boolean;
  /** Why the database could not be asked; only when it is down. */
  readonly error?: { readonly code: string; readonly message: string };
}

/** A step that was tried on a database, as its history table has it. Times are ISO 8601, in UTC. */
export interface LogEntry {
  /** The data source of the database. */
  readonly dataSource: string;
  /** The revision; for a stamp of several, their ids with commas between them. */
  readonly revision: string;
  /** What was tried. */
  readonly direction: 'upgrade' | 'downgrade' | 'stamp';
  /** `unfinished` has no end yet: its runner is still at work, or died; `verify` says which, where the database shows it. */
  readonly result: 'done' | 'failed' | 'unfinished';
  /** When it began. */
  readonly startedAt: string;
  /** When it ended; null while it is unfinished. Where its runner died: when the next run noticed. */
  readonly finishedAt: string | null;
  /** Milliseconds; null while it is unfinished, and where its runner died. */
  readonly ms: number | null;
  /** Statements that it ran; of a failed or unfinished one, at least those that are known to be committed. */
  readonly statements: number;
  /** Who ran it: the variable NEST_DB_USER, else the user and host of the system. */
  readonly appliedBy: string | null;
  /** The version of this package that ran it. */
  readonly packageVersion: string | null;
  /** Why it failed, without passwords; null where it did not. */
  readonly error: string | null;
}

/**
 * What `verify` found.
 *
 * - `changed-file`: the file of an applied revision is not what was run, apart from white space and comments.
 * - `invalid-file`: the code of a revision does not parse, whether it was run or not: a new database could not run it.
 * - `missing-file`: a revision was run, and no file declares it.
 * - `unfinished-step`: a step that failed behind what it had committed, or whose runner died, or, where the database does not show
 *   whether a run is at work, may have died.
 * - `invalid-index`: an index of PostgreSQL that no query uses, since its build failed.
 * - `not-valid-constraint`: a constraint of PostgreSQL that was never checked for all rows.
 */
export type VerifyFindingKind =
  'changed-file' | 'invalid-file' | 'missing-file' | 'unfinished-step' | 'invalid-index' | 'not-valid-constraint';

/** One thing that is not as the revisions left it. */
export interface VerifyFinding {
  /** What kind of thing. */
  readonly kind: VerifyFindingKind;
  /** The revision that it is about; absent for an index and a constraint. */
  readonly revision?: string;
  /** The index, or table and constraint (`product.CHK_price`), as the database prints the name. */
  readonly object?: string;
  /** What is wrong, in a sentence. */
  readonly message: string;
  /** What to do about it. */
  readonly hint: string;
}

/** What `verify` found on one database. */
export interface VerifyReport {
  /** The data source of the database. */
  readonly dataSource: string;
  /** None where all is as the revisions left it. */
  readonly findings: readonly VerifyFinding[];
}

/** An operation that `migrate` would write, and the data source it is for. */
export type PlannedOperation = Operation & {
  /** The data source that it is for. */
  readonly dataSource: string;
};

/** What `apply` ran on one database. */
export interface ApplyResult {
  /** The data source of the database. */
  readonly dataSource: string;
  /** How many operations were run. */
  readonly operations: number;
  /** How many statements they were. */
  readonly statements: number;
}

/** What `init` made. */
export interface InitResult {
  /** Absolute path of the repository. */
  readonly directory: string;
  /** Absolute paths, in the order written. */
  readonly files: readonly string[];
  /** Absolute paths of the tsconfig files that were changed, so that the build leaves the repository out. */
  readonly excludedFrom: readonly string[];
  /** Where migrations of TypeORM were found, which `adopt` takes over before there is a revision; absent where there are none. */
  readonly typeormMigrations?: string;
}

/** What `adopt` did, or with `dryRun` would do. */
export interface AdoptResult {
  /** The first revision, which runs the old migrations or makes what the database holds; null in a dry run that would write it. */
  readonly revision: RevisionInfo | null;
  /** The revision was written now, and was not there before. */
  readonly written: boolean;
  /** It was asked with `dryRun`, and changed nothing. */
  readonly dryRun: boolean;
  /** What a dry run found to do; null where it was no dry run. */
  readonly would: AdoptIntent | null;
  /** Nothing was left to do: the revision was there, and every database is at it or beyond. */
  readonly done: boolean;
  /** The data sources, in the order of runs. */
  readonly dataSources: readonly AdoptedDataSource[];
  /** Files that moved into the repository; absolute paths. */
  readonly moved: readonly { readonly from: string; readonly to: string }[];
}

/** What an adoption would do. */
export interface AdoptIntent {
  /** Write the first revision. */
  readonly write: boolean;
  /** Note the databases of these data sources at it. */
  readonly stamp: readonly string[];
  /** Move these files into the repository; absolute paths. */
  readonly move: readonly { readonly from: string; readonly to: string }[];
}

/** One data source of an adoption. */
export interface AdoptedDataSource {
  /** Its name. */
  readonly dataSource: string;
  /** Where the migrations were found; null where the revision was there already, or there are none. */
  readonly origin: string | null;
  /** TypeORM's table; empty where it was not looked for. */
  readonly table: string;
  /** TypeORM's transaction mode, which the revision has. */
  readonly transaction: string;
  /** Names of the classes, in the order in which the revision runs them. */
  readonly migrations: readonly string[];
  /** The database was noted at the revision now. */
  readonly stamped: boolean;
}

/** A template of `init`. */
export interface TemplateInfo {
  /** What `init({ template })` takes. */
  readonly name: string;
  /** What it is for, in one line. */
  readonly description: string;
}
