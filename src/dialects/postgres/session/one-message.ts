import type { QueryRunner } from 'typeorm';
import { POSTGRES_SQL } from '../../../sql/rules.js';
import { codeTokens } from '../../../sql/scanner.js';
import { mayRepeat } from './sent-statements.js';
import { mayControl } from './transaction-control.js';

/** The part of a client of pg that limits the time of a message. */
interface Client {
  readonly connectionParameters?: { readonly query_timeout?: unknown };
}

/**
 * Whether statements can be sent past a query runner of TypeORM: neither somebody who has replaced its method, nor a subscriber, nor
 * a limit for the time of each statement would see them.
 */
export function takesMessages(runner: QueryRunner): boolean {
  const { subscribers, options } = runner.connection;
  const { databaseConnection } = runner as unknown as { readonly databaseConnection?: Client };
  const { maxQueryExecutionTime } = options as { readonly maxQueryExecutionTime?: number };
  const isTimed =
    maxQueryExecutionTime !== undefined || Boolean(databaseConnection?.connectionParameters?.query_timeout);
  const isHeard = subscribers.some(
    (subscriber) => subscriber.beforeQuery !== undefined || subscriber.afterQuery !== undefined,
  );
  return !isTimed && !isHeard && !Object.hasOwn(runner, 'query');
}

/**
 * Whether a statement of a revision can be one of several in a message: it is a single one that is complete, has no effect but in the
 * transaction, and can be undone and sent again.
 */
export function mayShareMessage(sql: string): boolean {
  if (!mayRepeat(sql) || mayControl(sql) || sql.includes('\\')) return false;
  // What is not closed would have the semicolon in it.
  const semicolons = codeTokens(`${sql}\n;`, POSTGRES_SQL).filter((token) => token.is(';'));
  return semicolons.length === 1 || (semicolons.length === 2 && /;\s*$/.test(sql));
}
