import type { RunResult } from '../results.js';
import type { VersionApplied } from '../runtime/index.js';

/** One command at work on one database. */
export interface RunEvent {
  /** The same for all events of one run, and for no other. */
  readonly runId: string;
  /** The command that is at work. */
  readonly command: 'upgrade' | 'downgrade' | 'stamp' | 'ensureVersion';
  /** The data source of the database. */
  readonly dataSource: string;
  /** As they were given: `['head']`. */
  readonly targets: readonly string[];
  /** The tenant that is migrated; absent where the run is not of a fleet. */
  readonly tenant?: string;
}

/** A run has ended, with a result or with an error. */
export interface RunEndEvent extends RunEvent {
  /** How long it took, in ms, the wait for another runner included. */
  readonly ms: number;
  /** What the run did, all of it committed; absent when the run failed. */
  readonly result?: RunResult;
  /** Why it failed: a `MigrateError` that says what was kept, or a database's error. */
  readonly error?: Error;
}

/** One step of a run: a revision that is run, or a stamp. */
export interface RevisionEvent extends RunEvent {
  /** What is done: a revision is run, or only noted (`stamp`). */
  readonly kind: 'upgrade' | 'downgrade' | 'stamp';
  /** The revision that runs; absent for a stamp. */
  readonly revision?: string;
  /** The revisions that it leaves; empty from base. */
  readonly from: readonly string[];
  /** The revisions that it leads to; empty to base. */
  readonly to: readonly string[];
  /** The message of the revision. */
  readonly message: string;
}

/** A step has ended. Whether it is kept is decided when its transaction ends: the end of the run says so. */
export interface RevisionEndEvent extends RevisionEvent {
  /** How long it took, in ms. */
  readonly ms: number;
  /** Statements that ran, those of a failed revision included. */
  readonly statements: number;
  /** Why it failed; absent when it did not. */
  readonly error?: Error;
}

/** A tenant of a fleet's run has ended: it was migrated, or it failed. Those that have nothing to do have no event. */
export interface TenantEndEvent {
  /** That of the fleet's run, in all processes that work on it. */
  readonly runId: string;
  /** The command that is at work. */
  readonly command: 'upgrade' | 'downgrade' | 'stamp';
  /** The data source whose tenants these are. */
  readonly dataSource: string;
  /** Its id. */
  readonly tenant: string;
  /** What became of it. */
  readonly state: 'done' | 'unchanged' | 'gone' | 'failed';
  /** How long it took, in ms. */
  readonly ms: number;
  /** The revisions that it was at; absent where they could not be read. */
  readonly from?: readonly string[];
  /** The revisions that it is at now. */
  readonly to?: readonly string[];
  /** Why it failed: a `MigrateError`, or a database's error. */
  readonly error?: Error;
}

/**
 * Hooks around what a run does, for metrics and audit. Each may be asynchronous, and is waited for.
 *
 * A hook that is called before something (`onRunStart`, `onRevisionStart`) or as a part of it (`onVersionApply`) stops the run
 * by throwing. One that is called afterwards cannot: what it throws is a notice of the run. Scripts (`sql`) call none, as
 * they apply nothing.
 */
export interface MigrationListener {
  /** A run begins: before it waits for its turn, and before anything is planned. A throw ends it. */
  onRunStart?(event: RunEvent): void | Promise<void>;
  /** A run has ended, well or not, and its connection is given back. */
  onRunEnd?(event: RunEndEvent): void | Promise<void>;
  /** A step begins, inside its transaction. A throw rolls the run back. */
  onRevisionStart?(event: RevisionEvent): void | Promise<void>;
  /** The version rows of a step are written, inside its transaction. A throw fails the step. */
  onVersionApply?(applied: VersionApplied): void | Promise<void>;
  /** A step has ended, well or not. */
  onRevisionEnd?(event: RevisionEndEvent): void | Promise<void>;
  /** A tenant of a fleet has ended, well or not. Its own run has the events above, too. */
  onTenantEnd?(event: TenantEndEvent): void | Promise<void>;
}
