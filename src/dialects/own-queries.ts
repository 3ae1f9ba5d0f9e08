import type { DataSource, Logger, QueryRunner } from 'typeorm';

/** Called for a statement that this package sends for itself. */
export type QueryListener = (sql: string) => void;

/**
 * A proxy of a query runner whose statements the application's logger does not see: queries of the catalog and statements
 * on the package's own tables would bury what the application wants to log. A revision gets the runner itself.
 *
 * @param onQuery called for each statement instead
 */
export function ownQueries(runner: QueryRunner, onQuery?: QueryListener): QueryRunner {
  return new Proxy(runner, {
    get: (target, name, view: QueryRunner) => {
      const value: unknown = Reflect.get(target, name);
      if (typeof value !== 'function') return value;
      const method = value as (...args: unknown[]) => unknown;
      // `hasTable` and the like send queries themselves: with the proxy as `this` those are not logged either. Other
      // methods get the runner itself, since the driver must release that and does not know the proxy.
      if (READING.test(String(name))) return method.bind(view);
      if (name !== 'query' && !Object.hasOwn(transactionMethods, name)) return method.bind(target);
      return async (...args: unknown[]): Promise<unknown> => {
        const sql = name === 'query' ? String(args[0]) : undefined;
        onQuery?.(sql ?? transactionMethods[name as TransactionMethod]);
        return unlogged(target.connection, { runner: target, ...(sql === undefined ? {} : { sql }) }, () =>
          method.apply(target, args),
        );
      };
    },
  });
}

/** Runs work without logging any statement of a data source, which nothing else uses yet. */
export function withoutLogging<T>(
  dataSource: DataSource,
  onQuery: QueryListener | undefined,
  work: () => Promise<T>,
): Promise<T> {
  return unlogged(dataSource, { ...(onQuery && { onQuery }) }, work);
}

/** The statements to report for methods that do not take one. */
const transactionMethods = {
  startTransaction: 'START TRANSACTION',
  commitTransaction: 'COMMIT',
  rollbackTransaction: 'ROLLBACK',
} as const;

type TransactionMethod = keyof typeof transactionMethods;

/** Methods that look something up in the catalog. */
const READING = /^(?:has|get)[A-Z]/;

/** The beginning of a message whose first statement does not show that it ends a transaction. */
export const OWN_COMMENT = '/* nestjs-migrate */';

const TRANSACTION_CONTROL =
  /^(?:\/\* nestjs-migrate \*\/|START|BEGIN|COMMIT|ROLLBACK|SAVEPOINT|RELEASE|SET TRANSACTION)(?:\s|;|$)/;

/** Running statements that must not be logged. */
interface Unlogged {
  /** The runner that sends them; without one, those of any runner. */
  readonly runner?: QueryRunner;
  /** The statement; without one, those that begin and end transactions. */
  readonly sql?: string;
  readonly onQuery?: QueryListener;
}

/** The logger of a data source, replaced while statements run that it must not see. */
interface Filter {
  readonly original: Logger;
  readonly filtered: Logger;
  readonly unlogged: Set<Unlogged>;
}

const filters = new WeakMap<DataSource, Filter>();

async function unlogged<T>(dataSource: DataSource, what: Unlogged, work: () => unknown): Promise<T> {
  const filter = filterOf(dataSource);
  filter.unlogged.add(what);
  try {
    return (await work()) as T;
  } finally {
    filter.unlogged.delete(what);
    // The application may have set another logger meanwhile.
    if (filter.unlogged.size === 0 && dataSource.logger === filter.filtered) dataSource.logger = filter.original;
  }
}

function filterOf(dataSource: DataSource): Filter {
  const known = filters.get(dataSource);
  if (known !== undefined && dataSource.logger === known.filtered) return known;
  const filter = known?.original === dataSource.logger ? known : newFilter(dataSource.logger);
  filters.set(dataSource, filter);
  dataSource.logger = filter.filtered;
  return filter;
}

function newFilter(original: Logger): Filter {
  const unlogged = new Set<Unlogged>();
  const isOwn = (sql: unknown, runner: unknown, isFirst: boolean): boolean => {
    const what = [...unlogged].find((candidate) => isOf(candidate, String(sql), runner));
    if (isFirst) what?.onQuery?.(String(sql));
    return what !== undefined;
  };
  const filtered = new Proxy(original, {
    get: (target, name) => {
      const value: unknown = Reflect.get(target, name);
      if (typeof value !== 'function') return value;
      const place = Object.hasOwn(places, name) ? places[name as keyof typeof places] : undefined;
      return (...args: unknown[]): unknown => {
        if (place !== undefined && isOwn(args[place], args[place + 2], place === places.logQuery)) return undefined;
        return (value as (...args: unknown[]) => unknown).apply(target, args);
      };
    },
  });
  return { original, filtered, unlogged };
}

/** The position of the statement in the arguments of a logger's methods; its parameters and the query runner follow. */
const places = { logQuery: 0, logQueryError: 1, logQuerySlow: 1 } as const;

function isOf(what: Unlogged, sql: string, runner: unknown): boolean {
  if (what.runner === undefined) return true;
  if (what.runner !== runner) return false;
  return what.sql === undefined ? TRANSACTION_CONTROL.test(sql) : what.sql === sql;
}
