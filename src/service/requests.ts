import type { RunLoss } from '../errors/data-loss.errors.js';
import type { DataLossMode } from './options/data-loss-mode.js';
import type { BusyWith, WaitInfo } from '../errors/waiting.errors.js';
import type { Notice, OwnQuery, RenameQuestion, StatementNotice, StepNotice } from './notices.js';
import type { ConnectionOptions, StopOptions } from './requests.reading.js';

export type * from './notices.js';
export type * from './requests.reading.js';

/**
 * What a caller may narrow or add for one call; the command line's group options.
 *
 * @example
 *     await migrations.with({ dataSources: ['analytics'], xArgs: { tenant: 'acme' } }).upgrade();
 */
export interface MigrationOverrides extends ConnectionOptions, StopOptions {
  /** Another repository than the configured one: absolute, or relative to the application's root. @example directory: 'migrations-admin' */
  readonly directory?: string;
  /** Values of `-x`, laid over the configured ones. @default {} @example xArgs: { tenant: 'acme' } */
  readonly xArgs?: Readonly<Record<string, string>>;
  /** Only these data sources of the repository, at least one. @default all of them @example dataSources: ['analytics'] */
  readonly dataSources?: readonly string[];
  /** Longest wait for a connection, in ms; 0 for no limit. @default the option of MigrateModule @example connectTimeout: 2_000 */
  readonly connectTimeout?: number;
  /** How long to wait for a database that is away, in ms. @default the option of MigrateModule @example waitForDatabase: 60_000 */
  readonly waitForDatabase?: number;
  /**
   * Name of the application, where it is one of several of a workspace: `init` notes it in migrations.json (`applications`),
   * and a repository of others is refused.
   *
   * @default none: nothing is noted or refused
   * @example application: 'api'
   */
  readonly application?: string;
  /** Write to the logger of the option `logger` too. @default true @example useLogger: false */
  readonly useLogger?: boolean;
  /** Called with each step as it begins. @example onStep: ({ kind, to, message }) => console.log(kind, to, message) */
  readonly onStep?: (step: StepNotice) => void;
  /**
   * Called with each statement of a run when it is sent, once a second while it runs, and when it has ended.
   *
   * @example onStatement: ({ sql, state, ms }) => state === 'running' && console.log(sql, ms)
   */
  readonly onStatement?: (statement: StatementNotice) => void;
  /**
   * Called when a run starts to wait for a database, for each that it waits for: another run, or where the database does not
   * show which, any connection that writes; one that reads, while the run commits; or the application itself. Again every
   * 10 s while the wait lasts. `wait.holder` is who is waited for, as far as the database shows it.
   *
   * @example onWait: (dataSource, busyWith, wait) => console.log(`${dataSource}: waits for a ${busyWith}`, wait.holder?.pid)
   */
  readonly onWait?: (dataSource: string, busyWith: BusyWith, wait: WaitInfo) => void;
  /** Called with what a call reports besides its result: what was found, warnings. @example onNotice: ({ message }) => console.log(message) */
  readonly onNotice?: (notice: Notice) => void;
  /**
   * Called with each statement that this package sends for itself: what it asks the catalog, its version table, its locks. The
   * application's logger sees only those of revisions.
   *
   * @example onQuery: ({ dataSource, sql }) => console.debug(dataSource, sql)
   */
  readonly onQuery?: (query: OwnQuery) => void;
}

/**
 * How `init` makes a repository.
 *
 * @example
 *     await migrations.init({ multidb: true });
 */
export interface InitRequest {
  /** Use the template for several databases. @default false @example multidb: true */
  readonly multidb?: boolean;
  /** Name of a built-in template, or the path of a directory. @default 'default' @example template: 'tools/migrations' */
  readonly template?: string;
}

/**
 * What `migrate` writes, and how it finds it.
 *
 * @example
 *     await migrations.migrate({ message: 'rename name', renames: ['user.name:user.fullName'] });
 */
