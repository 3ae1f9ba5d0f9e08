import type { EntityMetadata } from 'typeorm';
import { DuplicateConstraintNameError } from '../errors/schema.errors.js';
import type { ColumnMetadata } from './entity-rules.js';
import type { MetadataContext } from './metadata-context.js';
import { type ForeignKey, refuseSharedColumn } from './refuse-shared-column.js';
import { partOf } from './parts.js';
import { isSameData } from './same-data.js';
import {
  type CheckModel,
  type ColumnModel,
  type Deferrable,
  displayName,
  type EnumModel,
  type ExclusionModel,
  type ForeignKeyModel,
  type IndexModel,
  type PrimaryKeyModel,
  type QualifiedName,
  type ReferentialAction,
  type TableModel,
  type UniqueModel,
} from './schema.model.js';

/** A table from the metadata of one entity; `addEnum` is called with each enum type that its columns declare. */
export function tableFromMetadata(
  metadata: EntityMetadata,
  context: MetadataContext,
  addEnum: (type: EnumModel, column: string) => void,
): TableModel {
  const name = context.nameOf(metadata);
  const stored = storedColumns(metadata);
  const primaryKey = primaryKeyOf(metadata, stored, context);
  return {
    ...name,
    columns: stored.map((column) => readColumn(column, name, context, addEnum)),
    ...(primaryKey && { primaryKey }),
    uniques: distinct(
      name,
      'unique constraints',
      metadata.uniques.map((unique) => uniqueOf(unique, context)),
    ),
    checks: distinct(
      name,
      'check constraints',
      metadata.checks.map((check) => checkOf(check, context)),
    ),
    exclusions: distinct(
      name,
      'exclusion constraints',
      metadata.exclusions.map((exclusion) => exclusionOf(exclusion, context)),
    ),
    foreignKeys: distinct(
      name,
      'foreign keys',
      metadata.foreignKeys.map((key) => foreignKeyOf(key, metadata, context)),
    ),
    indices: indicesFromMetadata(metadata, context),
    ...(metadata.comment && { comment: metadata.comment }),
    ...(metadata.withoutRowid === true && { sqlite: { withoutRowid: true as const } }),
    ...partOf('mysql', { engine: metadata.engine }),
  };
}

/** The indexes of a table or a materialized view, without those with `synchronize: false`. */
export function indicesFromMetadata(metadata: EntityMetadata, context: MetadataContext): IndexModel[] {
  const managed = metadata.indices.filter(({ synchronize }) => synchronize);
  return distinct(
    context.nameOf(metadata),
    'indexes',
    managed.map((index) => indexOf(index, context)),
    context.rules.twinOf,
  );
}

/** The columns that are stored, each database name once: the children of one table may declare the same column. */
function storedColumns(metadata: EntityMetadata): ColumnMetadata[] {
  const byName = new Map<string, ColumnMetadata>();
  for (const column of metadata.columns) {
    if (!column.isVirtualProperty && !byName.has(column.databaseName)) byName.set(column.databaseName, column);
  }
  return [...byName.values()];
}

function readColumn(
  metadata: ColumnMetadata,
  table: QualifiedName,
  { rules, dataSource }: MetadataContext,
  addEnum: (type: EnumModel, column: string) => void,
): ColumnModel {
  const { column, enum: type } = rules.column(metadata, table, dataSource);
  if (type) addEnum(type, `"${displayName(table)}.${column.name}"`);
  return column;
}

function primaryKeyOf(
  metadata: EntityMetadata,
  columns: readonly ColumnMetadata[],
  { dataSource, rules }: MetadataContext,
): PrimaryKeyModel | undefined {
  const primary = columns.filter(({ isPrimary }) => isPrimary);
  const [first] = primary;
  if (first === undefined) return undefined;
  const name =
    first.primaryKeyConstraintName ??
    dataSource.namingStrategy.primaryKeyName(
      metadata.tablePath,
      primary.map(({ databaseName }) => databaseName),
    );
  return { name: rules.identifier(name), columnNames: namesOf(primary, rules) };
}

function uniqueOf(unique: EntityMetadata['uniques'][number], { rules }: MetadataContext): UniqueModel {
  return {
    name: rules.identifier(unique.name),
    columnNames: namesOf(unique.columns, rules),
    ...deferrableOf(unique),
  };
}

function checkOf(check: EntityMetadata['checks'][number], { rules }: MetadataContext): CheckModel {
  return { name: rules.identifier(check.name), expression: check.expression.trim() };
}

