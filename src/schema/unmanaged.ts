import type { DataSource } from 'typeorm';
import type { EntityRules } from './entity-rules.js';
import { metadataContext } from './metadata-context.js';
import type { QualifiedName } from './schema.model.js';

/** Tables and views of entities with `synchronize: false`: neither wanted nor to be dropped. */
export function unmanagedNames(dataSource: DataSource, rules: EntityRules): QualifiedName[] {
  const { nameOf } = metadataContext(dataSource, rules);
  return dataSource.entityMetadatas.filter(({ synchronize }) => !synchronize).map(nameOf);
}

/** An index with `synchronize: false`, and its table. */
export interface UnmanagedIndex {
  readonly table: QualifiedName;
  readonly index: string;
}

/** Indexes declared as `@Index('name', { synchronize: false })`, with their tables: neither wanted nor to be dropped. */
export function unmanagedIndices(dataSource: DataSource, rules: EntityRules): UnmanagedIndex[] {
  const { nameOf } = metadataContext(dataSource, rules);
  return dataSource.entityMetadatas.flatMap((metadata) =>
    metadata.indices
      .filter(({ synchronize }) => !synchronize)
      .map(({ name }) => ({ table: nameOf(metadata), index: rules.identifier(name) })),
  );
}
