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

/** What `status` compares with. */
export interface FleetStatusOptions extends FleetSelection {
  /** What up to date means. @default 'head' @example target: 'ae1027a6' */
  readonly target?: string;
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
  /** Aborted when the run is to stop: nobody new begins, and whoever is running stops as `upgrade` of the service does. */
  readonly signal?: AbortSignal;
  /** How long a statement outside a transaction may go on then, in ms. @default 10000 @example grace: 30_000 */
  readonly grace?: number;
  /** Called after each tenant. @example onProgress: ({ done, tenants }) => console.log(done, 'of', tenants) */
  readonly onProgress?: (progress: FleetProgress) => void;
}

/** Options of `downgrade`. */
export interface FleetDowngradeOptions extends FleetRunOptions {
  /** Only the tenants that this run has upgraded. Without a target each goes back to where it was before. @example run: 'f3a1…' */
  readonly run?: string;
}

/** How far a run is. */
export interface FleetProgress {
  readonly runId: string;
  /** The wave that is at work, from 1. */
  readonly wave: number;
  readonly waves: number;
  readonly tenants: number;
  readonly done: number;
  readonly unchanged: number;
  readonly failed: number;
  readonly gone: number;
  /** Those that are being migrated now. */
  readonly running: readonly { readonly tenant: string; readonly ms: number }[];
  /** The one that has just ended. */
  readonly ended?: {
    readonly tenant: string;
    readonly state: TenantState;
    readonly ms: number;
    readonly error?: string;
  };
}

/** What became of a tenant in a run. */
export type TenantState = 'done' | 'unchanged' | 'gone' | 'failed' | 'notTried';
