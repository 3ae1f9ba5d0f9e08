import { setTimeout as sleep } from 'node:timers/promises';
import type { DataSource } from 'typeorm';
import type { Dialect } from '../../dialects/dialect.js';
import { withoutLogging } from '../../dialects/own-queries.js';
import { RunAbortedError } from '../../errors/abort.errors.js';
import { describeThrown } from '../../errors/thrown.js';
import type { BoundDataSource } from '../options/options.js';
import { codeFailure } from '../entities/initialization.js';
import { unlessAborted } from '../../runtime/abort.js';
import { OutOfTimeError, TimeLimit } from '../time-limit.js';
import { describeTarget, unreachable } from './unreachable.js';

/** Between two attempts to reach a database that is starting, ms. */
const PAUSE = 300;

/** Options of a data source whose functions are the application's: they may ask a token service, or a person. */
const APPLICATION_FUNCTIONS = ['password', 'stream', 'onConnect', 'prepareDatabase'] as const;

type Options = Readonly<Record<string, unknown>>;
type ApplicationFunction = (...args: unknown[]) => unknown;

/**
 * Connects the driver of a data source: within `connectTimeout`, and again for as long as `waitForDatabase` while the
 * database is away. Of a replicated data source only the master is connected: migrations need no replica.
 *
 * @param connect what the driver does
 * @throws DatabaseUnreachableError; DataSourceInvalidError for an error of code
 */
export async function connectDriver(
  bound: BoundDataSource,
  dialect: Dialect,
  connect: () => Promise<void>,
): Promise<void> {
  const { dataSource, config, onQuery } = bound;
  // A health check has to answer at once.
  const waitLimit = config.command === 'status' ? 0 : config.waitForDatabase;
  const attempt = (): Promise<void> => {
    const limit = new TimeLimit(config.connectTimeout);
    return withOptions(dataSource, connectOptions(dataSource.options, limit), () =>
      limit.around(() => withoutLogging(dataSource, onQuery, connect)),
    );
  };
  const started = Date.now();
  for (let tries = 0; ; tries += 1) {
    try {
      return await unlessAborted(bound.signal, attempt);
    } catch (error) {
      if (error instanceof RunAbortedError) throw error;
      const left = started + waitLimit - Date.now();
      if (!isUnreachable(error, dialect)) {
        throw codeFailure(bound.name, dataSource, error) ?? unreachable(bound, error, dialect);
      }
      if (left <= 0) throw unreachable(bound, error, dialect, tries > 0 ? waitLimit : 0);
      if (tries === 0) reportWaiting(bound, error, waitLimit);
      await unlessAborted(bound.signal, () => sleep(Math.min(PAUSE, left)));
    }
  }
}

function isUnreachable(error: unknown, dialect: Dialect): boolean {
  return error instanceof OutOfTimeError || dialect.isUnreachable(error);
}

function reportWaiting({ name, dataSource, onNotice }: BoundDataSource, error: unknown, waitLimit: number): void {
  onNotice?.({
    level: 'info',
    dataSource: name,
    message: `Waiting ${waitLimit / 1_000} s at most for the database (${describeTarget(dataSource)}): ${describeThrown(error)}`,
  });
}

/** The options of a data source that are replaced while it connects. */
function connectOptions(options: DataSource['options'], limit: TimeLimit): Options {
  const { extra, replication } = options as { extra?: Options; replication?: { readonly master: Options } };
  const changed: Record<string, unknown> = untimed(options as unknown as Options, limit);
  if (extra !== undefined) changed['extra'] = { ...extra, ...untimed(extra, limit) };
  if (replication !== undefined) {
    const { master } = replication;
    changed['replication'] = { ...replication, master: { ...master, ...untimed(master, limit) }, slaves: [] };
  }
  return changed;
}

/** The application's functions among the options, wrapped so that their time does not count. */
function untimed(options: Options, limit: TimeLimit): Record<string, unknown> {
  const functions = APPLICATION_FUNCTIONS.filter((name) => typeof options[name] === 'function');
  return Object.fromEntries(
    functions.map((name) => {
      const work = options[name] as ApplicationFunction;
      return [name, limit.excluding(name === 'password' ? endingWithout(work) : work)];
    }),
  );
}

/**
 * A `password` function that ends the connection for which it has none. `pg`, which calls it on its client, leaves that open: the
 * server would wait for the password for a minute, and everybody who drops a database meanwhile for the server.
 */
function endingWithout(password: ApplicationFunction): ApplicationFunction {
  return async function (this: { end?(): unknown } | undefined, ...args: unknown[]): Promise<unknown> {
    try {
      return await password.apply(this, args);
    } catch (error) {
      this?.end?.();
      throw error;
    }
  };
}

/** Does work while some options of a data source are replaced. */
async function withOptions<T>({ options }: DataSource, changed: Options, work: () => Promise<T>): Promise<T> {
  const before = Object.keys(changed).map((name) => [name, Reflect.get(options, name) as unknown] as const);
  Object.assign(options, changed);
  try {
    return await work();
  } finally {
    Object.assign(options, Object.fromEntries(before));
  }
}