function exclusionOf(exclusion: EntityMetadata['exclusions'][number], { rules }: MetadataContext): ExclusionModel {
  return {
    name: rules.identifier(exclusion.name),
    expression: exclusion.expression.trim(),
    ...deferrableOf(exclusion),
  };
}

function foreignKeyOf(key: ForeignKey, metadata: EntityMetadata, context: MetadataContext): ForeignKeyModel {
  const { rules } = context;
  refuseSharedColumn(key, metadata);
  const referenced = context.nameOf(key.referencedEntityMetadata);
  const onDelete = actionOf(key.onDelete);
  const onUpdate = actionOf(key.onUpdate);
  return {
    name: rules.identifier(key.name),
    columnNames: [...key.columnNames].map((name) => rules.identifier(name)),
    ...(referenced.schema !== undefined && { referencedSchema: referenced.schema }),
    referencedTableName: referenced.name,
    referencedColumnNames: [...key.referencedColumnNames].map((name) => rules.identifier(name)),
    ...(onDelete && { onDelete }),
    ...(onUpdate && { onUpdate }),
    ...deferrableOf(key),
  };
}

function indexOf(index: EntityMetadata['indices'][number], { rules }: MetadataContext): IndexModel {
  // Index types are younger than the oldest TypeORM that is supported.
  const { type } = index as { readonly type?: string };
  return rules.index({
    name: rules.identifier(index.name),
    columnNames: namesOf(index.columns, rules),
    ...(index.isUnique && { isUnique: true }),
    ...(index.isSpatial && { isSpatial: true }),
    ...(index.isFulltext && { isFulltext: true }),
    ...(index.isConcurrent === true && { isConcurrent: true }),
    ...(type !== undefined && { type }),
    ...sortOrderOf(index, rules),
    ...(index.where && { where: index.where.trim() }),
    ...partOf('mysql', { parser: index.parser }),
  });
}

/** The `columnOptions` of descending columns: `@Index((post) => ({ createdAt: -1 }))`. */
function sortOrderOf(
  { columns, columnNamesWithOrderingMap: order }: EntityMetadata['indices'][number],
  rules: MetadataContext['rules'],
): Pick<IndexModel, 'columnOptions'> {
  const descending = [...columns].filter(({ databasePath }) => (order as Record<string, unknown>)[databasePath] === -1);
  if (descending.length === 0) return {};
  return { columnOptions: Object.fromEntries(namesOf(descending, rules).map((name) => [name, 'DESC'])) };
}

/**
 * The names of columns as the database would cut them.
 *
 * The array is copied first, here and for foreign keys: where Jest's global setup has loaded TypeORM too, its arrays, and what is
 * mapped from them, are of another realm and never deeply equal to ours.
 */
function namesOf(columns: readonly ColumnMetadata[], rules: MetadataContext['rules']): string[] {
  return [...columns].map(({ databaseName }) => rules.identifier(databaseName));
}

function deferrableOf({ deferrable }: { readonly deferrable?: string }): { deferrable?: Deferrable } {
  return deferrable ? { deferrable: deferrable as Deferrable } : {};
}

function actionOf(action: string | undefined): ReferentialAction | undefined {
  if (action === undefined || action === 'NO ACTION') return undefined;
  return action === 'DEFAULT' ? 'SET DEFAULT' : (action as ReferentialAction);
}

interface Definition {
  readonly name?: string;
  readonly columnNames?: readonly string[];
  readonly expression?: string;
}

/**
 * The list with each name once: TypeORM may have the same member twice.
 *
 * @throws DuplicateConstraintNameError for two different members of one name, which no database supports
 */
function distinct<T extends Definition>(
  table: QualifiedName,
  what: string,
  list: readonly T[],
  twinOf?: (one: T, other: T) => T | undefined,
): T[] {
  const byName = new Map<string, T>();
  for (const member of list) {
    const name = member.name ?? '';
    const first = byName.get(name);
    const twin = first && (isSameData(first, member) ? member : twinOf?.(first, member));
    if (first !== undefined && twin === undefined) {
      throw new DuplicateConstraintNameError(displayName(table), what, name, [definition(first), definition(member)]);
    }
    byName.set(name, twin ?? member);
  }
  return [...byName.values()];
}

function definition(member: Definition): string {
  return member.columnNames === undefined ? `${member.expression}` : `(${member.columnNames.join(', ')})`;
}
