import type { ModuleMetadata, Provider } from '@nestjs/common';
import { getDataSourceToken } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { MigrateOptionsError } from '../errors/service.errors.js';
import type { MadeDataSource } from '../service/environment.js';
import type { InjectedDataSource, MigrateDataSource } from '../service/options/options.js';
import { requireTenants } from '../service/options/tenants-kinds.js';
import { requireEntry, requireInjected } from './migrate.arguments.js';
import { getMadeDataSourceToken } from './migrate.tokens.js';

/** An entry of `forRoot` with its name filled in. */
export type NamedDataSource = MigrateDataSource & { readonly name: string };

/** The entries of `forRoot` with their names filled in. */
export function settleNames(
  dataSources: readonly (string | MigrateDataSource)[] = ['default'],
): readonly NamedDataSource[] {
  for (const entry of dataSources) requireEntry(entry);
  const named = dataSources.map((entry) =>
    typeof entry === 'string' ? { name: entry } : { ...entry, name: entry.name ?? 'default' },
  );
  const twice = named.find(({ name }, index) => named.findIndex((other) => other.name === name) !== index);
  if (twice !== undefined) throw new MigrateOptionsError(`MigrateModule names the data source "${twice.name}" twice.`);
  if (named.length === 0) {
    throw new MigrateOptionsError('MigrateModule needs at least one data source.', {
      hint: "Leave the argument out for the data source `default`, or name them: MigrateModule.forRoot(['default', 'analytics']).",
    });
  }
  for (const entry of named) requireTokens(entry);
  for (const { name, tenants } of named) if (tenants !== undefined) requireTenants(name, tenants);
  return named;
}

/** Modules to import for providers that make data sources. */
export function importsOf(dataSources: readonly NamedDataSource[]): NonNullable<ModuleMetadata['imports']> {
  return dataSources.flatMap(({ dataSource }) => (isInjected(dataSource) ? (dataSource.imports ?? []) : []));
}

/**
 * Finds a data source: the entry's own, the one that a provider makes, or TypeOrmModule's.
 *
 * The last is optional, since commands that look only at files need none. Nest hides why an optional provider failed, and
 * `nest-cmd` asks for it in another way; a running application does not start then, with that error.
 */
export function dataSourceProvider({ name, dataSource }: NamedDataSource): Provider<MadeDataSource> {
  const provide = getMadeDataSourceToken(name);
  if (!isInjected(dataSource)) {
    return {
      provide,
      useFactory: (found?: DataSource) => madeOf(dataSource ?? found),
      inject: dataSource === undefined ? [{ token: getDataSourceToken(name), optional: true }] : [],
    };
  }
  const { inject = [], useFactory } = dataSource;
  return {
    provide,
    useFactory: async (...injected: unknown[]) => {
      const made: unknown = await (useFactory === undefined ? injected[0] : useFactory(...(injected as never[])));
      if (isDataSource(made)) return { dataSource: made };
      const source = useFactory === undefined ? `the provider ${describeToken(inject[0])}` : 'useFactory';
      throw new MigrateOptionsError(
        `Data source "${name}" of MigrateModule: ${source} gives no TypeORM DataSource, but ${describeValue(made)}.`,
        { hint: 'Give { dataSource: { inject: [TOKEN] } } the token of a provider that returns a DataSource.' },
      );
    },
    inject: [...inject],
  };
}

/** Whether an entry's data source comes from a provider. */
export function isInjected(dataSource: MigrateDataSource['dataSource']): dataSource is InjectedDataSource {
  return dataSource !== undefined && !isDataSource(dataSource);
}

/** A token as people read it: `"DATA_SOURCE"`, `Symbol(data source)`, `DatabaseService`. */
export function describeToken(given: unknown): string {
  const token: unknown = typeof given === 'object' && given !== null && 'token' in given ? given.token : given;
  if (typeof token === 'function') return token.name;
  return typeof token === 'string' ? `"${token}"` : String(token);
}

const madeOf = (dataSource: DataSource | undefined): MadeDataSource => (dataSource === undefined ? {} : { dataSource });

/** By its shape: an application may have another copy of TypeORM than this package. */
export function isDataSource(value: unknown): value is DataSource {
  return typeof value === 'object' && value !== null && 'driver' in value && 'initialize' in value;
}

/** A value that is no DataSource, as people read it: `undefined`, `a value of type Object`. */
export function describeValue(value: unknown): string {
  if (value === undefined || value === null) return String(value);
  const type = (typeof value === 'object' ? value.constructor?.name : undefined) ?? typeof value;
  return `a value of type ${type}`;
}

function requireTokens({ name, dataSource }: NamedDataSource): void {
  if (!isInjected(dataSource)) return;
  requireInjected(name, dataSource);
  const { inject = [], useFactory } = Object(dataSource) as InjectedDataSource;
  const subject = `Data source "${name}" of MigrateModule`;
  if (inject.length === 0 && useFactory === undefined) {
    throw new MigrateOptionsError(`${subject} names no provider.`, {
      hint: "Name the provider's token: { dataSource: { inject: ['DATA_SOURCE'] } }.",
    });
  }
  if (inject.some((token) => token === undefined || token === null)) {
    throw new MigrateOptionsError(`${subject} injects undefined.`, {
      hint: 'Is the token imported from a file that imports this one? Move it to a file of its own.',
    });
  }
}
