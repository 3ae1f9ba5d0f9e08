import type { DataSource, DataSourceOptions } from 'typeorm';
import { QueryRunnerError } from '../../errors/callers.errors.js';
import type { DataSourceAddress } from '../../dialects/dialect.js';
import { hasSchemas } from '../../dialects/drivers.js';
import { MigrateOptionsError } from '../../errors/service.errors.js';
import type { ChosenDataSource } from '../options/options.js';

type Options = Readonly<Record<string, unknown>>;

/** Switches off what TypeORM would do when it connects, and a data source for one command must not. */
const SAFE = { synchronize: false, migrationsRun: false, dropSchema: false };

/** Options that a `url` has too, and that it decides. */
const ADDRESS = ['host', 'port', 'username', 'password', 'database'] as const;

/** A URL as TypeORM reads it. */
const URL_PARTS = /^[^:]+:\/\/(?:([^:@/]*)(?::([^@/]*))?@)?([^:@/?]*)(?::(\d+))?(?:\/([^?]*))?/;

/** Whether a configure hook chose something that the data source does not have already. */
export function choosesAnother({ options }: DataSource, { schema, dataSourceOptions }: ChosenDataSource): boolean {
  const isOtherSchema = schema !== undefined && schema !== (options as { schema?: string }).schema;
  return isOtherSchema || Object.keys(dataSourceOptions ?? {}).length > 0;
}

/**
 * A data source of one command: the application's, with what a configure hook chose in its options. It is not connected.
 *
 * @throws MigrateOptionsError for a schema where the database has none, or a `url` that cannot be read
 */
export function chosenDataSource(name: string, original: DataSource, chosen: ChosenDataSource): DataSource {
  const { schema, dataSourceOptions } = chosen;
  const laid = laidOver(name, original.options as unknown as Options, {
    ...(dataSourceOptions as Options | undefined),
    ...(schema !== undefined && { schema }),
  });
  // By the class that the application's own is of: it may have a TypeORM of its own.
  const made = Reflect.construct(original.constructor, [{ ...laid, ...SAFE } as DataSourceOptions]) as DataSource;
  if (schema !== undefined && !hasSchemas(made.options.type)) {
    throw new MigrateOptionsError(
      `The migration option "schema" is "${schema}" for data source "${name}", and its database has no schemas.`,
      { hint: 'For a file of its own on SQLite choose `dataSourceOptions: { database }`.' },
    );
  }
  return made;
}

/** @throws QueryRunnerError: the connection of the caller is where it is */
export function refuseChoiceOnCallers(name: string): never {
  throw new QueryRunnerError(
    `A configure hook chose another \`schema\` or \`dataSourceOptions\` for data source "${name}" than the queryRunner has. Nothing was run.`,
    { hint: 'Give a queryRunner of a DataSource with these options, or leave it out.' },
  );
}

/** Where options of a data source point: those of its `url`, and where it is replicated, those of its master. */
export function addressOf(options: object): DataSourceAddress {
  const { replication, ...own } = options as Options & { readonly replication?: { readonly master: Options } };
  const { url, ...rest } = { ...own, ...replication?.master } as Options & { readonly type: string };
  return { ...rest, ...(typeof url === 'string' && partsOf(url)) };
}

/** The options of a data source with others in their place. */
export function laidOver(name: string, options: Options, chosen: Options): Options {
  const address = ADDRESS.filter((part) => chosen[part] !== undefined);
  if (address.length === 0 && chosen['url'] === undefined) return { ...options, ...chosen };
  const laid = { ...withoutUrl(name, options, chosen), ...chosen };
  const replication = options['replication'] as { readonly master: Options } | undefined;
  if (replication === undefined || 'replication' in chosen) return laid;
  const own = Object.fromEntries(
    ['url', ...address].filter((part) => part in chosen).map((part) => [part, chosen[part]]),
  );
  // Migrations need only the master.
  return {
    ...laid,
    replication: { ...replication, master: { ...withoutUrl(name, replication.master, chosen), ...own }, slaves: [] },
  };
}

/** A URL wins over the other options for TypeORM, so it becomes those where one of them was chosen. */
function withoutUrl(name: string, { url, ...options }: Options, chosen: Options): Options {
  if (typeof url !== 'string' || url === '') return options;
  if (chosen['url'] !== undefined) return options;
  const parts = partsOf(url);
  if (parts === undefined) {
    throw new MigrateOptionsError(
      `The \`url\` of data source "${name}" cannot be read, so no part of it can be chosen.`,
      {
        hint: 'Choose the whole: `dataSourceOptions: { url }`.',
      },
    );
  }
  return { ...options, ...parts };
}

/** What a URL names; undefined where it cannot be read. */
function partsOf(url: string): Options | undefined {
  const [, username, password, host, port, database] = URL_PARTS.exec(url) ?? [];
  if (host === undefined) return undefined;
  const parts = {
    host: host || undefined,
    port: port === undefined ? undefined : Number(port),
    username: username && decodeURIComponent(username),
    password: password && decodeURIComponent(password),
    database: database || undefined,
  };
  return Object.fromEntries(Object.entries(parts).filter(([, value]) => value !== undefined));
}
