import type { DataSource } from 'typeorm';
import type { Dialect } from '../../dialects/dialect.js';
import { DatabaseUnreachableError } from '../../errors/service.errors.js';
import { describeThrown } from '../../errors/thrown.js';
import type { BoundDataSource } from '../options/options.js';
import { OutOfTimeError } from '../time-limit.js';
import { unsetOptions } from './unset-options.js';

/** The error for a database that does not answer: the driver's message with the data source's name. */
export function unreachable(
  { name, dataSource, config, group }: Pick<BoundDataSource, 'name' | 'dataSource' | 'config' | 'group'>,
  error: unknown,
  dialect?: Dialect,
  waited = 0,
): DatabaseUnreachableError {
  const reason = describeThrown(error) + (waited === 0 ? '' : `; waited ${waited / 1_000} s for it`);
  const variable = `NEST_${group.toUpperCase()}_CONNECT_TIMEOUT`;
  const hint =
    error instanceof OutOfTimeError
      ? `Is it running, and are host and port right? One that is slow needs a larger \`connectTimeout\` (now ` +
        `${config.connectTimeout} ms): in the options of MigrateModule, by --connect-timeout or ${variable}.`
      : dialect?.connectHint(error);
  const unset = unsetOptions(dataSource);
  return new DatabaseUnreachableError(name, describeTarget(dataSource), reason, {
    cause: error,
    ...(hint !== undefined && { hint }),
    ...(unset !== undefined && { unset }),
  });
}

/** The same as `describeTarget`, and the schema of a data source that has one of its own. */
export function describePlace(dataSource: DataSource): string {
  const { schema } = dataSource.options as { readonly schema?: string };
  return describeTarget(dataSource) + (schema ? `, schema ${schema}` : '');
}

/**
 * Where a data source points, without its password: where it is replicated, its master. A database that the options do not
 * name is known once it is connected.
 */
export function describeTarget({ options, driver }: DataSource): string {
  const { type, replication } = options as { type: string; replication?: { readonly master?: object } };
  const {
    url,
    host,
    port,
    database = driver?.database,
  } = { ...options, ...replication?.master } as {
    url?: string;
    host?: string;
    port?: number;
    database?: unknown;
  };
  // A password with a slash in a URL is to TypeORM a part of the database's name.
  const file = typeof database === 'string' ? (url === undefined ? database : database.replace(/^.*@/s, '')) : '';
  if (typeof url === 'string' && URL.canParse(url)) {
    const { hostname, port: urlPort, pathname } = new URL(url);
    return `${type} at ${hostname}${urlPort === '' ? '' : `:${urlPort}`}${pathname}`;
  }
  if (host === undefined) return file === '' ? type : `${type}, ${file}`;
  return `${type} at ${host}${port === undefined ? '' : `:${port}`}/${file}`;
}
