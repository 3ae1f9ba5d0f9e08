import type { DataSource, EntityMetadata } from 'typeorm';
import { EnumConflictError } from '../errors/schema.errors.js';
import type { EntityRules } from './entity-rules.js';
import { tableFromMetadata } from './from-metadata.table.js';
import { viewsFromMetadata } from './from-metadata.view.js';
import { metadataContext } from './metadata-context.js';
import { queryCacheTable } from './query-cache.js';
import { refuseNames, refuseNamesOf } from './refuse-names.js';
import { Refusals } from './refusals.js';
import {
  displayName,
  type EnumModel,
  qualifiedKey,
  type QualifiedName,
  type SchemaModel,
  type TableModel,
} from './schema.model.js';
import { describedWithoutOwnSchema } from './without-own-schema.js';

/**
 * The schema that the entities of a data source describe.
 *
 * The data source's metadata must have been built; the database is not asked. Entities with `synchronize: false` are left out; the
 * table of TypeORM's query cache is included when it is in use. Constraints and indexes have the names that TypeORM's `synchronize`
 * would give them; expressions are as written, without the data source's own schema, so `Dialect.canonical` comes next.
 *
 * @throws EnumConflictError, DuplicateConstraintNameError, UnsupportedEntityError, EntityNameError; EntitiesRefusedError with
 *   all of them where there are several
 */
export function schemaFromMetadata(dataSource: DataSource, rules: EntityRules): SchemaModel {
  const context = metadataContext(dataSource, rules);
  const entities = dataSource.entityMetadatas.filter(({ synchronize }) => synchronize);
  const refusals = new Refusals();
  const readable = entities.filter((metadata) =>
    refusals.attempt(() => {
      refuseNamesOf(metadata);
      rules.refuse?.(metadata, dataSource);
      return true;
    }),
  );
  const isView = ({ tableType }: EntityMetadata): boolean => tableType === 'view';
  const stored = readable.filter((metadata) => !isView(metadata) && metadata.tableType !== 'entity-child');

  const enums = new EnumCollection();
  const addEnum = (type: EnumModel, column: string): void => enums.add(type, column);
  const read = stored.flatMap(
    (metadata) => refusals.attempt(() => tableFromMetadata(metadata, context, addEnum)) ?? [],
  );
  const cache = queryCacheTable(dataSource, rules);
  const tables = mergeByName([...read, ...(cache ? [cache] : [])]).map((table) => rules.table(table));
  const views = refusals.attempt(() => viewsFromMetadata(readable.filter(isView), context)) ?? [];
  const described = {
    tables,
    views,
    enums: enums.all(),
    sequences: [],
    extensions: rules.extensions({ tables }),
    schemas: schemasOf([...tables, ...views]),
  };
  refuseNames(described, refusals);
  refusals.throwIfAny();
  const ownSchema = rules.ownSchema(dataSource);
  return ownSchema === undefined ? described : describedWithoutOwnSchema(described, ownSchema, rules.sqlRules);
}

/** Enum types by name. Columns may share one when they agree on its values, or when only one of them gives the values. */
class EnumCollection {
  private readonly found = new Map<string, { readonly type: EnumModel; readonly column: string }>();

  add(type: EnumModel, column: string): void {
    const first = this.found.get(qualifiedKey(type));
    if (first === undefined || first.type.values.length === 0) {
      this.found.set(qualifiedKey(type), { type, column });
    } else if (type.values.length > 0 && first.type.values.join('\0') !== type.values.join('\0')) {
      throw new EnumConflictError(displayName(type), first.column, column);
    }
  }

  all(): EnumModel[] {
    return [...this.found.values()].map(({ type }) => type);
  }
}

/** The tables with those of one name merged: entities that share a table describe it together. */
function mergeByName(tables: readonly TableModel[]): TableModel[] {
  const merged = new Map<string, TableModel>();
  for (const table of tables) {
    const first = merged.get(qualifiedKey(table));
    merged.set(qualifiedKey(table), first === undefined ? table : merge(first, table));
  }
  return [...merged.values()];
}

function merge(first: TableModel, second: TableModel): TableModel {
  return {
    ...second,
    ...first,
    columns: union(first.columns, second.columns),
    uniques: union(first.uniques, second.uniques),
    checks: union(first.checks, second.checks),
    exclusions: union(first.exclusions, second.exclusions),
    foreignKeys: union(first.foreignKeys, second.foreignKeys),
    indices: union(first.indices, second.indices),
  };
}

function union<T extends { readonly name?: string }>(first: readonly T[], second: readonly T[]): T[] {
  const names = new Set(first.map(({ name }) => name));
  return [...first, ...second.filter(({ name }) => !names.has(name))];
}

function schemasOf(names: readonly QualifiedName[]): string[] {
  return [...new Set(names.flatMap(({ schema }) => (schema === undefined ? [] : [schema])))].sort();
}
