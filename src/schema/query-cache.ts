import type { DataSource } from 'typeorm';
import type { EntityRules } from './entity-rules.js';
import { metadataContext } from './metadata-context.js';
import type { ColumnModel, QualifiedName, TableModel } from './schema.model.js';

/** The name of TypeORM's query cache table, without the data source's own schema, whether the cache is in use or not. */
export function queryCacheName(dataSource: DataSource, rules: EntityRules): QualifiedName {
  return metadataContext(dataSource, rules).nameOf({ tableName: givenName(dataSource) });
}

function givenName({ options: { cache } }: DataSource): string {
  const name = typeof cache === 'object' && 'tableName' in cache ? cache.tableName : undefined;
  return name || 'query-result-cache';
}

/**
 * The table of TypeORM's query cache; undefined where the cache is not kept in the database.
 *
 * No entity describes it, and only `synchronize` would create it, which nobody runs who has migrations.
 */
export function queryCacheTable(dataSource: DataSource, rules: EntityRules): TableModel | undefined {
  if (!isKeptInDatabase(dataSource)) return undefined;
  const { driver, namingStrategy } = dataSource;
  const { cacheId, cacheIdentifier, cacheTime, cacheDuration, cacheQuery, cacheResult } = driver.mappedDataTypes;
  const column = (columnName: string, type: typeof cacheId): ColumnModel => ({
    name: columnName,
    type: driver.normalizeType({ type }),
  });
  return {
    ...queryCacheName(dataSource, rules),
    columns: [
      { ...column('id', cacheId), generationStrategy: 'increment' },
      { ...column('identifier', cacheIdentifier), isNullable: true },
      column('time', cacheTime),
      column('duration', cacheDuration),
      column('query', cacheQuery),
      column('result', cacheResult),
    ],
    primaryKey: {
      name: rules.identifier(namingStrategy.primaryKeyName(givenName(dataSource), ['id'])),
      columnNames: ['id'],
    },
    uniques: [],
    checks: [],
    exclusions: [],
    foreignKeys: [],
    indices: [],
  };
}

/** Whether the cache is in the database: neither with a `provider` of its own, nor with another `type` than the default. */
function isKeptInDatabase({ options: { cache } }: DataSource): boolean {
  if (typeof cache !== 'object') return cache === true;
  const { type = 'database', provider } = cache as { readonly type?: string; readonly provider?: unknown };
  return type === 'database' && provider === undefined;
}
