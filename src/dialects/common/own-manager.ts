import type { DataSource, EntityManager, ObjectLiteral, QueryRunner, Repository } from 'typeorm';

/** What gives repositories of an entity manager. */
const MAKERS = ['getRepository', 'getTreeRepository', 'withRepository'] as const;

/** An entity manager on a query runner, whose repositories stay with it. */
export function ownManager(dataSource: DataSource, runner: QueryRunner): EntityManager {
  const manager = dataSource.createEntityManager(runner);
  keepRepositories(manager);
  return manager;
}

/**
 * Has the repositories of an entity manager stay with it, and so on its connection.
 *
 * Libraries that find the transaction of a call by its asynchronous context (typeorm-transactional) replace `manager` of all
 * repositories: inside a transaction of the application, a revision would write in that instead of the run's.
 *
 * @returns what takes that back
 */
export function keepRepositories(manager: EntityManager): () => void {
  for (const name of MAKERS) {
    const make = manager[name] as (...args: unknown[]) => Repository<ObjectLiteral>;
    define(manager, name, (...args: unknown[]) => kept(make.apply(manager, args), manager));
  }
  return () => {
    for (const name of MAKERS) Reflect.deleteProperty(manager, name);
  };
}

function kept(repository: Repository<ObjectLiteral>, manager: EntityManager): Repository<ObjectLiteral> {
  const { extend } = repository;
  define(repository, 'manager', manager);
  define(repository, 'extend', (custom: object) =>
    kept(extend.call(repository, custom) as Repository<ObjectLiteral>, manager),
  );
  return repository;
}

function define(target: object, name: string, value: unknown): void {
  Object.defineProperty(target, name, { value, configurable: true, writable: true });
}
