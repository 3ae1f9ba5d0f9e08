import type { PlanReport } from '../results.js';
import type { TenantState } from './requests.js';

/** Where the tenants of a fleet are, as one count for each state. */
export interface FleetStatus {
  readonly tenants: number;
  /** At the target. */
  readonly upToDate: number;
  /** Revisions are pending; who was never migrated is here too. */
  readonly behind: number;
  /** Beyond the target. */
  readonly ahead: number;
  /** At a revision that no file has. */
  readonly unknown: number;
  /** In the directory, without a schema or database. */
  readonly gone: number;
  /** Their database does not answer, or refuses to. */
  readonly unreachable: number;
  /** Each position that a tenant has, the most frequent first. */
  readonly states: readonly FleetPosition[];
}

/** One position, and who is there. */
export interface FleetPosition {
  /** The version rows, sorted; empty at base. */
  readonly current: readonly string[];
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
  readonly runId: string;
  /** The revisions that it leads to, resolved when it began; empty for base. */
  readonly target: readonly string[];
  readonly tenants: number;
  /** Those that this call migrated. */
  readonly done: number;
  /** Those that had nothing to do, or were done by another process of the same run. */
  readonly unchanged: number;
  readonly gone: number;
  readonly notTried: number;
  readonly failed: readonly FleetFailure[];
  readonly waves: readonly FleetWave[];
  readonly ms: number;
}

/** Why a tenant failed. */
export interface FleetFailure {
  readonly tenant: string;
  readonly revision?: string;
  /** That of the error: `MIGRATION_FAILED`. */
  readonly code: string;
  /** Its message. */
  readonly error: string;
}

/** One wave of a run. */
export interface FleetWave {
  readonly tenants: number;
  readonly done: number;
  readonly unchanged: number;
  readonly failed: number;
  readonly ms: number;
}

/** A run, as its record has it. */
export interface FleetRun {
  readonly runId: string;
  readonly command: 'upgrade' | 'downgrade' | 'stamp';
  readonly target: readonly string[];
  readonly state: 'running' | 'finished' | 'stopped' | 'interrupted';
  readonly startedAt: Date;
  readonly finishedAt?: Date;
  /** Who began it: user and host. */
  readonly startedBy: string;
  readonly tag?: string;
  /** How many tenants are in each state. */
  readonly tenants: number;
  readonly done: number;
  readonly unchanged: number;
  readonly gone: number;
  readonly notTried: number;
  readonly failed: number;
}

/** A run with its tenants. */
export interface FleetRunDetails extends FleetRun {
  readonly each: readonly FleetRunTenant[];
}

/** A tenant of a run. */
export interface FleetRunTenant {
  readonly tenant: string;
  readonly wave: number;
  /** Absent while it is not settled. */
  readonly state?: TenantState;
  /** Where it was before and is now, as version rows. */
  readonly from?: readonly string[];
  readonly to?: readonly string[];
  readonly ms?: number;
  readonly failure?: FleetFailure;
}
