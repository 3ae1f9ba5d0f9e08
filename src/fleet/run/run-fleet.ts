import { randomUUID } from 'node:crypto';
import { EmptySelectionError } from '../../errors/fleet-calls.errors.js';
import { InvalidTargetError } from '../../errors/repository.errors.js';
import { messageOf } from '../../errors/thrown.js';
import type { Tenant } from '../../service/options/tenants.js';
import { confirmFleetLosses } from '../data-loss.js';
import { select, selectionKey } from '../directory/selection.js';
import { type FleetParts, type OpenFleet, withFleet } from '../open-fleet.js';
import { planOf, targetFor } from '../plan.js';
import { FleetRecord } from '../record/fleet-record.js';
import type { RunRow, TenantRow } from '../record/rows.js';
import type { FleetDowngradeOptions, FleetRetryOptions, FleetRunOptions, FleetStampOptions } from '../requests.js';
import type { FleetPlan, FleetReport } from '../results.js';
import { States } from '../state.js';
import { distinctPositions } from '../status.js';
import { countsFromPosition, resolveFor, resolveFrom } from '../target.js';
import type { FleetEngine, TenantPosition } from '../tenant-work.js';
import {
  beginAgain,
  beginRun,
  type BegunRun,
  type Patience,
  storedRun,
  type WantedRun,
  type WantedTenant,
} from './begin.js';
import { Coordinator } from './coordinator.js';
import { watchOf } from './watch.js';
import { KnownOutcomes } from './known.js';
import { RunRecord } from './run-record.js';

/** The target of a run that takes another one back, for people. */
export const BACK = 'where each was';

/** A run that a call asks for, before its target is resolved. */
export interface RunCall extends FleetRunOptions, Pick<FleetStampOptions, 'purge'>, Pick<FleetDowngradeOptions, 'run'> {
  readonly command: RunRow['command'];
  /** None where each tenant of a run goes back to where it was. */
  readonly targets: readonly string[] | undefined;
}

/** Tenants of a run, and where each goes back to where that is not the same for all. */
type Goals = ReadonlyMap<string, readonly string[] | undefined>;

/** Runs a command for the tenants of a fleet. */
export function runFleet(parts: FleetParts, call: RunCall): Promise<FleetReport> {
  const started = performance.now();
  return withFleet(parts, call.command, call, async ({ repository: { graph } }, open) => {
    const targets = targetsOf(call);
    const isRelative = call.command !== 'stamp' && countsFromPosition(graph, targets);
    // What is wrong with another target is known before anything is read.
    const fixed = isRelative ? undefined : resolveFor(graph, targets);
    const fleet = await open();
    const record = new FleetRecord(fleet.environment, fleet.bound);
    await record.ensure();
    const selected = select(fleet.tenants, call);
    const ofRun = call.run === undefined ? undefined : await storedRun(record, call.run);
    const goals = ofRun && (await goalsOf(record, ofRun, call.targets === undefined));
    const tenants = goals === undefined ? selected : selected.filter(({ id }) => goals.has(id));
    if (tenants.length === 0 && call.run !== undefined) {
      throw new EmptySelectionError(`The run ${call.run ?? ''} has upgraded none of the tenants that are meant.`);
    }
    const positions = await fleet.positions.read(tenants, call.signal);
    const direction = call.command === 'downgrade' ? 'downgrade' : 'upgrade';
    const target = fixed ?? resolveFrom(graph, direction, targets[0] ?? '', distinctPositions(tenants, positions));
    const wanted = wantedOf(fleet, { ...call, ...(ofRun && { run: ofRun.runId }) }, target);
    await confirmFleetLosses(call.onDataLoss ?? fleet.bound.config.onDataLoss, call.confirmDataLoss, () =>
      plansOf(fleet, call, target, tenants, positions, goals),
    );
    const known = new KnownOutcomes(graph, wanted, positions);
    const engine = await readyEngine(fleet);
    const begun = await beginRun(
      record,
      wanted,
      tenants.map((tenant) => wantedTenant(tenant, positions, known, goals)),
      patienceOf(fleet, call),
    );
    return timed(started, await coordinate(fleet, record, { ...begun, engine }, positions, call));
  });
}

/** Goes on with a run. */
export function retryFleet(parts: FleetParts, runId: string, options: FleetRetryOptions): Promise<FleetReport> {
  const started = performance.now();
  return withFleet(parts, 'upgrade', options, async ({ repository: { graph } }, open) => {
    const fleet = await open();
    const record = new FleetRecord(fleet.environment, fleet.bound);
    await record.ensure();
    const run = await storedRun(record, runId);
    for (const id of run.target) graph.get(id);
    const ofRun = new Set((await record.tenants(run.runId)).map(({ tenant }) => tenant));
    const positions = await fleet.positions.read(
      fleet.tenants.filter(({ id }) => ofRun.has(id)),
      options.signal,
    );
    const { waves, maxFailures } = options;
    const changes = { ...(waves && { waves }), ...(maxFailures !== undefined && { maxFailures }) };
    const engine = await readyEngine(fleet);
    const begun = await beginAgain(record, run.runId, changes, patienceOf(fleet, options));
    if (begun === undefined) return nothingLeft(run);
    return timed(started, await coordinate(fleet, record, { ...begun, engine }, positions, options));
  });
}

/** The same callback. What it throws is a notice: tenants are migrated whether somebody looks on or not. */
function heard(
  { overrides, bound: { name } }: OpenFleet,
  onProgress: FleetRunOptions['onProgress'] = () => undefined,
): NonNullable<FleetRunOptions['onProgress']> {
  return (progress) => {
    try {
      onProgress(progress);
    } catch (error) {
      const message = `onProgress failed, which changed nothing: ${messageOf(error)}`;
      overrides.onNotice?.({ level: 'warning', dataSource: name, message });
    }
  };
}

