import type { DataSource } from 'typeorm';
import type { EntityName, EntityRules } from './entity-rules.js';
import type { QualifiedName } from './schema.model.js';

/** What reading one entity needs to know about all of them. */
export interface MetadataContext {
  readonly dataSource: DataSource;
  readonly rules: EntityRules;
  /** The name of an entity's table or view, without the data source's own schema. */
  nameOf(entity: EntityName): QualifiedName;
}

/** The context for the entities of one data source. */
export function metadataContext(dataSource: DataSource, rules: EntityRules): MetadataContext {
  const defaultSchema = rules.defaultSchema(dataSource);
  return {
    dataSource,
    rules,
    nameOf(entity) {
      const { schema, name } = rules.tableName(entity);
      const isElsewhere = schema !== undefined && schema !== defaultSchema;
      return isElsewhere ? { schema, name } : { name };
    },
  };
}
