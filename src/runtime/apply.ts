import type { EntityManager, QueryRunner } from 'typeorm';
import { ownManager } from '../dialects/common/own-manager.js';
import type { DialectSession } from '../dialects/dialect.js';
import { OperationFailedError, QueryRunnerError } from '../errors/callers.errors.js';
import { CommitUnknownError } from '../errors/lost.errors.js';
import { createOperations } from '../operations/call/builder.js';
import { describeOperation } from '../operations/describe/describe.js';
import type { Operation } from '../operations/operation.js';
import type { Operations } from '../operations/operations.interface.js';
import { inFreshTransaction } from './contention/fresh-transaction.js';
import { noJournal } from './journal/journal.js';
import { tablesOfRun } from './tables-of-run.js';
import { reasonOf } from './failure.js';
import { isLost, isTooLate } from './lost/is-lost.js';
import { LiveContext } from './live-context.js';
import { DEFAULT_GRACE, unlessAborted } from './abort.js';
import { contextOf, namingOf, type OperationSink } from './revision/revision-call.js';
import { inTurnOn, openSession } from './open-session.js';
import type { TransactionGate } from './revision/revision-gate.js';
import { RevisionRun } from './revision/revision-run.js';
import type { RunRequest } from './run.request.js';
import { hasCommitted } from './transaction.js';

/** The request to run operations outside a revision, on one database. */
export type ApplyRequest = Omit<RunRequest, 'plan' | 'load' | 'aroundStep' | 'purge' | 'onStep'>;

/**
 * Runs operations under the lock of runs, in one transaction. No version row changes.
 *
 * @returns how many statements were run
 * @throws OperationFailedError when an operation fails. All are then rolled back, except those before an operation that needs a
 *   commit, and where the database commits DDL by itself, all before the failed one
 */
export async function applyOperations(request: ApplyRequest, operations: readonly Operation[]): Promise<number> {
  return inTurnOn(request, () =>
    withSession(request, async (session) => {
      await session.lock();
      const progress: Progress = { statements: 0, next: 0, kept: 0, isLeft: false, isPartlyKept: false };
      while (progress.next < operations.length) await applyInTransaction(request, session, operations, progress);
      return progress.statements;
    }),
  );
}

/** How far operations have been applied. */
interface Progress {
  statements: number;
  /** Index of the operation that runs, or runs next. */
  next: number;
  /** How many operations are committed. */
  kept: number;
  /** Whether a part of the operation that runs is committed, after which its transaction cannot begin again. */
  isLeft: boolean;
  /** Whether statements of the operation that runs are committed. */
  isPartlyKept: boolean;
}

/** Applies operations up to the next commit. @throws OperationFailedError */
async function applyInTransaction(
  request: ApplyRequest,
  session: DialectSession,
  operations: readonly Operation[],
  progress: Progress,
): Promise<void> {
  const start = { ...progress, isLeft: false, isPartlyKept: false };
  try {
    await inFreshTransaction(
      request,
      session,
      () => applyUntilCommit(request, session, operations, Object.assign(progress, start)),
      () => !progress.isLeft,
    );
  } catch (error) {
    if (error instanceof QueryRunnerError || error instanceof CommitUnknownError) throw error;
    const { next, kept, isPartlyKept } = progress;
    const operation = describeOperation(operations[next] as Operation);
    const place = { number: next + 1, total: operations.length, kept, isPartlyKept };
    throw new OperationFailedError(operation, { dataSource: request.dataSourceName, ...place }, error);
  }
}

/** Commits. No row proves later that it was done, so a lost answer leaves that open. @throws CommitUnknownError */
async function commitOperations(
  { dialect, dataSourceName }: ApplyRequest,
  session: DialectSession,
  { kept, next }: Progress,
): Promise<void> {
  await session.commit().catch((error: unknown) => {
    if (isTooLate(error) || !isLost(error, session, dialect)) throw error;
    const steps = [`operations ${kept + 1} to ${next + 1}`];
    throw new CommitUnknownError(dataSourceName, steps, [], reasonOf(error), error);
  });
}

async function applyUntilCommit(
  request: ApplyRequest,
  session: DialectSession,
  operations: readonly Operation[],
  progress: Progress,
): Promise<void> {
  for (const operation of operations.slice(progress.next)) {
    const before = progress.statements;
    const isLast = progress.next === operations.length - 1;
    let isCommitted = false;
    const gate = {
      ...gateOf(request, session),
      get canBeginAgain() {
        return !session.isCallers && !progress.isLeft;
      },
      leave: () => leave(session).then(() => void Object.assign(progress, { kept: progress.next, isLeft: true })),
      settle: async () => {
        if (!hasCommitted(request.dialect, session)) return;
        isCommitted = true;
        progress.isLeft = true;
        await session.begin();
      },
    };
    const run = runOn(request, session, progress, gate);
    try {
      await unlessAborted(
        request.signal,
        () => run.apply(operation),
        (reason) => run.halt(reason, request.grace ?? DEFAULT_GRACE),
      );
      if (isCommitted) progress.kept = progress.next + 1;
      const mustCommit = isLast || progress.isLeft || (run.commitAfter && !session.isCallers);
      if (mustCommit) await commitOperations(request, session, progress);
      if (mustCommit && !isLast) progress.kept = progress.next + 1;
      progress.next += 1;
      if (mustCommit) return;
    } catch (error) {
      if (isCommitted) progress.kept = Math.max(progress.kept, progress.next);
      progress.isPartlyKept = isCommitted && progress.statements > before;
      throw error;
    }
  }
}

