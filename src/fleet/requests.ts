import type { RunLoss } from '../errors/data-loss.errors.js';
import type { DataLossMode } from '../service/options/data-loss-mode.js';
import type { MigrationOverrides } from '../service/requests.js';

/**
 * Which tenants of the directory are meant; all that is given must fit.
 *
 * @example
 *     await fleet.status({ tags: ['canary'] });
 */
export interface FleetSelection {
  /** These, by their ids. @default all @example tenants: ['acme', 'globex'] */
  readonly tenants?: readonly string[];
  /** Those with one of these tags. @default all @example tags: ['canary'] */
  readonly tags?: readonly string[];
  /**
   * A part of them, by a hash of the id, so that parts stay as they are when tenants come and go: `'1/4'` to `'4/4'`.
   *
   * @default all
   * @example shard: '1/4'
   */
  readonly shard?: string;
}

/**
 * What `status` compares with.
 *
 * @example
 *     const { behind } = await fleet.status({ target: 'ae1027a6', tags: ['canary'] });
 */
export interface FleetStatusOptions extends FleetSelection {
  /** What up to date means. @default 'heads', all of them @example target: 'ae1027a6' */
  readonly target?: string;
  /** Aborted when the answer is not needed any more. @example signal: AbortSignal.timeout(5_000) */
  readonly signal?: AbortSignal;
}

/**
 * For which tenants `plan` plans.
 *
 * @example
 *     const plans = await fleet.plan('head', { tags: ['canary'] });
 */
export interface FleetPlanOptions extends FleetSelection {
  /** Whether revisions are run or undone. @default 'upgrade' @example direction: 'downgrade' */
  readonly direction?: 'upgrade' | 'downgrade';
  /** The word that revisions read as `op.context.tag`. @default none @example tag: 'nightly' */
  readonly tag?: string;
  /** Aborted when the answer is not needed any more. @example signal: AbortSignal.timeout(5_000) */
  readonly signal?: AbortSignal;
}

/**
 * How a run goes through its tenants; the defaults are those of `tenants` in `forRoot`.
 *
 * @example
 *     await fleet.upgrade('head', { waves: ['1', '100%'], maxFailures: 3 });
 */
export interface FleetRunOptions extends FleetSelection {
  /** As in `tenants` of `forRoot`. @example waves: ['1', '10%', '100%'] */
  readonly waves?: readonly (number | string)[];
  /** As in `tenants` of `forRoot`. @example concurrency: 8 */
  readonly concurrency?: number;
  /** As in `tenants` of `forRoot`. @example maxFailures: '2%' */
  readonly maxFailures?: number | string;
  /** As in `tenants` of `forRoot`. @example tenantTimeout: 30_000 */
  readonly tenantTimeout?: number;
  /** Recorded in the history of each tenant, and in the run. @example tag: 'v2.4' */
  readonly tag?: string;
  /**
   * Aborted when the run is to stop: nobody new begins, and whoever is running stops as `upgrade` of the service does.
   *
   * @example signal: AbortSignal.timeout(3_600_000)
   */
  readonly signal?: AbortSignal;
  /** How long a statement outside a transaction may go on then, in ms. @default 10000 @example grace: 30_000 */
  readonly grace?: number;
  /** Over the option `onDataLoss` of the data source. @default the option @example onDataLoss: 'refuse' */
  readonly onDataLoss?: DataLossMode;
  /**
   * Asked once with `onDataLoss: 'ask'`, before anything runs, when the run would take rows or values of tenants away, or do what is not
   * known before (`isUnknown`); without it the run goes on. False ends it with a DataLossError.
   *
   * @default none: the run goes on
   * @example confirmDataLoss: (losses) => losses.length < 2
   */
  readonly confirmDataLoss?: (losses: readonly RunLoss[]) => boolean | Promise<boolean>;
  /** Called after each tenant, and every 5 s while none ends. @example onProgress: ({ done, tenants }) => console.log(done, 'of', tenants) */
  readonly onProgress?: (progress: FleetProgress) => void;
}