/** A report with the time of the whole call, the reading of all tenants included. */
function timed(started: number, report: FleetReport): FleetReport {
  return { ...report, ms: Math.round(performance.now() - started) };
}

/** What hands out tenants, and can: a run begins only then. @throws FleetEngineError */
async function readyEngine(fleet: OpenFleet): Promise<FleetEngine | undefined> {
  const engine = await fleet.engine();
  await engine?.prepare();
  return engine;
}

async function coordinate(
  fleet: OpenFleet,
  record: FleetRecord,
  { run, isJoined, engine }: BegunRun & { readonly engine: FleetEngine | undefined },
  positions: ReadonlyMap<string, TenantPosition>,
  options: FleetRetryOptions,
): Promise<FleetReport> {
  const worker = randomUUID();
  return new Coordinator({
    isJoined,
    watch: await watchOf(fleet, run),
    ...(engine && { engine }),
    fleet,
    record: (onChange) => new RunRecord(record, run, worker, fleet.bound.name, onChange),
    positions,
    options: { ...options, onProgress: heard(fleet, options.onProgress) },
  }).run();
}

/** @throws InvalidTargetError */
function targetsOf({ command, targets, run }: RunCall): readonly string[] {
  if (targets !== undefined) return targets;
  if (command === 'downgrade' && run !== undefined) return [];
  throw new InvalidTargetError('A downgrade of a fleet has no target', {
    hint: 'Name a revision or `base`, or a run, `{ run: runId }`, whose tenants go back to where they were before it.',
  });
}

function wantedOf({ settings }: OpenFleet, call: RunCall, target: readonly string[]): WantedRun {
  const { command, targets, run, tag, purge = false, onDataLoss } = call;
  return {
    command,
    target,
    asked: targets === undefined ? BACK : targets.join(', '),
    selection: selectionKey(call),
    waves: settings.waves,
    maxFailures: settings.maxFailures,
    purge,
    ...(onDataLoss && { onDataLoss }),
    ...(tag !== undefined && { tag }),
    ...(run !== undefined && { ofRun: run }),
  };
}

/** A tenant of a new run, and whether it has nothing to do: with most of them so, that is written once. */
function wantedTenant(
  { id }: Tenant,
  positions: ReadonlyMap<string, TenantPosition>,
  known: KnownOutcomes,
  goals: Goals | undefined,
): WantedTenant {
  const position = positions.get(id);
  const goal = goals?.get(id);
  return {
    tenant: id,
    ...(goal && { goal }),
    ...(position !== undefined && 'rows' in position && { from: position.rows }),
    isDone: known.of({ tenant: id, ...(goal && { goal }) })?.state === 'unchanged',
  };
}

/**
 * The tenants that a run has upgraded, and where each was before where it is to go back there. One whose outcome was lost with the process
 * that migrated it is known by where it was when the run began.
 */
async function goalsOf(record: FleetRecord, { runId, command }: RunRow, isBack: boolean): Promise<Goals> {
  if (command !== 'upgrade') {
    throw new InvalidTargetError(`The run ${runId} is no upgrade but a ${command}`, {
      hint: 'Only what a run has upgraded can be taken back by its id.',
    });
  }
  const upgraded = (await record.tenants(runId)).filter(isUpgraded);
  return new Map(upgraded.map(({ tenant, from = [] }) => [tenant, isBack ? from : undefined]));
}

function isUpgraded({ state, from, to }: TenantRow): boolean {
  return state === 'done' || (state === 'unchanged' && from !== undefined && from.join() !== to?.join());
}

/** Plans the run for each position that its tenants have, on an example. */
async function plansOf(
  fleet: OpenFleet,
  { command, targets = [], tag }: RunCall,
  target: readonly string[],
  tenants: readonly Tenant[],
  positions: ReadonlyMap<string, TenantPosition>,
  goals: Goals = new Map(),
): Promise<readonly FleetPlan[]> {
  if (command === 'stamp') return [];
  const byGoal = new Map<string, Tenant[]>();
  for (const tenant of tenants) {
    const key = JSON.stringify(goals.get(tenant.id) ?? target);
    byGoal.set(key, [...(byGoal.get(key) ?? []), tenant]);
  }
  const plans: FleetPlan[] = [];
  for (const [key, some] of byGoal) {
    const goal = JSON.parse(key) as readonly string[];
    const states = new States(fleet.repository.graph, goal);
    for (const position of distinctPositions(some, positions)) {
      if (states.of(position.current) === 'unknown' || states.isDone(command, position.current)) continue;
      const tenant = some.find(({ id }) => id === position.example) as Tenant;
      const options = { direction: command, ...(tag !== undefined && { tag }) };
      plans.push({ ...position, plan: await planOf(fleet, tenant, targetFor(goal, targets[0] ?? ''), options) });
    }
  }
  return plans;
}

function patienceOf({ bound, overrides }: OpenFleet, { signal }: Pick<FleetRunOptions, 'signal'>): Patience {
  return {
    limit: bound.config.runnerTimeout,
    ...(signal && { signal }),
    onWait: ({ runId, command, asked, startedBy }) =>
      overrides.onNotice?.({
        level: 'info',
        dataSource: bound.name,
        message: `Waiting for the run ${runId} of the fleet, ${command} to ${asked} by ${startedBy}`,
      }),
  };
}

function nothingLeft({ runId, target }: RunRow): FleetReport {
  return { runId, target, tenants: 0, done: 0, unchanged: 0, gone: 0, notTried: 0, failed: [], waves: [], ms: 0 };
}
