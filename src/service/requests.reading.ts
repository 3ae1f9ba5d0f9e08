import type { QueryRunner } from 'typeorm';

/**
 * For a call on a connection of the caller's.
 *
 * @example
 *     await migrations.current({ queryRunner });
 */
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

/**
 * How a run is stopped.
 *
 * @example
 *     await migrations.upgrade('head', { signal: AbortSignal.timeout(600_000) });
 */
export interface StopOptions {
  /**
   * Stops the run when it is aborted, with a RunAbortedError that has what is kept: a statement in a transaction is cancelled and
   * the transaction rolled back, one outside of a transaction may end within `grace`; waits end at once. From the first commit of
   * the last transaction on, nothing is stopped any more. A text as reason is who stopped it.
   *
   * @default none: a run goes on to its end
   * @example signal: AbortSignal.timeout(60_000)
   */
  readonly signal?: AbortSignal | undefined;
  /** How long a statement outside a transaction may go on when `signal` is aborted, in ms. @default 10000 @example grace: 60_000 */
  readonly grace?: number | undefined;
}

/**
 * How `status` asks.
 *
 * @example
 *     await migrations.status({ timeout: 500 });
 */
export interface StatusOptions extends ConnectionOptions {
  /** Longest wait for the answer of a database, in ms; 0 for no limit. @default 3000 @example timeout: 500 */
  readonly timeout?: number;
  /** Report revisions that runs have left in their middle, too, which takes two more queries. @default false @example halfDone: true */
  readonly halfDone?: boolean;
}

/**
 * What `current` reports.
 *
 * @example
 *     for (const { database } of await migrations.current({ verbose: true })) console.log(database);
 */
export interface CurrentOptions extends ConnectionOptions {
  /** Throw a DatabaseNotAtHeadsError when a database is not at all heads. @default false @example checkHeads: true */
  readonly checkHeads?: boolean;
  /** Report where each database is, too, and what runs have left in their middle. @default false @example verbose: true */
  readonly verbose?: boolean;
}

/**
 * Which heads `heads` lists.
 *
 * @example
 *     await migrations.heads({ resolveDependencies: true });
 */
export interface HeadsOptions {
  /** Leave out heads that other revisions depend on. @default false @example resolveDependencies: true */
  readonly resolveDependencies?: boolean;
}

/**
 * Which revisions `history` lists.
 *
 * @example
 *     await migrations.history({ range: 'current:head' });
 */
export interface HistoryOptions extends ConnectionOptions {
  /** The range, in the target grammar: `a:b`, `a:`, `:b`, `current:head`. @default everything @example range: '-3:' */
  readonly range?: string;
  /** Mark the revisions that databases are at. @default false @example indicateCurrent: true */
  readonly indicateCurrent?: boolean;
}

/**
 * How much of the history `log` reports.
 *
 * @example
 *     const [last] = await migrations.log({ limit: 1 });
 */
export interface LogOptions extends ConnectionOptions {
  /** How many entries at most, of each data source. @default all @example limit: 20 */
  readonly limit?: number;
}

/**
 * Which plan `plan` reports.
 *
 * @example
 *     const [report] = await migrations.plan('-1', { direction: 'downgrade' });
 */
export interface PlanOptions extends ConnectionOptions {
  /** Whether revisions are run or undone. @default 'upgrade' @example direction: 'downgrade' */
  readonly direction?: 'upgrade' | 'downgrade';
  /** The word that revisions read as `op.context.tag`. @default none @example tag: 'nightly' */
  readonly tag?: string;
  /** Longest wait for the answers of a database, in ms; 0 for no limit. @default 0 @example timeout: 5_000 */
  readonly timeout?: number;
}

/**
 * Which revisions `lint` looks at; one of `range`, `all` and `since`.
 *
 * @example
 *     const findings = await migrations.lint({ since: 'origin/main' });
 */
export interface LintOptions extends ConnectionOptions {
  /** A range, `a1:b2`, or one revision; no database is asked. @default those that are pending @example range: 'base:head' */
  readonly range?: string;
  /** Every revision, each as a run by itself; no database is asked. @default false @example all: true */
  readonly all?: boolean;
  /** Those that a commit of git does not have, or has with another text; no database is asked. @default those that are pending @example since: 'origin/main' */
  readonly since?: string;
  /** Longest wait for the answers of a database, in ms; 0 for no limit. @default 0 @example timeout: 5_000 */
  readonly timeout?: number;
}

/**
 * How `verify` asks.
 *
 * @example
 *     await migrations.verify({ timeout: 5_000 });
 */
export interface VerifyOptions extends ConnectionOptions {
  /** Longest wait for the answers of a database, in ms; 0 for no limit. @default 0 @example timeout: 5_000 */
  readonly timeout?: number;
}
