import type { EntityManager, QueryRunner } from 'typeorm';
import { createOperations } from '../../operations/call/builder.js';
import { defaultPrimaryKeyName } from '../../operations/default-primary-key-name.js';
import type { ConstraintNaming } from '../../operations/call/from-options.js';
import type { Operation } from '../../operations/operation.js';
import type { OperationContext, RevisionFunction } from '../../operations/operations.interface.js';
import type { TypeormHistory } from '../../operations/call/typeorm-migrations.js';
import { RevisionEndedError, RevisionTimeoutError } from '../../errors/runtime.errors.js';
import { tamed } from '../../errors/thrown.js';
import type { CallSites } from './call-sites.js';
import type { LoadedRevision, RunRequest, ScriptRequest } from '../run.request.js';
import { nameOf } from '../step-text.js';
import { withinTime } from '../within-time.js';
import type { PlanStep } from '../../repository/revision.js';
import type { TypeormDirection } from './typeorm/typeorm-run.js';

/** Where the operations of a revision go: to a database, or into a script. */
export interface OperationSink {
  readonly queryRunner: QueryRunner;
  readonly manager: EntityManager;
  apply(operation: Operation): Promise<void>;
  autocommit(fn: () => Promise<void>): Promise<void>;
  typeorm(direction: TypeormDirection, history: TypeormHistory): Promise<void>;
  /** Sends no statement any more, and fails each with this error. */
  stop?(reason: Error): void;
}

/** The function of a revision for a step; undefined when there is nothing to do. */
export function functionOf(step: PlanStep, loaded: LoadedRevision | undefined): RevisionFunction | undefined {
  return step.kind === 'stamp' ? undefined : loaded?.[step.kind];
}

/**
 * Runs a revision's function until everything it asked for is done, awaited by it or not. What it calls later is refused.
 *
 * @throws RevisionTimeoutError when it takes longer than `revisionTimeout`
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
    // What a revision has done so far may change them.
    get queryRunner() {
      return sink.queryRunner;
    },
    get manager() {
      return sink.manager;
    },
    naming: namingOf(request),
    get: request.get,
    apply: (operation) => sink.apply(operation),
    autocommit: (block) => sink.autocommit(block),
    typeorm: (direction, history) => sink.typeorm(direction, history),
  });
  const { revisionTimeout = 0 } = request.settings;
  const work = async (): Promise<void> => {
    await fn(sites.trace(op));
    await settle();
  };
  try {
    await withinTime(
      revisionTimeout === 0 ? Infinity : revisionTimeout,
      work,
      () => new RevisionTimeoutError(nameOf(step), step.kind, revisionTimeout),
    );
  } catch (error) {
    // Nobody knows how long the rest of it would take: none of it may run into the rollback.
    if (error instanceof RevisionTimeoutError) sink.stop?.(error);
    // What was called and not awaited must not run into it either; the first error is the one that counts.
    else await settle().catch(() => undefined);
    throw tamed(error);
  } finally {
    end((call) => new RevisionEndedError(nameOf(step), step.kind, step.revision?.path, call));
  }
}

/** The data source's names for what a revision leaves unnamed, but for primary keys, whose default names are always the same. */
export function namingOf({
  dataSource: { namingStrategy },
  dialect,
}: Pick<RunRequest, 'dataSource' | 'dialect'>): ConstraintNaming {
  const primaryKeyName = dialect.rules.namesPrimaryKeys ? defaultPrimaryKeyName : undefined;
  return Object.create(namingStrategy, { primaryKeyName: { value: primaryKeyName } }) as ConstraintNaming;
}

/** What a revision is told about the run. */
export function contextOf(
  request: Pick<RunRequest, 'dataSourceName' | 'dialect' | 'settings'>,
  offline: boolean,
): OperationContext {
  const { tag, xArgs } = request.settings;
  return {
    dataSource: request.dataSourceName,
    dialect: request.dialect.name,
    xArgs,
    offline,
    ...(tag === undefined ? undefined : { tag }),
  };
}

/** All revisions of a plan, loaded before its first statement, so that a broken file stops nothing half-way. */
export async function loadAll(
  plan: readonly PlanStep[],
  load: RunRequest['load'],
): Promise<ReadonlyMap<PlanStep, LoadedRevision>> {
  const loaded = new Map<PlanStep, LoadedRevision>();
  for (const step of plan) {
    if (step.revision !== undefined) loaded.set(step, await load(step.revision));
  }
  return loaded;
}
