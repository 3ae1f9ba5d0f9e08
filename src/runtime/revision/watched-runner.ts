import type { EntityManager, QueryRunner } from 'typeorm';

/**
 * A query runner, and an entity manager on it, that call `before` with each statement and wait for it before they send that. The
 * state of the runner, such as its transaction, is shared with the original.
 */
export function watchedRunner(
  runner: QueryRunner,
  before: (sql: string, parameters: readonly unknown[]) => Promise<void>,
): { readonly queryRunner: QueryRunner; readonly manager: EntityManager } {
  const query = async (sql: string, parameters: unknown[] = [], ...rest: unknown[]): Promise<unknown> => {
    await before(sql, parameters);
    return (runner.query as (...args: unknown[]) => Promise<unknown>).call(runner, sql, parameters, ...rest);
  };
  const queryRunner: QueryRunner = new Proxy(runner, {
    get: (target, name, view) => {
      if (name === 'query') return query;
      return name === 'manager' ? manager : (Reflect.get(target, name, view) as unknown);
    },
  });
  const manager = runner.connection.createEntityManager(queryRunner);
  return { queryRunner, manager };
}
