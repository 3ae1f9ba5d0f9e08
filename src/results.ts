import type { Operation } from './operations/operation.js';

/** A revision as `heads`, `history`, `show` … report it. Lists of ids are sorted where Alembic has no order. */
export interface RevisionInfo {
  readonly revision: string;
  readonly downRevision: readonly string[];
  readonly dependsOn: readonly string[];
  /** Own labels and those inherited along the branch. */
  readonly branchLabels: readonly string[];
  /** Revisions that revise this one. */
  readonly branchesInto: readonly string[];
  readonly message: string;
  readonly doc: string;
  /** Absolute path of the file. */
  readonly path: string;
  /** No revision revises it. */
  readonly isHead: boolean;
  /** A head that another revision depends on. */
  readonly isEffectiveHead: boolean;
  readonly isBranchPoint: boolean;
  readonly isMergePoint: boolean;
  /** Names of the data sources whose version table has a row for it; only where the command asked a database. */
  readonly currentIn?: readonly string[];
}

/** A branch point and the revisions it branches into. */
export interface BranchInfo extends RevisionInfo {
  readonly branches: readonly RevisionInfo[];
}

/** The revisions that one database stands at. */
export interface CurrentInfo {
  readonly dataSource: string;
  /** With `verbose`: where it is, never with a password. `postgres at localhost:5432/app`, `better-sqlite3, /data/app.sqlite` */
  readonly database?: string;
  /** With `verbose`: the schema of the data source, where it names one. */
  readonly schema?: string;
  readonly revisions: readonly RevisionInfo[];
}

/** One step that was run (or, offline, written). */
export interface StepResult {
  readonly kind: 'upgrade' | 'downgrade' | 'stamp';
  /** The revision that ran; absent for a stamp. */
  readonly revision?: string;
  readonly from: readonly string[];
  readonly to: readonly string[];
  readonly message: string;
  /** Milliseconds; 0 offline. */
  readonly ms: number;
}

/** What a run did to one database. */
export interface RunResult {
  readonly dataSource: string;
  readonly steps: readonly StepResult[];
  /** Version rows after the run, sorted. */
  readonly current: readonly string[];
  /** The script, in offline mode. */
  readonly sql?: string;
  /** What the run came upon and people should know: an earlier runner that died, another one that was faster. */
  readonly notices: readonly string[];
}

/**
 * How a database stands to the revision files.
 *
 * - `current`: at all heads.
 * - `behind`: revisions are pending.
 * - `ahead`: it has every revision of the files, and newer ones that they lack: newer code upgraded it, as it does while
 *   a deployment is under way.
 * - `unknown`: it has revisions that the files lack, and nothing says that they came on top of all that the files have.
 * - `down`: it could not be asked.
 */
export type MigrationState = 'current' | 'behind' | 'ahead' | 'unknown' | 'down';

/** Where one database stands against the revision files. */
export interface MigrationStatus {
  readonly dataSource: string;
  readonly state: MigrationState;
  /** Rows of the version table, sorted; empty when the database is down. */
  readonly current: readonly string[];
  readonly heads: readonly string[];
  /** Rows of the version table that no revision file has. */
  readonly unknown: readonly string[];
  /** Revisions that `upgrade heads` would run, in that order; empty while rows are unknown and when the database is down. */
  readonly pending: readonly string[];
  /** The state is `current`. */
  readonly upToDate: boolean;
  /** Why the database could not be asked; only when it is down. */
  readonly error?: { readonly code: string; readonly message: string };
}

/** An operation that `migrate` would write, and the data source it is for. */
export type PlannedOperation = Operation & { readonly dataSource: string };

/** What `apply` ran on one database. */
export interface ApplyResult {
  readonly dataSource: string;
  /** How many operations were run. */
  readonly operations: number;
  /** How many statements they were. */
  readonly statements: number;
}

/** What `init` made. */
export interface InitResult {
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
  readonly dryRun: boolean;
  /** What a dry run found to do; null where it was no dry run. */
  readonly would: AdoptIntent | null;
  /** Nothing was left to do: the revision was there, and every database is at it or beyond. */
  readonly done: boolean;
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
  readonly dataSource: string;
  /** Where the migrations were found; null where the revision was there already, or there are none. */
  readonly origin: string | null;
  /** TypeORM's table; empty where it was not looked for. */
  readonly table: string;
  readonly transaction: string;
  /** Names of the classes, in the order in which the revision runs them. */
  readonly migrations: readonly string[];
  /** The database was noted at the revision now. */
  readonly stamped: boolean;
}

export interface TemplateInfo {
  readonly name: string;
  readonly description: string;
}
