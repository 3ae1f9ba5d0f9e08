import type { EntityMetadata } from 'typeorm';
import type { MetadataContext } from './metadata-context.js';
import { indicesFromMetadata } from './from-metadata.table.js';
import { qualifiedKey, type QualifiedName, type ViewModel } from './schema.model.js';

/** A view from the metadata of its view entity. */
export function viewFromMetadata(metadata: EntityMetadata, context: MetadataContext): ViewModel {
  const name = context.nameOf(metadata);
  const expression = expressionOf(metadata, context);
  const isMaterialized = metadata.tableMetadataArgs.materialized === true;
  return {
    ...name,
    expression,
    ...(isMaterialized && { materialized: true }),
    // A view without rows of its own cannot have any; TypeORM passes over them too.
    indices: isMaterialized ? indicesFromMetadata(metadata, context) : [],
    dependsOn: dependenciesOf(metadata, expression, context).filter(
      (other) => qualifiedKey(other) !== qualifiedKey(name),
    ),
  };
}

function expressionOf({ expression }: EntityMetadata, { dataSource }: MetadataContext): string {
  const text = typeof expression === 'function' ? expression(dataSource).getQuery() : (expression ?? '');
  return text.trim().replace(/;$/, '').trimEnd();
}

/**
 * What must stand before the view: what `dependsOn` says, and the tables and views whose names are in its text, since
 * few remember to say it. A name that stands there by chance does no harm: it only orders.
 */
function dependenciesOf(metadata: EntityMetadata, expression: string, context: MetadataContext): QualifiedName[] {
  const declared = metadata.dependsOn ?? new Set();
  const words = new Set(expression.match(/[\p{L}\p{N}_$]+|"(?:[^"]|"")+"/gu)?.map(unquoted));
  const entities = context.dataSource.entityMetadatas.filter(
    (other) => declared.has(other.target) || declared.has(other.name) || words.has(other.tableName),
  );
  const names = new Map(entities.map((other) => [qualifiedKey(context.nameOf(other)), context.nameOf(other)]));
  return [...names.values()];
}

function unquoted(word: string): string {
  return word.startsWith('"') ? word.slice(1, -1).replaceAll('""', '"') : word;
}
