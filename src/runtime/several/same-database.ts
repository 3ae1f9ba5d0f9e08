import type { DataSource, QueryRunner } from 'typeorm';
import type { Dialect } from '../../dialects/dialect.js';
import { SameDatabaseError } from '../../errors/joint-run.errors.js';
import type { QualifiedName } from '../../schema/schema.model.js';

/** A data source that is about to be worked on together with others. */
interface NamedDataSource {
  readonly dataSourceName: string;
  readonly dataSource: DataSource;
}

/** One that is connected. */
export interface ConnectedDataSource extends NamedDataSource {
  readonly dialect: Dialect;
  readonly runner: QueryRunner;
  readonly settings: { readonly versionTable: QualifiedName };
}

/** @throws SameDatabaseError when one object goes by two names: a run would wait for itself. */
export function refuseSameDataSource(dataSources: readonly NamedDataSource[]): void {
  for (const [one, other] of pairsOf(dataSources)) {
    if (one.dataSource === other.dataSource) throw sameDatabase(one, other);
  }
}

/**
 * Asks the databases whether two of them are one. Nothing is asked where there is but one data source.
 *
 * @throws SameDatabaseError
 */
export async function refuseSameDatabase(dataSources: readonly ConnectedDataSource[]): Promise<void> {
  if (dataSources.length < 2) return;
  refuseSameDataSource(dataSources);
  const keys = new Map<NamedDataSource, string>();
  for (const connected of dataSources) keys.set(connected, await keyOf(connected));
  for (const [one, other] of pairsOf(dataSources)) {
    if (one.dialect !== other.dialect || keys.get(one) !== keys.get(other)) continue;
    if (await one.dialect.isSameDatabase(one.runner, other.runner)) throw sameDatabase(one, other);
  }
}

function keyOf({ dialect, runner, settings }: ConnectedDataSource): Promise<string> {
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
