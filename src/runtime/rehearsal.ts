import type { DataSource, QueryRunner } from 'typeorm';
import type { CompileContext, Dialect, DialectSession, ExpandedOperation } from '../dialects/dialect.js';
import type { QueryListener } from '../dialects/own-queries.js';
import { SqlBodyError, SqlBodyUnavailableError } from '../errors/autogenerate.errors.js';
import { describeOperation } from '../operations/describe/describe.js';
import type { Operation } from '../operations/operation.js';
import { inFreshTransaction } from './contention/fresh-transaction.js';
import { tablesOfRun } from './tables-of-run.js';
import { LiveContext } from './live-context.js';
import type { RunSettings } from './run.request.js';
import { inTurnOn, openSession } from './open-session.js';

/** What a rehearsal needs to know. */
interface RehearsalRequest {
  readonly dataSource: DataSource;
  readonly dataSourceName: string;
  readonly dialect: Dialect;
  readonly settings: Pick<
    RunSettings,
    'versionTable' | 'lockTimeout' | 'lockAttempts' | 'statementTimeout' | 'runnerTimeout' | 'connectTimeout' | 'lock'
  >;
  /** Called when a statement waits for a lock, and then every 10 s at most. */
  readonly onLockWait?: (message: string) => void;
  /** Called for each statement that is sent. */
  readonly onQuery?: QueryListener;
  /** The caller's connection, in place of one of its own. */
  readonly queryRunner?: QueryRunner;
  /** What is tried, in this order. */
  readonly parts: readonly RehearsalPart[];
}

/** The operations of one direction. */
interface RehearsalPart {
  readonly direction: 'upgrade' | 'downgrade';
  readonly operations: readonly Operation[];
}

/**
 * The statements of operations, part by part, found by running them in a transaction that is rolled back.
 *
 * The statements of an operation depend on what exists in the database at that time, such as views on a column or triggers of a
 * table, and so on the operations before it. Statements that run outside a transaction are not run, and returned as a script has
 * them.
 *
 * @throws SqlBodyUnavailableError where a transaction undoes only rows: nothing is run then
 * @throws SqlBodyError when the database refuses a statement, or does not support an operation
 * @throws LockTimeoutError when other sessions keep a table for too long
 * @throws RunnerBusyError when a run holds the database for longer than `runnerTimeout`
 */
export async function rehearse(request: RehearsalRequest): Promise<readonly (readonly ExpandedOperation[])[]> {
  const { dialect, parts } = request;
  if (dialect.transactions === 'rows') throw new SqlBodyUnavailableError(request.dataSourceName);
  return inTurnOn(request, async () => {
    const session = await openSession(request);
    try {
      await session.lock();
      return await inFreshTransaction(request, session, async () => {
        const expanded: (readonly ExpandedOperation[])[] = [];
        for (const part of parts) expanded.push(await rehearsePart(part, session, request));
        await session.rollback();
        return expanded;
      });
    } finally {
      await session.close();
    }
  });
}

async function rehearsePart(
  { direction, operations }: RehearsalPart,
  session: DialectSession,
  { dataSourceName, dialect, settings }: RehearsalRequest,
): Promise<readonly ExpandedOperation[]> {
  const { versionTable } = settings;
  const context = new LiveContext(dialect, session.runner, tablesOfRun(versionTable));
  const expanded: ExpandedOperation[] = [];
  for (const operation of operations) {
    context.forget();
    try {
      const statements = await dialect.compile(operation, context);
      if (statements.some(({ outsideTransaction }) => outsideTransaction)) {
        expanded.push({ operation, statements: await dialect.compile(operation, asScript(context)) });
        continue;
      }
      for (const statement of statements) await session.execute({ ...statement, isOwn: true });
      expanded.push({ operation, statements });
    } catch (error) {
      throw new SqlBodyError(dataSourceName, direction, describeOperation(operation), error);
    }
  }
  return expanded;
}

/** The context without a database to query: the statements must look up for themselves what may differ on the next database. */
function asScript(context: LiveContext): CompileContext {
  return {
    offline: true,
    kept: context.kept,
    table: (name) => context.table(name),
    schema: () => context.schema(),
    operations: () => context.operations(),
    query: async () => [],
  };
}