/**
 * How `downgrade` goes through its tenants, and which these are.
 *
 * @example
 *     const { runId } = await fleet.upgrade();
 *     await fleet.downgrade(undefined, { run: runId });
 */
export interface FleetDowngradeOptions extends FleetRunOptions {
  /** Only the tenants that this run has upgraded, by its id or the beginning of that. Without a target each goes back to where it was before. @example run: 'f3a1…' */
  readonly run?: string;
}

/**
 * How `stamp` goes through its tenants.
 *
 * @example
 *     await fleet.stamp('ae1027a6', { tenants: ['acme'], purge: true });
 */
export interface FleetStampOptions extends Omit<FleetRunOptions, 'onDataLoss' | 'confirmDataLoss'> {
  /** Delete all version rows of a tenant first. @default false @example purge: true */
  readonly purge?: boolean;
}

/**
 * How `retry` goes through the tenants of a run that are left.
 *
 * @example
 *     await fleet.retry(runId, { maxFailures: 10 });
 */
export type FleetRetryOptions = Omit<FleetRunOptions, keyof FleetSelection | 'tag' | 'onDataLoss' | 'confirmDataLoss'>;

/**
 * Which runs `runs` lists.
 *
 * @example
 *     const [last] = await fleet.runs({ limit: 1 });
 */
export interface FleetRunsOptions {
  /** How many at most. @default 20 @example limit: 1 */
  readonly limit?: number;
}

/**
 * How a worker takes tenants from a queue.
 *
 * @example
 *     await fleet.work({ concurrency: 8, signal: stop.signal, grace: 60_000 });
 */
export interface FleetWorkOptions {
  /** How many tenants at once. @default that of `provideFleetWorker`, else of `tenants` in `forRoot` @example concurrency: 8 */
  readonly concurrency?: number;
  /** Aborted when the worker is to end; without it, it does not. @example signal: stop.signal */
  readonly signal?: AbortSignal;
  /**
   * How long tenants may go on then that are being migrated, in ms; after it they are stopped and rolled back, and others migrate them.
   *
   * @default 10000
   * @example grace: 60_000
   */
  readonly grace?: number;
}

/**
 * What `with` adds to the calls of a fleet: as for `MigrationService.with`.
 *
 * @example
 *     const verbose: FleetOverrides = { onNotice: ({ message }) => console.log(message) };
 */
export type FleetOverrides = Omit<MigrationOverrides, 'dataSources' | 'queryRunner' | 'signal' | 'grace'>;

/** How far a run is. */
export interface FleetProgress {
  /** Identifies the run. */
  readonly runId: string;
  /** The wave that is at work, from 1. */
  readonly wave: number;
  /** How many waves there are. */
  readonly waves: number;
  /** How many tenants the run has. */
  readonly tenants: number;
  /** Those that were migrated. */
  readonly done: number;
  /** Those that had nothing to do, or were done by another process. */
  readonly unchanged: number;
  /** Those that failed. */
  readonly failed: number;
  /** Those that are not there. */
  readonly gone: number;
  /** Those that are being migrated now. */
  readonly running: readonly RunningTenant[];
  /** The one that has just ended. */
  readonly ended?: EndedTenant;
}

/** A tenant that is being migrated. */
export interface RunningTenant {
  /** Its id. */
  readonly tenant: string;
  /** For how long, in ms. */
  readonly ms: number;
}

/** A tenant that has been tried. */
export interface EndedTenant {
  /** Its id. */
  readonly tenant: string;
  /** What became of it. */
  readonly state: TenantState;
  /** How long it took, in ms. */
  readonly ms: number;
  /** Why it failed. */
  readonly error?: string;
}

/** What became of a tenant in a run. */
export type TenantState = 'done' | 'unchanged' | 'gone' | 'failed' | 'notTried';
