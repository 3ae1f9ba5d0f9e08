import type { DataSource, EntityMetadata, ObjectLiteral, SelectQueryBuilder } from 'typeorm';
import { UnsupportedEntityError } from '../errors/schema.errors.js';
import { inlineParameters } from '../sql/parameters.js';
import { bareCode } from '../sql/edit.js';
import type { MetadataContext } from './metadata-context.js';
import { indicesFromMetadata } from './from-metadata.table.js';
import { qualifiedKey, type QualifiedName, type ViewModel } from './schema.model.js';
import { mentionedNames, type Source, sourcesIn } from '../sql/sources.js';

/**
 * The views from the metadata of their view entities, each with its dependencies: those that `dependsOn` declares, the tables after
 * FROM and JOIN, since few people declare them, and any other table whose name its query mentions.
 *
 * A false dependency only affects the order of operations. One that would close a cycle, as the name of a view that itself reads
 * this one, is ignored.
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
      ...sources.flatMap((source) => entitiesOf(source, all, context)),
    ]),
    mentions: namesOf(all.filter((other) => mentioned.has(context.rules.tableName(other).name))),
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
 * The query of a builder with its values in place of its parameters, which a view cannot have.
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

/**
 * The entities that a source of a query may refer to. Without a schema it is one of the data source's own, or else of any schema,
 * since the search path may have others.
 */
function entitiesOf(
  source: Source,
  all: readonly EntityMetadata[],
  context: MetadataContext,
): readonly EntityMetadata[] {
  const [name, schema] = [...source].reverse();
  const nameIn = (other: EntityMetadata): QualifiedName => context.rules.tableName(other);
  const named = all.filter((other) => [name, name?.toLowerCase()].includes(nameIn(other).name));
  if (schema !== undefined) return named.filter((other) => [undefined, schema].includes(nameIn(other).schema));
  const own = named.filter((other) => context.nameOf(other).schema === undefined);
  return own.length > 0 ? own : named;
}
