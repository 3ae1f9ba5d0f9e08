import type { DataSource, QueryRunner } from 'typeorm';
import type { Dialect, ServerFacts, StatementProgress } from '../dialects/dialect.js';
import type { WaitListener } from '../dialects/common/wait-report.js';
import type { LockMode } from '../dialects/lock.js';
import type { QueryListener } from '../dialects/own-queries.js';
import type { Operations, RevisionFunction } from '../operations/operations.interface.js';
import type { PlanStep, Revision } from '../repository/revision.js';
import type { StopOptions } from './abort.js';
import type { OpenJournal } from './journal/journal-table.js';
import type { QualifiedName, SchemaModel } from '../schema/schema.model.js';

/** The settings of a run on one database. */
export interface RunSettings {
  readonly versionTable: QualifiedName;
  /** A transaction for each step instead of one around them all. */
  readonly transactionPerMigration: boolean;
  /** Longest wait for a table lock in one attempt, ms. */
  readonly lockTimeout: number;
  /** How often a lock is tried. @default 10 */
  readonly lockAttempts?: number;
  /** Longest run of one statement, ms; 0 for no limit. */
  readonly statementTimeout: number;
  /** Longest wait for another runner to finish, ms. */
  readonly runnerTimeout: number;
  /** Longest wait for a connection of the pool, ms; 0 for no limit. @default 0 */
  readonly connectTimeout?: number;
  /** How long a database is waited for that is away before anything has run, ms. @default 0 */
  readonly waitForDatabase?: number;
  /** How runs on the database exclude each other. @default 'auto' */
  readonly lock?: LockMode;
  /** Longest time for the function of one revision, ms; 0 for no limit. @default 0 */
  readonly revisionTimeout?: number;
  /**
   * Called after each step, inside its transaction; a throw fails the step. Not called again when the transaction is begun again,
   * and not offline, where nothing is applied.
   */
  readonly onVersionApply?: (applied: VersionApplied) => void | Promise<void>;
  readonly xArgs: Readonly<Record<string, string>>;
  readonly tag?: string;
  /** The tenant of a fleet that the run is for: its schema is not made where it is missing. */
  readonly tenant?: RunTenant;
}

/** A tenant of a fleet, as its revisions know it. */
export interface RunTenant {
  readonly id: string;
  readonly tags: readonly string[];
}

/** A step that was applied, as `onVersionApply` gets it. */
export interface VersionApplied {
  /** The data source of the database. */
  readonly dataSource: string;
  /** The tenant that is migrated; absent where the run is not of a fleet. */
  readonly tenant?: string;
  /** What was done: a revision was run, or only recorded (`stamp`). */
  readonly kind: PlanStep['kind'];
  /** The revision that ran; absent for a stamp. */
  readonly revision?: string;
  /** The revisions that it left; empty from base. */
  readonly from: readonly string[];
  /** The revisions that it led to; empty to base. */
  readonly to: readonly string[];
  /** The version rows after the step, sorted. */
  readonly rows: readonly string[];
}

/** A revision whose file has been loaded, with only its functions for one data source; none of them has been called. */
export interface LoadedRevision {
  /** Absent when the file has nothing to do for this data source. */
  readonly upgrade?: RevisionFunction;
  readonly downgrade?: RevisionFunction;
  /** Of the code of the file, without white space and comments. */
  readonly checksum: string;
}

/** What runs and scripts have in common. */
interface CommonRequest {
  readonly dataSource: DataSource;
  readonly dataSourceName: string;
  readonly dialect: Dialect;
  readonly settings: RunSettings;
  /** Loads a revision of the plan; all are loaded before the first statement of the plan runs. */
  readonly load: (revision: Revision) => Promise<LoadedRevision>;
  /** Finds a provider of the application, for `op.get`. */
  readonly get: Operations['get'];
  /** Called for each step as it begins; not again when a step runs again after it has met contention. */
  readonly onStep?: (step: PlanStep, place: StepPlace) => void;
}

