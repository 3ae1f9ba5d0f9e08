import type { DataSource, QueryRunner } from 'typeorm';
import type { Dialect } from '../../dialects/dialect.js';
import { SameDatabaseError } from '../../errors/joint-run.errors.js';
import type { QualifiedName } from '../../schema/schema.model.js';

/** A data source of a run on several. */
interface NamedDataSource {
  readonly dataSourceName: string;
  readonly dataSource: DataSource;
}

/** A data source of a run on several that is connected. */
export interface ConnectedDataSource extends NamedDataSource {
  readonly dialect: Dialect;
  readonly runner: QueryRunner;
  readonly settings: { readonly versionTable: QualifiedName };
}

/** @throws SameDatabaseError when one data source has two names: a run would wait for itself. */
export function refuseSameDataSource(dataSources: readonly NamedDataSource[]): void {
  for (const [one, other] of pairsOf(dataSources)) {
    if (one.dataSource === other.dataSource) throw sameDatabase(one, other);
  }
}

/**
 * Asks the databases whether two of them are the same; with one data source, nothing is asked.
 *
 * @throws SameDatabaseError when they are
 */
export async function refuseSameDatabase(dataSources: readonly ConnectedDataSource[]): Promise<void> {
  if (dataSources.length < 2) return;
  refuseSameDataSource(dataSources);
  const keys = new Map<NamedDataSource, string>();
  for (const connected of dataSources) keys.set(connected, await databaseKeyOf(connected));
  for (const [one, other] of pairsOf(dataSources)) {
    if (one.dialect !== other.dialect || keys.get(one) !== keys.get(other)) continue;
    if (await one.dialect.isSameDatabase(one.runner, other.runner)) throw sameDatabase(one, other);
  }
}

function databaseKeyOf({ dialect, runner, settings }: ConnectedDataSource): Promise<string> {
  return dialect.databaseKey(runner, settings.versionTable);
}

function sameDatabase(one: NamedDataSource, other: NamedDataSource): SameDatabaseError {
  return new SameDatabaseError([one.dataSourceName, other.dataSourceName]);
}

function* pairsOf<T>(items: readonly T[]): Generator<readonly [T, T]> {
  for (const [index, one] of items.entries()) {
    for (const other of items.slice(index + 1)) yield [one, other];
  }
}
