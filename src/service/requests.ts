import type { QueryRunner } from 'typeorm';
import type { BusyWith } from '../errors/database.errors.js';

/** For a call on a connection of the caller's. */
export interface ConnectionOptions {
  /**
   * The connection to work on, of one data source. It stays the caller's: it is never released here.
   *
   * Where it has a transaction open, everything happens inside that, nothing is committed here, and a failure undoes what
   * the call did and leaves the transaction usable. Revisions that must run outside a transaction (`op.autocommit`, a
   * concurrent index) are refused before anything is run. Other runs wait until the transaction ends.
   *
   * @default a connection of its own
   * @example
   *     await dataSource.transaction((manager) => migrations.upgrade('head', { queryRunner: manager.queryRunner }));
   */
  readonly queryRunner?: QueryRunner | undefined;
}

/** What a caller may narrow or add for one call; the command line's group options. */
export interface MigrationOverrides extends ConnectionOptions {
  /** Another repository than the configured one: absolute, or relative to the application's root. */
  readonly directory?: string;
  /** Values of `-x`, laid over the configured ones. */
  readonly xArgs?: Readonly<Record<string, string>>;
  /** Only these data sources of the repository, at least one. @default all of them */
  readonly dataSources?: readonly string[];
  /** As the option of MigrateModule. */
  readonly connectTimeout?: number;
  /** As the option of MigrateModule. */
  readonly waitForDatabase?: number;
  /**
   * Name of the application, where it is one of several of a workspace: `init` notes it in migrations.json (`applications`),
   * and a repository of others is refused.
   */
  readonly application?: string;
  /** Tell the logger of the option `logger` too. @default true */
  readonly useLogger?: boolean;
  /** Told of each step as it begins. */
  readonly onStep?: (step: StepNotice) => void;
  /**
   * Told when a run starts to wait for a database, once for each that it waits for: another run, or where the database
   * cannot tell, any connection that writes; one that reads, while the run commits; or the application itself.
   */
  readonly onWait?: (dataSource: string, busyWith: BusyWith) => void;
  /** Told what a call noticed beside its result: what autogenerate found, what it warns of. */
  readonly onNotice?: (notice: Notice) => void;
  /**
   * Told of each statement that this package sends for itself: what it asks the catalog, its version table, its locks. The
   * application's logger sees only those of revisions.
   */
  readonly onQuery?: (query: OwnQuery) => void;
}

/** A statement that is no revision's. */
export interface OwnQuery {
  readonly dataSource: string;
  readonly sql: string;
}

export interface Notice {
  readonly level: 'info' | 'warning';
  readonly message: string;
  readonly dataSource?: string;
}

export interface StepNotice {
  readonly dataSource: string;
  readonly kind: 'upgrade' | 'downgrade' | 'stamp';
  readonly from: readonly string[];
  readonly to: readonly string[];
  readonly message: string;
}

export interface InitRequest {
  /** Use the template for several databases. @default false */
  readonly multidb?: boolean;
  /** Name of a built-in template, or the path of a directory. @default 'default' */
  readonly template?: string;
}

export interface MigrateRequest extends ConnectionOptions {
  /** Values that the template `script.ts.eta` reads as `it.NAME`, laid over those of the option. */
  readonly templateArgs?: Readonly<Record<string, unknown>>;
  /** @default '' */
  readonly message?: string;
  /** The revision to build on, in the target grammar. @default 'head' */
  readonly head?: string | readonly string[];
  /** Allow a head that is not a head: starts a new branch. @default false */
  readonly splice?: boolean;
  readonly branchLabel?: string;
  /** One of the version locations, for the new file. */
  readonly versionPath?: string;
  /** @default twelve random hexadecimal digits */
  readonly revId?: string;
  readonly dependsOn?: string | readonly string[];
  /** Renames to take as such: `'user.name:user.fullName'`, `'post:article'`. One that fits nothing is an error. @default [] */
  readonly renames?: readonly string[];
  /**
   * A file with more of them, one on a line, `#` before a comment; absolute, or relative to the working directory. As for
   * those of `migrations.json`, one that is done already is passed over, and one that fits nothing is a warning.
   */
  readonly renameFile?: string;
  /**
   * Write the statements themselves, `op.execute('ALTER TABLE …')`, instead of operations. To learn them they are run on the
   * database, up and down again, in a transaction that is rolled back.
   *
   * @default false
   */
  readonly sqlBody?: boolean;
  /**
   * Write what would make the present database out of an empty one, whatever the entities say: the first revision of a
   * database that is there already. The repository must have no revisions yet.
   *
   * @default false
   */
  readonly fromDatabase?: boolean;
  /** Look for drops and additions that may be renames: to ask, or to warn of them. @default true */
  readonly detectRenames?: boolean;
  /**
   * Asked about each drop and addition that may be a rename, schemas before tables before columns, the likeliest first. True
   * makes it a rename; false leaves the drop and the addition.
   *
   * @default nobody is asked: a warning stands in the file
   */
  readonly confirmRename?: (question: RenameQuestion) => boolean | Promise<boolean>;
}