/** The place of a step in its plan. */
export interface StepPlace {
  /** Which step it is, from 1. */
  readonly number: number;
  /** How many steps the plan has. */
  readonly total: number;
}

/** A statement of a run that is sent, runs or has ended. */
export interface StatementReport {
  readonly sql: string;
  /** `running` once a second while it runs; `done` also where it has failed. */
  readonly state: 'sent' | 'running' | 'done';
  /** Since it was sent. */
  readonly ms: number;
  readonly progress?: StatementProgress;
}

/** What came of a step. */
export interface StepReport {
  readonly ms: number;
  /** Statements that ran, those of a failed step included. */
  readonly statements: number;
  /** Why the step failed. */
  readonly error?: Error;
}

/** A run on a live database. The data source must be initialized. */
export interface RunRequest extends CommonRequest, StopOptions {
  /** Wraps the work of each step, with all its tries. A throw of its own rolls the run back. */
  readonly aroundStep?: (step: PlanStep, work: () => Promise<StepReport>) => Promise<StepReport>;
  /**
   * Nothing outside the run sees its steps before it ends, so that a step may be recorded with the first statement of the next one.
   * @default false
   */
  readonly mayRecordLater?: boolean;
  /**
   * Nobody hears when a step begins or ends, so that several may be sent as one message: for those neither `onStep` is called, nor
   * `aroundStep` or `onVersionApply`.
   * @default false
   */
  readonly mayJoinSteps?: boolean;
  /** Makes the plan for the version rows, which are read under the lock. */
  readonly plan: (rows: readonly string[]) => readonly PlanStep[];
  /** Whether one revision builds on another, or that on it; absent where all are of one branch. */
  readonly areRelated?: (one: string, other: string) => boolean;
  /** Delete all version rows first; the plan is then made from none. */
  readonly purge?: boolean;
  /** Go on with the first revision of the plan from this statement, by its number in the journal. */
  readonly resumeFrom?: number;
  /** Forget how far earlier runs came with revisions in the other direction. @default false: such a plan is refused */
  readonly abandon?: boolean;
  /** Called when the run starts to wait for the database, for each thing that it waits for, and again every 10 s. */
  readonly onWait?: WaitListener;
  /** Called where the run goes on with a revision that failed in its middle, with a message about it. */
  readonly onResume?: (message: string) => void;
  /** Called when a statement waits for a lock, and then every 10 s at most, with a message that names who holds it. */
  readonly onLockWait?: (message: string) => void;
  /** Called for each statement on the connection of the run, of revisions and of the run itself. */
  readonly onStatement?: (statement: StatementReport) => void;
  /** Called for each statement that is not a revision's. */
  readonly onQuery?: QueryListener;
  /** The caller's connection, in place of one of the run's own. */
  readonly queryRunner?: QueryRunner;
}

/** A run that is written as a script. The data source is never connected. */
export interface ScriptRequest extends CommonRequest {
  readonly plan: readonly PlanStep[];
  /** The version rows that the script starts from. */
  readonly startRows: readonly string[];
  /** Create the version table even where the plan has no step. @default false */
  readonly ensureVersionTable?: boolean;
  /**
   * The upgrade steps from base to `startRows`. They are replayed, and not written, when a statement depends on the definition of a
   * table, which only the earlier revisions have.
   */
  readonly history: readonly PlanStep[];
  /** It is for a plan, of which nothing is run: what is known of the server, which decides how some changes are made. */
  readonly planned?: ServerFacts;
  /** The schema that the script starts from, where a database was asked for it: `history` is not replayed then. */
  readonly startSchema?: SchemaModel;
  /** What earlier runs have left in its middle on that database: what is done of it is passed over. */
  readonly left?: readonly OpenJournal[];
  /** Call no provider of the application: what a revision does with one is not known. @default false */
  readonly withoutProviders?: boolean;
  /** Reads the names in a table of TypeORM's migrations, the last one first, where a database can be asked. */
  readonly typeormRows?: (table: string) => Promise<readonly string[]>;
}
