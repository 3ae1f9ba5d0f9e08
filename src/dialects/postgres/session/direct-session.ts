import { QueryFailedError, type QueryRunner } from 'typeorm';
import type { OwnSchema, SessionOptions, TogetherOutcome, TogetherStatement } from '../../dialect.js';
import { resultOf } from './batch.js';
import { contentionOf } from './contention.js';
import { atOwnPosition, isEnd } from './message-results.js';
import { mayShareMessage, takesMessages } from './one-message.js';
import { PostgresSession } from './session.js';
import type { SessionState } from './settings.js';
import { type DriverResult, joined, type SharedMessages } from './shared-messages.js';
import { sqlState, sqlStates } from './sql-state.js';
import { unjoinableList } from './unjoinable-list.js';

/** What took longer, ms, is not done again to find out about its failure. */
const MAX_MS = 1_000;

/** Errors that come before any statement has run, or after which the run may do something and send the statement again. */
const CURABLE: readonly (string | undefined)[] = [
  sqlStates.syntaxError,
  sqlStates.unsafeNewEnumValue,
  sqlStates.objectInUse,
];

/** A session on a connection of its own, without a pooler before the server: it takes several statements of a revision at once. */
export class DirectPostgresSession extends PostgresSession {
  constructor(
    runner: QueryRunner,
    revisionRunner: QueryRunner,
    options: SessionOptions,
    schema: OwnSchema | undefined,
    state: SessionState,
    private readonly messages: SharedMessages | undefined,
  ) {
    super(runner, revisionRunner, options, schema, state, messages);
  }

  async together(all: readonly TogetherStatement[]): Promise<TogetherOutcome | undefined> {
    const { messages, revisionRunner, runner } = this;
    const isPossible = this.inTransaction && !runner.isReleased && takesMessages(revisionRunner);
    if (messages === undefined || !isPossible || !all.every(({ sql }) => mayShareMessage(sql))) return undefined;
    this.log(all);
    const statements = all.map(({ sql }) => sql);
    const started = performance.now();
    let done: number | undefined;
    try {
      const results = await this.sendTogether(messages, statements, (count) => (done = count));
      if (results.length === all.length) return { done: all.length, results: results.map(resultOf) };
      return { done: 0, error: new Error(`The server has run ${results.length} statements instead of ${all.length}.`) };
    } catch (error) {
      if (done === undefined || mayTryAgain(error, performance.now() - started)) return { done: 0 };
      const sql = statements[done] ?? '';
      const failed = new QueryFailedError(sql, [], atOwnPosition(error, statements.slice(0, done)) as Error);
      const { connection } = revisionRunner;
      if (!all[done]?.isOwn)
        connection.logger.logQueryError(failed.driverError as Error, sql, undefined, revisionRunner);
      return { done, error: unjoinableList(sql, failed) ?? failed };
    }
  }

  /** Reports statements to those who hear of each as it is sent. */
  private log(statements: readonly TogetherStatement[]): void {
    const { options, revisionRunner } = this;
    const { logger } = revisionRunner.connection;
    for (const { sql, isOwn } of statements) {
      if (isOwn) options.onQuery?.(sql);
      else logger.logQuery(sql, undefined, revisionRunner);
    }
  }

  private async sendTogether(
    messages: SharedMessages,
    statements: readonly string[],
    ranOnly: (done: number) => void,
  ): Promise<readonly DriverResult[]> {
    const sql = joined(statements);
    let answer: unknown;
    const send = async (): Promise<void> => void (answer = await messages.submit(sql));
    await this.savepoints.attempt({ sql, parameters: [], send, ranOnly });
    return (Array.isArray(answer) ? answer : [answer]) as DriverResult[];
  }
}

/** Whether statements that were undone may be run again one by one, by the error of one of them and what all took, ms. */
function mayTryAgain(error: unknown, ms: number): boolean {
  if (CURABLE.includes(sqlState(error))) return true;
  return ms < MAX_MS && !isEnd(error) && contentionOf(error) === undefined;
}
