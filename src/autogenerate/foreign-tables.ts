import type { DataSource } from 'typeorm';
import type { QualifiedName } from '../schema/schema.model.js';

/** The tables that TypeORM keeps for itself in the data source's own schema. */
export function foreignTables({ options }: DataSource): QualifiedName[] {
  const { cache } = options;
  const cacheTable = typeof cache === 'object' && 'tableName' in cache ? cache.tableName : undefined;
  return [
    { name: options.migrationsTableName ?? 'migrations' },
    { name: options.metadataTableName ?? 'typeorm_metadata' },
    { name: cacheTable ?? 'query-result-cache' },
  ];
}
