import type { PlanReport } from '../results.js';
import type { TenantState } from './requests.js';

/** Where the tenants of a fleet are, as one count for each state. */
export interface FleetStatus {
  /** How many tenants the selection has. */
  readonly tenants: number;
  /** At the target. */
  readonly upToDate: number;
  /** Revisions are pending; who was never migrated is here too. */
  readonly behind: number;
  /** At the target and beyond it. */
  readonly ahead: number;
  /** At a revision that no file has. */
  readonly unknown: number;
  /** In the directory, without a schema, database or file. */
  readonly gone: number;
  /** Their database does not answer, or refuses to. */
  readonly unreachable: number;
  /** Each position that a tenant has, the most frequent first. */
  readonly states: readonly FleetPosition[];
  /** The first ten of those that have none, as they are gone or unreachable; absent without any. */
  readonly absent?: readonly AbsentTenant[];
}

/**
 * A tenant that has no position.
 *
 * @example
 *     const { absent = [] } = await fleet.status();
 *     for (const { tenant, reason } of absent) console.warn(tenant, reason);
 */
export interface AbsentTenant {
  /** Its id. */
  readonly tenant: string;
  /** Whether it is not there, or does not answer. */
  readonly state: 'gone' | 'unreachable';
  /** What is not there, or why its database does not answer. */
  readonly reason: string;
}

/** One position, and who is there. */
export interface FleetPosition {
  /** The version rows, sorted; empty at base. */
  readonly current: readonly string[];
  /** How many are there. */
  readonly tenants: number;
  /** The id of one of them. */
  readonly example: string;
}

/** What a run would do from one position. */
export interface FleetPlan extends FleetPosition {
  /** The plan for the example. */
  readonly plan: PlanReport;
}

/** What a run of a fleet did. */
export interface FleetReport {
  /** Identifies the run, for `run`, `retry` and `downgrade({ run })`. */
  readonly runId: string;
  /** The revisions that it leads to, resolved when it began; empty for base, and where each tenant went back to where it was. */
  readonly target: readonly string[];
  /** How many tenants the call was about. */
  readonly tenants: number;
  /** Those that this call migrated. */
  readonly done: number;
  /** Those that had nothing to do, or were done by another process of the same run. */
  readonly unchanged: number;
  /** Those whose schema, database or file is not there, or that the directory has no more. */
  readonly gone: number;
  /** Those that were left as they were when the run stopped. */
  readonly notTried: number;
  /** Those that failed, in the order of the directory. */
  readonly failed: readonly FleetFailure[];
  /** The waves that have begun. */
  readonly waves: readonly FleetWave[];
  /** Why it began no other tenant before the last; absent where it went through all. */
  readonly stopped?: string;
  /** How long the call took, in ms. */
  readonly ms: number;
}

/** Why a tenant failed. */
export interface FleetFailure {
  /** Its id. */
  readonly tenant: string;
  /** The revision that failed, where one did. */
  readonly revision?: string;
  /** That of the error: `MIGRATION_FAILED`. */
  readonly code: string;
  /** Its message. */
  readonly error: string;
}

/** One wave of a run. */
export interface FleetWave {
  /** How many tenants are in it. */
  readonly tenants: number;
  /** Those that this call migrated. */
  readonly done: number;
  /** Those that had nothing to do, or were done by another process. */
  readonly unchanged: number;
  /** Those that failed. */
  readonly failed: number;
  /** How long it took, in ms. */
  readonly ms: number;
}

/** A run, as its record has it. */
export interface FleetRun {
  /** Identifies it. */
  readonly runId: string;
  /** What it does. */
  readonly command: 'upgrade' | 'downgrade' | 'stamp';
  /** The revisions that it leads to; empty for base, and where each tenant goes back to where it was. */
  readonly target: readonly string[];
  /** The target as it was given: `head`; `where each was` for a run that takes another one back. */
  readonly asked: string;
  /** `stopped`: not all tenants were tried. `interrupted`: whoever ran it is gone, and `retry` finishes it. */
  readonly state: 'running' | 'finished' | 'stopped' | 'interrupted';
  /** When it began. */
  readonly startedAt: Date;
  /** When it ended; absent where it has not. */
  readonly finishedAt?: Date;
  /** Who began it: user and host. */
  readonly startedBy: string;
  /** The word that it was given. */
  readonly tag?: string;
  /** How many tenants it has. */
  readonly tenants: number;
  /** Those that were migrated. */
  readonly done: number;
  /** Those that had nothing to do. */
  readonly unchanged: number;
  /** Those that are not there. */
  readonly gone: number;
  /** Those that were not tried. */
  readonly notTried: number;
  /** Those that failed. */
  readonly failed: number;
}

/** A run with its tenants. */
export interface FleetRunDetails extends FleetRun {
  /** The tenants, in the order of the directory. */
  readonly each: readonly FleetRunTenant[];
}

/** A tenant of a run. */
export interface FleetRunTenant {
  /** Its id. */
  readonly tenant: string;
  /** The wave that it is in, from 1. */
  readonly wave: number;
  /** What became of it; absent while it is not settled. */
  readonly state?: TenantState;
  /** Where it was before, as version rows. */
  readonly from?: readonly string[];
  /** Where it was afterwards, as version rows. */
  readonly to?: readonly string[];
  /** How long it took, in ms. */
  readonly ms?: number;
  /** Why it failed. */
  readonly failure?: FleetFailure;
}

/** What a worker did. */
export interface FleetWorkReport {
  /** How many tenants it was given and settled: migrated, found to need nothing, or failed. */
  readonly tenants: number;
}
