import { setImmediate } from 'node:timers/promises';
import type { EntityManager, QueryRunner } from 'typeorm';
import { setTimeout as sleep } from 'node:timers/promises';
import { createOperations } from '../../operations/call/builder.js';
import { defaultPrimaryKeyName } from '../../operations/default-primary-key-name.js';
import type { ConstraintNaming } from '../../operations/call/from-options.js';
import type { Operation } from '../../operations/operation.js';
import type { OperationContext, RevisionFunction } from '../../operations/operations.interface.js';
import type { TypeormHistory } from '../../operations/call/typeorm-migrations.js';
import { RunAbortedError } from '../../errors/abort.errors.js';
import { RevisionEndedError, RevisionTimeoutError } from '../../errors/runtime.errors.js';
import { tamed } from '../../errors/thrown.js';
import { DEFAULT_GRACE, type StopOptions, TIDY_UP, unlessAborted } from '../abort.js';
import type { CallSites, Stack } from './call-sites.js';
import type { LoadedRevision, RunRequest, ScriptRequest } from '../run.request.js';
import { nameOfStep } from '../step-text.js';
import { withinTime } from '../../dialects/common/within-time.js';
import type { PlanStep } from '../../repository/revision.js';
import { reportIdle } from './idle-report.js';
import type { Interruption } from './interruption.js';
import type { TypeormDirection } from './typeorm/typeorm-run.js';

/** How long a function that was interrupted may go on with what is no statement, ms: its transaction is open meanwhile. */
const GRACE = 250;

/** What carries out the operations of a revision: on a database, or into a script. */
export interface OperationSink {
  readonly queryRunner: QueryRunner;
  readonly manager: EntityManager;
  apply(operation: Operation): Promise<void>;
  autocommit(fn: () => Promise<void>): Promise<void>;
  typeorm(direction: TypeormDirection, history: TypeormHistory): Promise<void>;
  /** Ends the revision before its function has ended. */
  readonly interruption?: Interruption;
  /** How long none of its statements has run, ms; absent where none are sent. */
  idleFor?(): number;
  /** Interrupts it, and waits until none of its statements runs, which are cancelled within `grace` ms. */
  halt?(reason: Error, grace: number): Promise<void>;
  /** Called with the operation of a call, and where the revision makes it. */
  called?(operation: Operation, place: Stack): void;
}

/** The function of a revision that a step calls; undefined where it has none, and for stamps. */
export function functionOf(step: PlanStep, loaded: LoadedRevision | undefined): RevisionFunction | undefined {
  return step.kind === 'stamp' ? undefined : loaded?.[step.kind];
}

/**
 * Runs a revision's function until all its calls are done, awaited or not. A call that it makes later is refused.
 *
 * @throws RevisionTimeoutError when it takes longer than `revisionTimeout`, RunAbortedError when the run is to stop
 */
export async function callRevision(
  fn: RevisionFunction,
  request: RunRequest | ScriptRequest,
  step: PlanStep,
  context: OperationContext,
  sink: OperationSink,
  sites: CallSites,
): Promise<void> {
  const { op, settle, end } = createOperations({
    context,
    // They may change while the revision runs.
    get queryRunner() {
      return sink.queryRunner;
    },
    get manager() {
      return sink.manager;
    },
    naming: namingOf(request),
    get: request.get,
    ...(sink.called && { called: (operation: Operation) => sink.called?.(operation, sites.current) }),
    apply: (operation) => sink.apply(operation),
    autocommit: (block) => sink.autocommit(block),
    typeorm: (direction, history) => sink.typeorm(direction, history),
  });
  const { revisionTimeout = 0 } = request.settings;
  const { signal, grace = DEFAULT_GRACE } = request as StopOptions;
  const call = async (): Promise<void> => {
    await fn(sites.trace(op));
    await settle();
  };
  let working: Promise<void> | undefined;
  const work = (): Promise<void> => (working = call());
  const halt = async (reason: Error): Promise<void> => {
    await sink.halt?.(reason, grace);
    // What was refused may tidy up, as `op.autocommit` does; a revision that waits for something else is not waited for.
    await Promise.race([working?.catch(() => undefined), sleep(TIDY_UP)]);
  };
  const timeout = revisionTimeout === 0 ? Infinity : revisionTimeout;
  const late = (cause?: unknown): Error =>
    new RevisionTimeoutError(nameOfStep(step), step.kind, revisionTimeout, cause);
  const started = performance.now();
  // The database ends a statement by itself that takes longer.
  const isLate = (): boolean => performance.now() - started >= timeout;
  const stopReporting = reportIdle(step, sink, (request as Pick<RunRequest, 'onLockWait'>).onLockWait);
  try {
    const inTime = (): Promise<void> =>
      withinTime(
        timeout,
        () => untilInterrupted(work, sink.interruption),
        () => late(),
      );
    await unlessAborted(signal, inTime, halt);
  } catch (error) {
    // The rest of it may take any time, and none of it may run into the rollback.
    if (error instanceof RevisionTimeoutError) sink.interruption?.interrupt(error);
    // Nor may calls that were not awaited; the first error is the one to report.
    else if (!(error instanceof RunAbortedError)) {
      const isOver = isLate();
      await settle().catch(() => undefined);
      if (isOver) throw late(tamed(error));
    }
    throw tamed(error);
  } finally {
    stopReporting();
    end((call) => new RevisionEndedError(nameOfStep(step), step.kind, step.revision?.path, call));
  }
}

/** Does work until it has ended, or a moment longer than until its interruption, whose reason is then its error. */
async function untilInterrupted(work: () => Promise<void>, interruption: Interruption | undefined): Promise<void> {
  const working = work();
  if (interruption === undefined) return working;
  try {
    await Promise.race([working, interruption.happened]);
  } finally {
    // It may have caught the error of the statement, or thrown another one.
    const ended = working.catch(() => undefined);
    await Promise.race([ended, interruption.happened.catch(() => sleep(GRACE))]);
  }
  interruption.check();
}

/** The data source's naming strategy for what a revision leaves unnamed, except primary keys, whose default name is always the same. */
export function namingOf({
  dataSource: { namingStrategy },
  dialect,
}: Pick<RunRequest, 'dataSource' | 'dialect'>): ConstraintNaming {
  const primaryKeyName = dialect.rules.namesPrimaryKeys ? defaultPrimaryKeyName : undefined;
  return Object.create(namingStrategy, { primaryKeyName: { value: primaryKeyName } }) as ConstraintNaming;
}

/** The `op.context` of a revision: what it may know about the run. */
export function contextOf(
  request: Pick<RunRequest, 'dataSourceName' | 'dialect' | 'settings'>,
  offline: boolean,
): OperationContext {
  const { tag, xArgs, tenant } = request.settings;
  return {
    dataSource: request.dataSourceName,
    dialect: request.dialect.name,
    xArgs,
    offline,
    ...(tag === undefined ? undefined : { tag }),
    ...(tenant && { tenant }),
  };
}

/** How many files are loaded before other work gets its turn: an application may run revisions while it serves. */
const TURN = 100;

/** Loads all revisions of a plan, before its first statement, so that a broken file stops no run half-way. */
export async function loadAll(
  plan: readonly PlanStep[],
  load: RunRequest['load'],
): Promise<ReadonlyMap<PlanStep, LoadedRevision>> {
  const loaded = new Map<PlanStep, LoadedRevision>();
  for (const step of plan) {
    if (step.revision === undefined) continue;
    loaded.set(step, await load(step.revision));
    if (loaded.size % TURN === 0) await setImmediate();
  }
  return loaded;
}
