import type { DataSource, QueryRunner } from 'typeorm';
import type { CompileContext, Dialect, DialectSession, ExpandedOperation } from '../dialects/dialect.js';
import type { QueryListener } from '../dialects/own-queries.js';
import { SqlBodyError, SqlBodyUnavailableError } from '../errors/autogenerate.errors.js';
import { describeOperation } from '../operations/describe/describe.js';
import type { Operation } from '../operations/operation.js';
import { historyTableOf } from './bookkeeping/history-table.js';
import { LiveContext } from './live-context.js';
import type { RunSettings } from './run.request.js';
import { inTurnOn, openSession } from './open-session.js';

/** What is to be tried, in this order. */
export interface RehearsalRequest {
  readonly dataSource: DataSource;
  readonly dataSourceName: string;
  readonly dialect: Dialect;
  readonly settings: Pick<RunSettings, 'versionTable' | 'lockTimeout' | 'statementTimeout' | 'runnerTimeout'>;
  /** Told of each statement that is sent. */
  readonly onQuery?: QueryListener;
  /** The caller's connection, in place of one of its own. */
  readonly queryRunner?: QueryRunner;
  readonly parts: readonly RehearsalPart[];
}

export interface RehearsalPart {
  readonly direction: 'upgrade' | 'downgrade';
  readonly operations: readonly Operation[];
}

/**
 * The statements of operations, part by part. Nothing is changed.
 *
 * What an operation does depends on what stands in the database when its turn comes: views over a column, triggers of a
 * table. So the statements are run, in a transaction that is rolled back, and each operation finds what those before it
 * left. Statements that run outside a transaction are not tried, and written as a script has them.
 *
 * @throws SqlBodyUnavailableError where a transaction undoes rows alone: nothing is tried then
 * @throws SqlBodyError when the database refuses a statement, or an operation cannot be done there
 * @throws RunnerBusyError when a run holds the database for longer than `runnerTimeout`
 */
export async function rehearse(request: RehearsalRequest): Promise<readonly (readonly ExpandedOperation[])[]> {
  const { dialect, parts } = request;
  if (dialect.transactions === 'rows') throw new SqlBodyUnavailableError(request.dataSourceName);
  return inTurnOn(request, async () => {
    const session = await openSession(request);
    try {
      await session.lock();
      await session.begin();
      const expanded: (readonly ExpandedOperation[])[] = [];
      for (const part of parts) expanded.push(await rehearsePart(part, session, request));
      await session.rollback();
      return expanded;
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
  const context = new LiveContext(dialect, session.runner, [versionTable, historyTableOf(versionTable)]);
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

/** What is looked up on this database may be otherwise on the next one: the statements must look for themselves. */
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
