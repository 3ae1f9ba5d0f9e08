import type { DataSource } from 'typeorm';
import type { EntityRules } from './entity-rules.js';
import type { ColumnModel, QualifiedName, TableModel } from './schema.model.js';

/** The table of TypeORM's query cache, by its name alone, whether it is in use or not. */
export function queryCacheName({ options: { cache } }: DataSource): QualifiedName {
  const name = typeof cache === 'object' && 'tableName' in cache ? cache.tableName : undefined;
  return { name: name || 'query-result-cache' };
}

/**
 * The table of TypeORM's query cache, where the cache is kept in the database; no entity says it.
 *
 * Only `synchronize` would make it, which nobody runs who has migrations.
 */
export function queryCacheTable(dataSource: DataSource, rules: EntityRules): TableModel | undefined {
  if (!isKeptInDatabase(dataSource)) return undefined;
  const { name } = queryCacheName(dataSource);
  const { driver, namingStrategy } = dataSource;
  const { cacheId, cacheIdentifier, cacheTime, cacheDuration, cacheQuery, cacheResult } = driver.mappedDataTypes;
  const column = (called: string, type: typeof cacheId): ColumnModel => ({
    name: called,
    type: driver.normalizeType({ type }),
  });
  return {
    name: rules.identifier(name),
    columns: [
      { ...column('id', cacheId), generationStrategy: 'increment' },
      { ...column('identifier', cacheIdentifier), isNullable: true },
      column('time', cacheTime),
      column('duration', cacheDuration),
      column('query', cacheQuery),
      column('result', cacheResult),
    ],
    primaryKey: { name: rules.identifier(namingStrategy.primaryKeyName(name, ['id'])), columnNames: ['id'] },
    uniques: [],
    checks: [],
    exclusions: [],
    foreignKeys: [],
    indices: [],
  };
}

/** A `provider` keeps it wherever it likes, and every other `type` than the default one outside. */
function isKeptInDatabase({ options: { cache } }: DataSource): boolean {
  if (typeof cache !== 'object') return cache === true;
  const { type = 'database', provider } = cache as { readonly type?: string; readonly provider?: unknown };
  return type === 'database' && provider === undefined;
}
