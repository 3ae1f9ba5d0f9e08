import type { DataSource } from 'typeorm';
import { queryCacheName } from '../schema/query-cache.js';
import type { QualifiedName } from '../schema/schema.model.js';

/** The tables that TypeORM keeps for itself in the data source's own schema. */
export function foreignTables(dataSource: DataSource): QualifiedName[] {
  const { migrationsTableName, metadataTableName } = dataSource.options;
  return [
    { name: migrationsTableName ?? 'migrations' },
    { name: metadataTableName ?? 'typeorm_metadata' },
    queryCacheName(dataSource),
  ];
}
