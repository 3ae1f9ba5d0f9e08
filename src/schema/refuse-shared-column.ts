import type { EntityMetadata } from 'typeorm';
import { UnsupportedEntityError } from '../errors/schema.errors.js';

/** TypeORM does not export the class by name. */
export type ForeignKey = EntityMetadata['foreignKeys'][number];

/**
 * Refuses a foreign key that has one column for several of the referenced ones. TypeORM makes it of `@JoinColumn({ name: 'q' })`
 * where the other entity has several key columns.
 *
 * @throws UnsupportedEntityError naming the entity and the property
 */
export function refuseSharedColumn(key: ForeignKey, metadata: EntityMetadata): void {
  const { columnNames, referencedColumns, referencedEntityMetadata } = key;
  const shared = columnNames.find((name, at) => columnNames.indexOf(name) !== at);
  if (shared === undefined) return;
  const property = metadata.relations.find(({ foreignKeys }) => foreignKeys.includes(key))?.propertyPath;
  const owner =
    property === undefined
      ? `The join table "${metadata.tableName}"`
      : `"${property}" of the entity "${metadata.targetName || metadata.name}"`;
  const keys = referencedColumns.map(({ propertyName }) => propertyName);
  const columns = keys.map((name) => `{ name: '${shared}_${name}', referencedColumnName: '${name}' }`).join(', ');
  throw new UnsupportedEntityError(
    `${owner} refers to ${keys.map((name) => `"${name}"`).join(' and ')} of "${referencedEntityMetadata.targetName || referencedEntityMetadata.name}" by the one column "${shared}".`,
    {
      hint:
        property === undefined
          ? `Give it a column for each: @JoinTable({ joinColumns: [${columns}] }), or inverseJoinColumns.`
          : `Give it a column for each: @JoinColumn([${columns}]).`,
    },
  );
}
