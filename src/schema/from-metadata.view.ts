import type { DataSource, EntityMetadata, ObjectLiteral, SelectQueryBuilder } from 'typeorm';
import { UnsupportedEntityError } from '../errors/schema.errors.js';
import { inlineParameters } from '../sql/parameters.js';
import { bareCode } from '../sql/edit.js';
import type { MetadataContext } from './metadata-context.js';
import { indicesFromMetadata } from './from-metadata.table.js';
import { qualifiedKey, type QualifiedName, type ViewModel } from './schema.model.js';
import { mentionedNames, type Source, sourcesIn } from '../sql/sources.js';

/**
 * The views from the metadata of their view entities, each with what must stand before it: what `dependsOn` says and what its
 * text reads, since few remember to say it, and whatever else it names, since not all that a text reads is seen. A name that
 * stands there by chance only orders, and does not where it is that of a view on this one.
 */
export function viewsFromMetadata(entities: readonly EntityMetadata[], context: MetadataContext): ViewModel[] {
  const read = entities.map((metadata) => readView(metadata, context));
  const reads = new Map(read.map(({ view, reads }) => [qualifiedKey(view), reads]));
  return read.map(({ view, ...names }) => {
    const own = qualifiedKey(view);
    const mentioned = names.mentions.filter((name) => !leadsTo(own, name, reads, new Set()));
    const all = new Map([...names.reads, ...mentioned].map((name) => [qualifiedKey(name), name]));
    all.delete(own);
    return { ...view, dependsOn: [...all.values()] };
  });
}

function leadsTo(
  target: string,
  from: QualifiedName,
  reads: ReadonlyMap<string, readonly QualifiedName[]>,
  seen: Set<string>,
): boolean {
  const key = qualifiedKey(from);
  if (key === target) return true;
  if (seen.has(key)) return false;
  seen.add(key);
  return reads.get(key)?.some((next) => leadsTo(target, next, reads, seen)) ?? false;
}

interface ReadView {
  readonly view: Omit<ViewModel, 'dependsOn'>;
  readonly reads: readonly QualifiedName[];
  readonly mentions: readonly QualifiedName[];
}

function readView(metadata: EntityMetadata, context: MetadataContext): ReadView {
  const expression = expressionOf(metadata, context);
  const isMaterialized = metadata.tableMetadataArgs.materialized === true;
  const declared = metadata.dependsOn ?? new Set();
  const sources = sourcesIn(expression, context.rules.sqlRules);
  const mentioned = mentionedNames(expression, context.rules.sqlRules);
  const all = context.dataSource.entityMetadatas;
  const namesOf = (list: readonly EntityMetadata[]): QualifiedName[] => list.map((other) => context.nameOf(other));
  return {
    view: {
      ...context.nameOf(metadata),
      expression,
      ...(isMaterialized && { materialized: true }),
      // A view without rows of its own cannot have any; TypeORM passes over them too.
      indices: isMaterialized ? indicesFromMetadata(metadata, context) : [],
    },
    reads: namesOf([
      ...all.filter((other) => declared.has(other.target) || declared.has(other.name)),
      ...sources.flatMap((source) => meantBy(source, all, context)),
    ]),
    mentions: namesOf(all.filter((other) => mentioned.has(other.tableName))),
  };
}

function expressionOf(metadata: EntityMetadata, context: MetadataContext): string {
  const { expression } = metadata;
  const text = typeof expression === 'function' ? builtQuery(metadata, expression, context) : (expression ?? '');
  return text.trim().replace(/;$/, '').trimEnd();
}

/** A placeholder of TypeORM's query builder; not a cast, nor the bound of an array slice. */
const PLACEHOLDER = /(?<![:\w)\]]):(?:\.\.\.)?([A-Za-z_][\w.]*)/;

/**
 * The query of a builder with the values of its parameters written in: a view has none.
 *
 * @throws UnsupportedEntityError when a parameter was given no value
 */
function builtQuery(
  { targetName, name }: EntityMetadata,
  build: (dataSource: DataSource) => SelectQueryBuilder<ObjectLiteral>,
  { dataSource, rules }: MetadataContext,
): string {
  const [sql, parameters] = build(dataSource).getQueryAndParameters();
  const missing = PLACEHOLDER.exec(bareCode(sql, rules.sqlRules))?.[1];
  if (missing === undefined) return inlineParameters(sql, parameters, (value) => rules.literal(value), rules.sqlRules);
  throw new UnsupportedEntityError(
    `The query of the view entity "${targetName || name}" gives its parameter :${missing} no value.`,
    { hint: `Give it one, where('… = :${missing}', { ${missing}: … }), or write the value into the query.` },
  );
}

/** Without a schema a name is one of the data source's own, or else of any that the server may look into. */
function meantBy(source: Source, all: readonly EntityMetadata[], context: MetadataContext): readonly EntityMetadata[] {
  const [name, schema] = [...source].reverse();
  const named = all.filter(({ tableName }) => tableName === name || tableName === name?.toLowerCase());
  if (schema !== undefined) return named.filter((other) => other.schema === undefined || other.schema === schema);
  const own = named.filter((other) => context.nameOf(other).schema === undefined);
  return own.length > 0 ? own : named;
}
