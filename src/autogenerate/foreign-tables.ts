import type { DataSource } from 'typeorm';
import { queryCacheName } from '../schema/query-cache.js';
import type { QualifiedName } from '../schema/schema.model.js';

/** The tables that TypeORM keeps for itself in the data source's own schema. */
export function foreignTables(dataSource: DataSource): QualifiedName[] {
  return [...notesOfTypeorm(dataSource), queryCacheName(dataSource)];
}

/** Those in which TypeORM notes what it did: a database without its migrations has no use for them. */
export function notesOfTypeorm({ options }: DataSource): QualifiedName[] {
  const { migrationsTableName, metadataTableName } = options;
  return [{ name: migrationsTableName ?? 'migrations' }, { name: metadataTableName ?? 'typeorm_metadata' }];
}