/**
 * An `op` outside a revision: each call runs at once on the caller's connection, in the transaction that is open there, else in one
 * of its own.
 */
export function operationsOn(request: ApplyRequest & { readonly queryRunner: QueryRunner }): Operations {
  const sink = new CallersSink(request);
  return createOperations({
    context: contextOf(request, false),
    queryRunner: request.queryRunner,
    manager: sink.manager,
    naming: namingOf(request),
    get: request.get,
    apply: (operation) => sink.apply(operation),
    autocommit: (block) => sink.autocommit(block),
    typeorm: (direction, history) => sink.typeorm(direction, history),
  }).op;
}

/** Runs each operation in a session of its own, since the caller may begin and end transactions between two of them. */
class CallersSink implements OperationSink {
  readonly manager: EntityManager;
  private outside = false;

  constructor(private readonly request: ApplyRequest & { readonly queryRunner: QueryRunner }) {
    this.manager = ownManager(request.dataSource, request.queryRunner);
  }

  get queryRunner(): QueryRunner {
    return this.request.queryRunner;
  }

  apply(operation: Operation): Promise<void> {
    return this.inSession((run) => run.apply(operation));
  }

  typeorm: OperationSink['typeorm'] = (direction, history) => this.inSession((run) => run.typeorm(direction, history));

  async autocommit(block: () => Promise<void>): Promise<void> {
    const { dialect, queryRunner } = this.request;
    if (await dialect.isInTransaction(queryRunner)) throw mustBeOutside();
    const wasOutside = this.outside;
    this.outside = true;
    try {
      await block();
    } finally {
      this.outside = wasOutside;
    }
  }

  private inSession(work: (run: RevisionRun) => Promise<void>): Promise<void> {
    return withSession(this.request, async (session) => {
      if (this.outside) {
        const run = runOn(this.request, session, { statements: 0 }, { ...gateOf(this.request, session), ...unmoved });
        return run.autocommit(() => work(run));
      }
      return inFreshTransaction(this.request, session, async () => {
        const gate = { ...gateOf(this.request, session), canBeginAgain: !session.isCallers };
        await work(runOn(this.request, session, { statements: 0 }, gate));
        await session.commit();
      });
    });
  }
}

const nothing = async (): Promise<void> => undefined;
const unmoved = { leave: nothing, enter: nothing };

function gateOf(request: ApplyRequest, session: DialectSession): TransactionGate {
  return {
    canBeginAgain: false,
    leave: () => leave(session),
    record: nothing,
    noted: () => undefined,
    committedByRevision: () => undefined,
    note: nothing,
    lost: () => undefined,
    failedOutside: () => undefined,
    passOver: () => undefined,
    enter: () => session.begin(),
    settle: async () => {
      if (hasCommitted(request.dialect, session)) await session.begin();
    },
    loosely: (work) => work(),
    notice: (message) => request.onLockWait?.(message),
  };
}

async function leave(session: DialectSession): Promise<void> {
  if (session.isCallers) throw mustBeOutside();
  await session.commit();
}

function runOn(
  { dialect, dataSource, dataSourceName, settings: { versionTable } }: ApplyRequest,
  session: DialectSession,
  attempt: { statements: number },
  gate: TransactionGate,
): RevisionRun {
  const context = new LiveContext(
    dialect,
    session.runner,
    tablesOfRun(versionTable),
    dialect.ownSchema(dataSource)?.name,
  );
  const places = { dataSource, dataSourceName, revisionFile: undefined };
  return new RevisionRun(session, dialect, context, attempt, [], gate, places, noJournal);
}

async function withSession<T>(request: ApplyRequest, work: (session: DialectSession) => Promise<T>): Promise<T> {
  const session = await openSession(request);
  try {
    return await work(session);
  } finally {
    await session.close();
  }
}

function mustBeOutside(): QueryRunnerError {
  return new QueryRunnerError(
    'op.autocommit and concurrent indexes must run outside a transaction, and the queryRunner has one open.',
    { hint: 'Call it before the transaction begins or after it has ended; or give a queryRunner without one.' },
  );
}
