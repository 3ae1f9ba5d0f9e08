import type { EntityMetadata } from 'typeorm';
import { UnsupportedEntityError } from '../../errors/schema.errors.js';
import type { EntityName } from '../../schema/entity-rules.js';
import type { QualifiedName } from '../../schema/schema.model.js';
import { identifier } from './names.js';

/**
 * The name of an entity's table or view. TypeORM quotes the parts between dots one by one, so that `@Entity('sales.order')` is
 * the table `order` of the schema `sales` in all its queries.
 */
export function pathOf(entity: EntityName): QualifiedName {
  const schema = partsOf(entity).at(-2);
  const name = identifier(tableNameOf(entity));
  return schema === undefined ? { name } : { schema: identifier(schema), name };
}

/** The name of an entity's table without its schema, not cut; TypeORM makes the names of enum types of it. */
export function tableNameOf(entity: EntityName): string {
  return partsOf(entity).at(-1) ?? '';
}

/** Refuses an entity whose table TypeORM's queries could not have: its path is not a table, or a schema and a table. */
export function refusePath(entity: EntityMetadata): void {
  const parts = partsOf(entity);
  if (parts.length <= 2 && parts.every((part) => part !== '')) return;
  const { schema, tableName, targetName, name, tableMetadataArgs } = entity;
  const isJoinTable = tableMetadataArgs.type === 'junction';
  const what = isJoinTable ? 'A join table' : `The entity "${targetName || name}"`;
  const inSchema = schema ? `, with the schema "${schema}"` : '';
  const path = parts.map((part) => `"${part}"`).join('.');
  throw new UnsupportedEntityError(
    `${what} has the name "${tableName}"${inSchema}: TypeORM takes dots for the ends of parts, and would look for ${path}, which is no table of a schema.`,
    {
      hint: isJoinTable
        ? "Give it a name without dots, and its schema apart: @JoinTable({ name: 'order_items', schema: 'sales' })."
        : "Write the name without dots, and its schema apart: @Entity({ name: 'order', schema: 'sales' }).",
    },
  );
}

/** The parts of the path in TypeORM's queries: those of the schema, and those of the name. */
function partsOf({ schema, tableName }: EntityName): string[] {
  return [...(schema ? schema.split('.') : []), ...tableName.split('.')];
}
