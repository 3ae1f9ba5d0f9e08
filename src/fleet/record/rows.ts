import type { DataLossMode } from '../../service/options/data-loss-mode.js';
import type { TenantState } from '../requests.js';

/** A run as its row has it. */
export interface RunRow {
  readonly runId: string;
  readonly command: 'upgrade' | 'downgrade' | 'stamp';
  /** Ids of revisions; none for base, and where each tenant has a goal of its own. */
  readonly target: readonly string[];
  /** The target, as it was given. */
  readonly asked: string;
  /** The key of the selection. */
  readonly selection: string;
  readonly waves: readonly (number | string)[];
  readonly maxFailures: number | string;
  readonly tag?: string;
  readonly purge: boolean;
  /** What the call has over the option of that name. */
  readonly onDataLoss?: DataLossMode;
  /** The run whose tenants are meant. */
  readonly ofRun?: string;
  /** From 1; each `retry` is another one. */
  readonly attempt: number;
  readonly state: 'running' | 'finished' | 'stopped' | 'interrupted';
  /** Why it was stopped. */
  readonly reason?: string;
  readonly startedBy: string;
  readonly startedAt: Date;
  readonly finishedAt?: Date;
  /** How long ago somebody was last known to work on it, ms. */
  readonly silence: number;
}

/** Where a tenant of a run is in it: nobody has begun it, somebody has it, or what became of it. */
export type RowState = 'waiting' | 'claimed' | TenantState;

/** What became of a tenant, as its row has it. */
export interface Settled {
  readonly state: TenantState;
  readonly from?: readonly string[];
  readonly to?: readonly string[];
  readonly revision?: string;
  readonly code?: string;
  readonly error?: string;
  readonly ms?: number;
}

/** A tenant of a run as its row has it. */
export interface TenantRow extends Omit<Settled, 'state'> {
  /** Its place in the run, from 1. */
  readonly number: number;
  readonly tenant: string;
  readonly wave: number;
  readonly state: RowState;
  /** Where it goes, where each tenant has a target of its own. */
  readonly goal?: readonly string[];
}

/** A tenant that may be claimed. */
export interface OpenTenant {
  readonly number: number;
  readonly tenant: string;
  readonly goal?: readonly string[];
  /** How often it was tried and its lock was not free. */
  readonly tries: number;
  /** Where it was when the run began. */
  readonly from?: readonly string[];
  /** Somebody has begun it before, and what became of that is not known. */
  readonly wasBegun: boolean;
}

/** How many tenants of a wave are in a state. */
export interface StateCount {
  readonly wave: number;
  readonly state: RowState;
  readonly tenants: number;
}

type Columns = Readonly<Record<string, unknown>>;

export const RUN_COLUMNS =
  'run_id, command, target, asked, selection, waves, max_failures, tag, is_purge, data_loss, of_run, attempt, state, reason, started_by, started_at, finished_at, heartbeat';

/** @param row with `clock`, the time of the database */
export function runRowOf(row: Columns): RunRow {
  const [tag, ofRun, reason, finishedAt] = [row['tag'], row['of_run'], row['reason'], row['finished_at']];
  const onDataLoss = row['data_loss'];
  return {
    runId: String(row['run_id']),
    command: String(row['command']) as RunRow['command'],
    target: listOf(row['target']) ?? [],
    asked: String(row['asked']),
    selection: String(row['selection']),
    waves: JSON.parse(String(row['waves'])) as RunRow['waves'],
    maxFailures: String(row['max_failures']),
    ...(isGiven(tag) && { tag: String(tag) }),
    purge: Number(row['is_purge']) === 1,
    ...(isGiven(onDataLoss) && { onDataLoss: String(onDataLoss) as DataLossMode }),
    ...(isGiven(ofRun) && { ofRun: String(ofRun) }),
    attempt: Number(row['attempt']),
    state: String(row['state']) as RunRow['state'],
    ...(isGiven(reason) && { reason: String(reason) }),
    startedBy: String(row['started_by']),
    startedAt: new Date(row['started_at'] as string | Date),
    ...(isGiven(finishedAt) && { finishedAt: new Date(finishedAt as string | Date) }),
    silence: Number(row['clock']) - Number(row['heartbeat']),
  };
}

export const TENANT_COLUMNS = 'number, tenant, wave, state, goal, from_rows, to_rows, revision, code, error, ms';

export function tenantRowOf(row: Columns): TenantRow {
  const [goal, from, to] = [listOf(row['goal']), listOf(row['from_rows']), listOf(row['to_rows'])];
  const [revision, code, error, ms] = [row['revision'], row['code'], row['error'], row['ms']];
  return {
    number: Number(row['number']),
    tenant: String(row['tenant']),
    wave: Number(row['wave']),
    state: String(row['state']) as RowState,
    ...(goal && { goal }),
    ...(from && { from }),
    ...(to && { to }),
    ...(isGiven(revision) && { revision: String(revision) }),
    ...(isGiven(code) && { code: String(code) }),
    ...(isGiven(error) && { error: String(error) }),
    ...(isGiven(ms) && { ms: Number(ms) }),
  };
}

export const OPEN_COLUMNS = 'number, tenant, goal, tries, state, from_rows';

export function openTenantOf(row: Columns): OpenTenant {
  const [goal, from] = [listOf(row['goal']), listOf(row['from_rows'])];
  const tries = Number(row['tries']);
  return {
    number: Number(row['number']),
    tenant: String(row['tenant']),
    tries,
    ...(goal && { goal }),
    ...(from && { from }),
    wasBegun: tries > 0 || row['state'] === 'claimed',
  };
}

function listOf(value: unknown): readonly string[] | undefined {
  return isGiven(value) ? (JSON.parse(String(value)) as string[]) : undefined;
}

function isGiven(value: unknown): boolean {
  return value !== null && value !== undefined;
}
