import type { DataLossMode } from '../service/options/data-loss-mode.js';
import type { Tenant } from '../service/options/tenants.js';
import type { FleetFailure } from './results.js';

/** Where a tenant is, by what its database answers. */
export type TenantPosition =
  /** Its version rows, sorted; none where it was never migrated. */
  | { readonly rows: readonly string[] }
  /** Its schema, database or file is not there. */
  | { readonly gone: string }
  /** Its database does not answer, or refuses to, with its error. */
  | { readonly unreachable: Error };

/** Reads where tenants are: all tenants of a database in a few queries. */
export interface TenantPositions {
  /** Never throws for a tenant: what became of it is its position. */
  read(tenants: readonly Tenant[], signal?: AbortSignal): Promise<ReadonlyMap<string, TenantPosition>>;
  close(): Promise<void>;
}

/** What is done with each tenant of a run: it is data, so that a worker on another machine can do it. */
export interface TenantWork {
  readonly runId: string;
  readonly command: 'upgrade' | 'downgrade' | 'stamp';
  /** Ids of revisions, none for base. A downgrade of a run has a target for each tenant. */
  readonly target: readonly string[];
  readonly tag?: string;
  readonly purge?: boolean;
  /** It comes again in its run where a lock is not free: it waits a few attempts only, and others go on meanwhile. */
  readonly comesAgain?: boolean;
  /** Over the option of that name. */
  readonly onDataLoss?: DataLossMode;
}

/** What became of a try of one tenant. */
export type TenantOutcome = {
  readonly ms: number;
  /** The version rows before and after it. */
  readonly from?: readonly string[];
  readonly to?: readonly string[];
  /** What its run came upon and people should know. */
  readonly notices?: readonly string[];
} & (
  | { readonly state: 'done' | 'unchanged' | 'gone' }
  | { readonly state: 'failed'; readonly failure: FleetFailure; readonly cause: Error }
  /** Its lock, or that of a table, was not free in time: it may be tried again. */
  | { readonly state: 'busy'; readonly failure: FleetFailure; readonly cause: Error }
);

/** Runs tenants, each as an ordinary run with its own lock, journal and history, on sessions of its own. */
export interface TenantRunner {
  /** Never throws for a tenant. */
  run(tenant: Tenant, work: TenantWork, signal?: AbortSignal): Promise<TenantOutcome>;
  /** The server of a tenant, for which sessions are counted: `host:port`. */
  serverOf(tenant: Tenant): string;
  /** How many sessions the server has room for, at most `concurrency`: fewer after `too many clients`. */
  roomOn(server: string): number;
  close(): Promise<void>;
}

/** Hands the tenants of a wave to those who migrate them: in this process, or by a queue. */
export interface FleetEngine {
  /** Resolves when it can be used. @throws FleetEngineError where not */
  prepare(): Promise<void>;
  /** Resolves when all of them are handed out, not when they are done: that is in the record. */
  handOut(runId: string, tenants: readonly string[]): Promise<void>;
  /** Takes back those that nobody has begun. */
  takeBack(runId: string): Promise<void>;
}
