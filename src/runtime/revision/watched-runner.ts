import type { EntityManager, QueryRunner } from 'typeorm';
import { ownManager } from '../../dialects/common/own-manager.js';

/** Wraps a statement of a revision: does what has to come before it, sends it, and sees its error. */
export type StatementWrap = (statement: RunnerStatement, send: (sql?: string) => Promise<unknown>) => Promise<unknown>;

/** A statement of a query runner. */
export interface RunnerStatement {
  readonly sql: string;
  readonly parameters: readonly unknown[];
  /** Whether its answer is TypeORM's `QueryResult`. */
  readonly isStructured: boolean;
}

/** A query runner, and an entity manager on it. */
export interface WatchedRunner {
  readonly queryRunner: QueryRunner;
  readonly manager: EntityManager;
}

/**
 * A query runner, and an entity manager on it, with each statement wrapped. The state of the runner, such as its transaction, is
 * shared with the original.
 */
export function watchedRunner(runner: QueryRunner, wrap: StatementWrap): WatchedRunner {
  const query = (sql: string, parameters: unknown[] = [], ...rest: unknown[]): Promise<unknown> =>
    wrap({ sql, parameters, isStructured: rest[0] === true }, (sent = sql) =>
      (runner.query as (...args: unknown[]) => Promise<unknown>).call(runner, sent, parameters, ...rest),
    );
  const queryRunner: QueryRunner = new Proxy(runner, {
    get: (target, name, view) => {
      if (name === 'query') return query;
      return name === 'manager' ? manager : (Reflect.get(target, name, view) as unknown);
    },
  });
  const manager = ownManager(runner.connection, queryRunner);
  return { queryRunner, manager };
}