export interface MigrateRequest extends ConnectionOptions {
  /** Values that the template reads as `it.NAME`, over those of the option. @default {} @example templateArgs: { ticket: 'A-7' } */
  readonly templateArgs?: Readonly<Record<string, unknown>>;
  /** The first paragraph of the file, and the slug of its name. @default '' @example message: 'add phone' */
  readonly message?: string;
  /** The revision to build on, or several, in the target grammar. @default 'head' @example head: 'billing@head' */
  readonly head?: string | readonly string[];
  /** Allow a `head` that other revisions revise: it starts a branch. @default false @example splice: true */
  readonly splice?: boolean;
  /** A label for the branch that begins here. @default none @example branchLabel: 'billing' */
  readonly branchLabel?: string;
  /** One of the version locations, for the file. @default that of the revision before @example versionPath: 'versions' */
  readonly versionPath?: string;
  /** The id of the revision. @default twelve random hexadecimal digits @example revId: '0042' */
  readonly revId?: string;
  /** Revisions that must have run before, in the target grammar. @default none @example dependsOn: ['ae10'] */
  readonly dependsOn?: string | readonly string[];
  /**
   * Renames to take as such; one that fits nothing is an InvalidRenameError.
   *
   * @default []
   * @example renames: ['user.name:user.fullName', 'post:article']
   */
  readonly renames?: readonly string[];
  /**
   * A file with more of them, one on a line, `#` before a comment; absolute, or relative to the working directory. As for
   * those of `migrations.json`, one that is done already is passed over, and one that fits nothing is a warning.
   *
   * @default none
   * @example renameFile: 'renames.txt'
   */
  readonly renameFile?: string;
  /**
   * Write the statements themselves, `op.execute('ALTER TABLE …')`, instead of operations. To learn them they are run on the
   * database, up and down again, in a transaction that is rolled back; where that undoes no change of the schema it is
   * refused (`SQL_BODY_UNAVAILABLE`).
   *
   * @default false
   * @example sqlBody: true
   */
  readonly sqlBody?: boolean;
  /**
   * Write what would make the present database out of an empty one, whatever the entities say: the first revision of a
   * database that is there already. The repository must have no revisions yet.
   *
   * @default false
   * @example fromDatabase: true
   */
  readonly fromDatabase?: boolean;
  /**
   * Write changes of tables that are in use in their online form, or (false) plainly, over the option `online`.
   *
   * @default the option
   * @example online: true
   */
  readonly online?: boolean;
  /**
   * Write, in place of what differs, three revisions that change the type of a column without writing its table again under a lock:
   * `TABLE.COLUMN:TYPE`. PostgreSQL only; a column that cannot be changed so is an ExpandRefusedError.
   *
   * @default none
   * @example expand: 'user.id:bigint'
   */
  readonly expand?: string;
  /** Look for drops and additions that may be renames: to ask, or to warn of them. @default true @example detectRenames: false */
  readonly detectRenames?: boolean;
  /**
   * Asked about each drop and addition that may be a rename, schemas before tables before columns, the likeliest first. True
   * makes it a rename; false leaves the drop and the addition.
   *
   * @default nobody is asked: the file has a warning
   * @example confirmRename: ({ from, to, score }) => score > 0.9
   */
  readonly confirmRename?: (question: RenameQuestion) => boolean | Promise<boolean>;
}

/**
 * What `revision` writes.
 *
 * @example
 *     await migrations.revision({ message: 'fill countries', head: 'ae10' });
 */
export interface RevisionRequest extends MigrateRequest {
  /** Fill the revision with what differs between entities and database. @default false @example autogenerate: true */
  readonly autogenerate?: boolean;
  /** Refused when true, as in Alembic: `sqlBody` writes SQL, and `upgrade` scripts. @default false @example sql: false */
  readonly sql?: boolean;
}

/**
 * What `merge` writes.
 *
 * @example
 *     await migrations.merge('heads', { message: 'join all branches' });
 */
export interface MergeRequest {
  /** Values that the template reads as `it.NAME`, over those of the option. @default {} @example templateArgs: { ticket: 'A-7' } */
  readonly templateArgs?: Readonly<Record<string, unknown>>;
  /** The first paragraph of the file. @default '' @example message: 'join both branches' */
  readonly message?: string;
  /** A label for the branch that begins here. @default none @example branchLabel: 'main' */
  readonly branchLabel?: string;
  /** The id of the revision. @default twelve random hexadecimal digits @example revId: '0043' */
  readonly revId?: string;
  /** Allow revisions that are not heads. @default false @example splice: true */
  readonly splice?: boolean;
}

