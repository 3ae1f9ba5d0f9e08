import { createHash, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { runBy } from '../../dialects/common/run-by.js';
import { FleetBusyError, FleetRunNotFoundError } from '../../errors/fleet-calls.errors.js';
import { unlessAborted } from '../../runtime/index.js';
import type { FleetRecord } from '../record/fleet-record.js';
import { DEAD_AFTER, type NewTenant } from '../record/record-sql.js';
import type { RunRow } from '../record/rows.js';
import { waveEnds, waveOf } from './waves.js';

/** Between two looks at a run that is waited for, and at one that is about to begin, ms. */
const LOOK_AGAIN = 250;
const LOOK_SOON = 25;

/** A run that a call asks for. */
export type WantedRun = Pick<
  RunRow,
  'command' | 'target' | 'asked' | 'selection' | 'waves' | 'maxFailures' | 'tag' | 'purge' | 'onDataLoss' | 'ofRun'
>;

/** A tenant of it. */
export type WantedTenant = Pick<NewTenant, 'tenant' | 'goal' | 'from' | 'isDone'>;

/** How a call waits for the runs of others. */
export interface Patience {
  /** Longest wait, ms. */
  readonly limit: number;
  readonly signal?: AbortSignal;
  /** Called once, when it starts to wait. */
  readonly onWait: (run: RunRow) => void;
}

/** A run that has begun. */
export interface BegunRun {
  readonly run: RunRow;
  /** Somebody else has begun it, and is at work on it. */
  readonly isJoined: boolean;
}

/**
 * Begins a run, or joins the one that is the same.
 *
 * Runs of the same command and target go on next to each other, whatever their tenants are: a tenant's own lock keeps it from being
 * migrated twice. One with another command or target is waited for where it has tenants of this one. A run on which nobody works any
 * more is joined where it is the same and has all these tenants, and ended where not.
 *
 * @throws FleetBusyError, RunAbortedError
 */
export async function beginRun(
  record: FleetRecord,
  wanted: WantedRun,
  tenants: readonly WantedTenant[],
  patience: Patience,
): Promise<BegunRun> {
  const ids = tenants.map(({ tenant }) => tenant);
  const wait = waiting(patience);
  for (;;) {
    const others = await openRuns(record);
    const same = others.find((run) => slotOf(run) === slotOf(wanted));
    if (same?.state === 'running') {
      if (isAlive(same)) return { run: same, isJoined: true };
      if ((await record.countOf(same.runId, ids)) === ids.length) return { run: same, isJoined: false };
      await record.end(same.runId, 'interrupted');
      continue;
    }
    const blocker = same ?? (await blockerOf(record, others, wanted, ids));
    if (blocker !== undefined) await wait(blocker);
    else {
      const run = await insert(record, wanted, tenants, ids);
      if (run !== undefined) return { run, isJoined: false };
    }
  }
}

/**
 * Begins another attempt of a run, for the tenants that are left; joins it where somebody is at work on it.
 *
 * @returns undefined where nothing is left
 * @throws FleetRunNotFoundError, FleetBusyError, RunAbortedError
 */
export async function beginAgain(
  record: FleetRecord,
  runId: string,
  changes: Partial<Pick<RunRow, 'waves' | 'maxFailures'>>,
  patience: Patience,
): Promise<BegunRun | undefined> {
  const wait = waiting(patience);
  for (;;) {
    const run = await storedRun(record, runId);
    const others = await openRuns(record, runId);
    if (run.state === 'running' && isAlive(run)) return { run, isJoined: true };
    const left = (await record.tenants(runId)).filter(({ state }) => LEFT.has(state));
    const ids = left.map(({ tenant }) => tenant);
    const same = others.find((other) => slotOf(other) === slotOf(run));
    const blocker = same ?? (await blockerOf(record, others, run, ids));
    if (blocker !== undefined) await wait(blocker);
    else {
      if (run.state === 'running') await record.end(runId, 'interrupted');
      if (left.length === 0) return undefined;
      const ends = waveEnds(changes.waves ?? run.waves, left.length);
      const tenants = left.map(({ number, tenant }, place) => ({ number, tenant, wave: waveOf(ends, place) }));
      if (await record.again(run, slotOf(run), changes, tenants)) {
        return { run: await storedRun(record, runId), isJoined: false };
      }
    }
  }
}

/** What `retry` tries again. */
const LEFT: ReadonlySet<string> = new Set(['failed', 'notTried', 'waiting', 'claimed']);

/** How many of the latest runs are known by the beginning of their id, which is at least so long. */
const KNOWN_BY_BEGINNING = { runs: 100, characters: 4 };

/** A run by its id, or by the beginning of it. @throws FleetRunNotFoundError */
export async function storedRun(record: FleetRecord, runId: string): Promise<RunRow> {
  const run = await record.run(runId);
  if (run !== undefined) return run;
  const known = await record.runs(KNOWN_BY_BEGINNING.runs);
  const [meant, ...others] = known.filter((one) => one.runId.startsWith(runId));
  if (meant !== undefined && others.length === 0 && runId.length >= KNOWN_BY_BEGINNING.characters) return meant;
  throw new FleetRunNotFoundError(
    runId,
    known.map((one) => one.runId),
  );
}

async function insert(
  record: FleetRecord,
  wanted: WantedRun,
  tenants: readonly WantedTenant[],
  ids: readonly string[],
): Promise<RunRow | undefined> {
  const ends = waveEnds(wanted.waves, tenants.length);
  const run = { ...wanted, runId: randomUUID(), attempt: 1, startedBy: runBy(), startedAt: new Date() };
  if (!(await record.insert({ ...run, slot: slotOf(wanted) }))) return undefined;
  const own = await record.run(run.runId);
  const before = (await openRuns(record, run.runId)).filter((other) => own === undefined || isBefore(other, own));
  // Of two that began at once the first has precedence; both see each other here.
  if (own === undefined || (await blockerOf(record, before, wanted, ids)) !== undefined) {
    await record.withdraw(run.runId);
    return undefined;
  }
  const numbered = tenants.map((tenant, place) => ({ ...tenant, number: place + 1, wave: waveOf(ends, place) }));
  await record.begin(run.runId, numbered);
  return { ...own, state: 'running' };
}

/** Runs of others that have not ended. Of those on which nobody works any more only such are among them as may be joined. */
async function openRuns(record: FleetRecord, except?: string): Promise<readonly RunRow[]> {
  const open = (await record.open()).filter(({ runId }) => runId !== except);
  const dead = open.filter(({ state, silence }) => silence > DEAD_AFTER && state !== 'running');
  for (const { runId, attempt } of dead) {
    await (attempt === 1 ? record.withdraw(runId) : record.end(runId, 'interrupted'));
  }
  return open.filter((run) => !dead.includes(run));
}

/** A run of others that has to end first. One that is about to begin has yet to write its tenants. */
async function blockerOf(
  record: FleetRecord,
  others: readonly RunRow[],
  wanted: WantedRun,
  ids: readonly string[],
): Promise<RunRow | undefined> {
  for (const run of others) {
    if (!isAlive(run) || aimOf(run) === aimOf(wanted)) continue;
    if (run.state !== 'running' || (await record.countOf(run.runId, ids)) > 0) return run;
  }
  return undefined;
}

function isAlive({ silence }: RunRow): boolean {
  return silence <= DEAD_AFTER;
}

function isBefore(one: RunRow, other: RunRow): boolean {
  const difference = one.startedAt.getTime() - other.startedAt.getTime();
  return difference < 0 || (difference === 0 && one.runId < other.runId);
}

function aimOf({ command, target, purge, ofRun }: WantedRun): string {
  return JSON.stringify([command, [...target].sort(), purge, ofRun ?? null]);
}

/** What only one run at a time has: the same for calls that share their work. */
function slotOf(wanted: WantedRun): string {
  return createHash('sha256')
    .update(`${aimOf(wanted)} ${wanted.selection}`)
    .digest('hex');
}

function waiting({ limit, signal, onWait }: Patience): (run: RunRow) => Promise<void> {
  const started = Date.now();
  let isFirst = true;
  return async (run) => {
    if (isFirst) onWait(run);
    isFirst = false;
    const { runId, command, asked, startedBy, startedAt } = run;
    if (Date.now() - started >= limit) {
      throw new FleetBusyError({ runId, command, target: asked, startedBy, startedAt }, limit);
    }
    await unlessAborted(signal, () => sleep(run.state === 'running' ? LOOK_AGAIN : LOOK_SOON));
  };
}