/** A drop and an addition that may be a rename. */
export interface RenameQuestion {
  readonly dataSource: string;
  readonly kind: 'schema' | 'table' | 'column' | 'enumValue';
  /** A schema, a table, a column with its table, or a value with its enum: `user.name`. */
  readonly from: string;
  readonly to: string;
  /** How alike the two are, between 0 and 1. */
  readonly score: number;
}

export interface RevisionRequest extends MigrateRequest {
  /** Fill the revision with what differs between entities and database. @default false */
  readonly autogenerate?: boolean;
  /** Refused when true, as in Alembic: a revision is written from a live database or by hand, never as a script. See `sqlBody`. */
  readonly sql?: boolean;
}

export interface MergeRequest {
  /** Values that the template `script.ts.eta` reads as `it.NAME`, laid over those of the option. */
  readonly templateArgs?: Readonly<Record<string, unknown>>;
  readonly message?: string;
  readonly branchLabel?: string;
  readonly revId?: string;
  /** Allow revisions that are not heads. @default false */
  readonly splice?: boolean;
}

export interface RunOptions extends ConnectionOptions {
  /** Write the statements instead of running them; the target may then be a range `a:b`. @default false */
  readonly sql?: boolean;
  /** A word for the revisions to read as `op.context.tag`. */
  readonly tag?: string;
}

export interface StampOptions extends RunOptions {
  /** Delete all version rows first. @default false */
  readonly purge?: boolean;
}

/** A path, or several; with several data sources by their names. */
export type AdoptPaths = string | readonly string[] | Readonly<Record<string, string | readonly string[]>>;

export interface AdoptRequest extends ConnectionOptions {
  /**
   * What the first revision is made from: the migrations of TypeORM, which it runs, or all that the database holds.
   *
   * @default 'migrations'
   */
  readonly from?: 'migrations' | 'database';
  /** Look and tell, and change nothing. @default false */
  readonly dryRun?: boolean;
  /**
   * A file with the data source of TypeORM's command line (its `-d`), or an ormconfig. Several are taken together, where
   * they share one table. @default what the data source itself lists, else a file in one of the usual places
   */
  readonly typeormConfig?: AdoptPaths;
  /** A folder with the migration classes, instead, or several folders. */
  readonly folder?: AdoptPaths;
  /** TypeORM's transaction mode, where it is given to its command line. @default `migrationsTransactionMode`, or 'all' */
  readonly transaction?: 'all' | 'each' | 'none';
  /** Move the files of the classes into the repository. @default false */
  readonly move?: boolean;
  /** Adopt although TypeORM's table has rows for which there is no class any more. @default false */
  readonly allowUnknown?: boolean;
  /** @default 'adopt the migrations of TypeORM', or 'adopt the database' */
  readonly message?: string;
  /** @default twelve random hexadecimal digits */
  readonly revId?: string;
}

export interface StatusOptions extends ConnectionOptions {
  /** Longest wait for the answer of a database, in ms; 0 for no limit. @default 3000 */
  readonly timeout?: number;
}

export interface CurrentOptions extends ConnectionOptions {
  /** Throw when a database is not at all heads. @default false */
  readonly checkHeads?: boolean;
  /** Say where each database is, too. @default false */
  readonly verbose?: boolean;
}

export interface HeadsOptions {
  /** Leave out heads that other revisions depend on. @default false */
  readonly resolveDependencies?: boolean;
}

export interface HistoryOptions extends ConnectionOptions {
  /** `a:b`, `a:`, `:b`, `-3:`, `current:head` … @default everything */
  readonly range?: string;
  /** Mark the revisions that databases stand at. @default false */
  readonly indicateCurrent?: boolean;
}