/**
 * How `upgrade`, `downgrade` and `stamp` run.
 *
 * @example
 *     const [script] = await migrations.upgrade('ae10:head', { sql: true });
 *     console.log(script?.sql);
 */
export interface RunOptions extends ConnectionOptions, StopOptions {
  /** Write the statements instead of running them; the target may then be a range `a:b`. @default false @example sql: true */
  readonly sql?: boolean;
  /** A word that revisions read as `op.context.tag`. @default none @example tag: 'without data' */
  readonly tag?: string;
}

/**
 * How `upgrade` and `downgrade` run.
 *
 * @example
 *     await migrations.with({ dataSources: ['default'] }).upgrade('head', { resumeFrom: 3 });
 */
export interface UpgradeOptions extends RunOptions {
  /**
   * Go on with the first revision that comes, which an earlier run has left in its middle, from this statement, by its number in the
   * error of that run: those before it count as done. Without it a run goes on behind the last one that is done. @default none
   * @example resumeFrom: 3
   */
  readonly resumeFrom?: number;
  /**
   * Run although another revision of the branch was left in its middle in the other direction, and forget how far that came: what is
   * done of it stays in the database, and the revision begins with its first statement when it is run again.
   *
   * @default false: the run is refused (RevisionHalfDoneError)
   * @example abandon: true
   */
  readonly abandon?: boolean;
  /** Over the option `onDataLoss` of the data sources. @default the option @example onDataLoss: 'refuse' */
  readonly onDataLoss?: DataLossMode;
  /**
   * Asked once with `onDataLoss: 'ask'`, before anything runs, when the run would take rows or values away, or do what is not known
   * before (`isUnknown`); without it the run goes on. False ends it with a DataLossError.
   *
   * @default none: the run goes on
   * @example confirmDataLoss: (losses) => losses.length < 2
   */
  readonly confirmDataLoss?: (losses: readonly RunLoss[]) => boolean | Promise<boolean>;
}

/**
 * How `stamp` writes version rows.
 *
 * @example
 *     await migrations.stamp(['ae10', '27c6'], { purge: true });
 */
export interface StampOptions extends RunOptions {
  /** Delete all version rows first. @default false @example purge: true */
  readonly purge?: boolean;
}

/**
 * A path, or several; with several data sources by their names.
 *
 * @example
 *     const folders: AdoptPaths = { default: 'src/migrations', analytics: ['src/analytics/migrations'] };
 */
export type AdoptPaths = string | readonly string[] | Readonly<Record<string, string | readonly string[]>>;

/**
 * What `adopt` takes over, and from where.
 *
 * @example
 *     await migrations.adopt({ folder: 'src/migrations', move: true });
 */
export interface AdoptRequest extends ConnectionOptions, StopOptions {
  /**
   * What the first revision is made from: the migrations of TypeORM, which it runs, or all that the database holds.
   *
   * @default 'migrations'
   * @example from: 'database'
   */
  readonly from?: 'migrations' | 'database';
  /** Report what would be done, and change nothing. @default false @example dryRun: true */
  readonly dryRun?: boolean;
  /**
   * A file with the data source of TypeORM's command line (its `-d`), or an ormconfig. Several are taken together, where
   * they share one table.
   *
   * @default what the data source itself lists, else a file in one of the usual places
   * @example typeormConfig: 'src/data-source.ts'
   */
  readonly typeormConfig?: AdoptPaths;
  /** A folder with the migration classes, instead, or several. @default none @example folder: 'src/migrations' */
  readonly folder?: AdoptPaths;
  /**
   * TypeORM's transaction mode, where it is given to its command line.
   *
   * @default `migrationsTransactionMode`, or 'all'
   * @example transaction: 'each'
   */
  readonly transaction?: 'all' | 'each' | 'none';
  /** Move the files of the classes into the repository. @default false @example move: true */
  readonly move?: boolean;
  /** Adopt although TypeORM's table has rows for which there is no class any more. @default false @example allowUnknown: true */
  readonly allowUnknown?: boolean;
  /**
   * The first paragraph of the file.
   *
   * @default 'adopt the migrations of TypeORM', or 'adopt the database'
   * @example message: 'as it was'
   */
  readonly message?: string;
  /** The id of the revision. @default twelve random hexadecimal digits @example revId: '0001' */
  readonly revId?: string;
}
