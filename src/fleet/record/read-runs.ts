import { storedRun } from '../run/begin.js';
import { type FleetParts, withFleet } from '../open-fleet.js';
import { failureOf } from '../run/report.js';
import type { FleetRun, FleetRunDetails, FleetRunTenant } from '../results.js';
import type { TenantState } from '../requests.js';
import { FleetRecord } from './fleet-record.js';
import { DEAD_AFTER } from './record-sql.js';
import type { RowState, RunRow, TenantRow } from './rows.js';

/** How many runs are listed where no number is given. */
const LIMIT = 20;

/** Lists the runs of a fleet. */
export function readFleetRuns(parts: FleetParts, limit = LIMIT): Promise<readonly FleetRun[]> {
  return withFleet(parts, 'log', {}, async ({ environment, bound }) => {
    const record = new FleetRecord(environment, bound);
    if (!(await record.exists())) return [];
    const runs: FleetRun[] = [];
    for (const run of await record.runs(limit)) {
      const counts = new Map<RowState, number>();
      for (const { state, tenants } of await record.counts(run.runId)) {
        counts.set(state, (counts.get(state) ?? 0) + tenants);
      }
      runs.push(runOf(run, counts));
    }
    return runs;
  });
}

/** Reads one run with its tenants. @throws FleetRunNotFoundError */
export function readFleetRun(parts: FleetParts, runId: string): Promise<FleetRunDetails> {
  return withFleet(parts, 'log', {}, async ({ environment, bound }) => {
    const record = new FleetRecord(environment, bound);
    await record.ensure();
    const run = await storedRun(record, runId);
    const tenants = await record.tenants(run.runId);
    const counts = new Map<RowState, number>();
    for (const { state } of tenants) counts.set(state, (counts.get(state) ?? 0) + 1);
    return { ...runOf(run, counts), each: tenants.map(tenantOf) };
  });
}

function runOf(run: RunRow, counts: ReadonlyMap<RowState, number>): FleetRun {
  const { runId, command, target, asked, startedAt, finishedAt, startedBy, tag } = run;
  const count = (state: RowState): number => counts.get(state) ?? 0;
  const isInterrupted = run.state === 'running' && run.silence > DEAD_AFTER;
  return {
    runId,
    command,
    target,
    asked,
    state: isInterrupted ? 'interrupted' : run.state,
    startedAt,
    ...(finishedAt && { finishedAt }),
    startedBy,
    ...(tag !== undefined && { tag }),
    tenants: [...counts.values()].reduce((sum, some) => sum + some, 0),
    done: count('done'),
    unchanged: count('unchanged'),
    gone: count('gone'),
    notTried: count('notTried') + count('waiting') + count('claimed'),
    failed: count('failed'),
  };
}

function tenantOf(row: TenantRow): FleetRunTenant {
  const { tenant, wave, state, from, to, ms } = row;
  const isSettled = state !== 'waiting' && state !== 'claimed';
  return {
    tenant,
    wave,
    ...(isSettled && { state: state as TenantState }),
    ...(from && { from }),
    ...(to && { to }),
    ...(ms !== undefined && { ms }),
    ...(state === 'failed' && { failure: failureOf(row) }),
  };
}
