import type { DataSource } from 'typeorm';
import { UnsupportedEntityError } from '../../errors/schema.errors.js';
import { type ColumnMetadata, type EntityName, type EntityRules, textKindOf } from '../../schema/entity-rules.js';
import type { ColumnModel } from '../../schema/schema.model.js';
import { quoteLiteral } from '../../sql/literals.js';
import { modelDefault } from './canonical/defaults.js';
import { refuseUnsupported } from './refuse.js';
import { literal } from './text.js';
import { SQLITE_SQL } from '../../sql/rules.js';

/** Reads entities for SQLite: with types as TypeORM writes them, without schemas, comments and names of primary keys. */
export const sqliteEntityRules: EntityRules = {
  sqlRules: SQLITE_SQL,
  defaultSchema: () => undefined,
  ownSchema: () => undefined,
  literal,

  refuse(entity, { driver }) {
    const { database, targetName, name, withoutRowid, primaryColumns } = entity;
    const counter = withoutRowid ? primaryColumns.find(isAutoIncrement) : undefined;
    if (counter) {
      throw new UnsupportedEntityError(
        `The entity "${targetName || name}" is to have no row ids, and its key "${counter.databaseName}" counts by them.`,
        { hint: 'Take withoutRowid or the generated key from the entity.' },
      );
    }
    if (database === undefined || database === driver.database) return;
    throw new UnsupportedEntityError(
      `The entity "${targetName || name}" is stored in "${database}": migrations cover the data source's own database only.`,
      { hint: 'Give it a data source of its own, or set synchronize: false on the entity.' },
    );
  },

  tableName: (entity) => ({ name: nameIn(entity) }),

  column(metadata, _table, dataSource) {
    const labels = labelsOf(metadata);
    const isIncrement = isAutoIncrement(metadata);
    const isNullable = metadata.isNullable && !metadata.isPrimary;
    const type = labels ? { type: 'varchar', enum: labels } : typeOf(metadata, isIncrement, dataSource);
    const sql = metadata.asExpression ? undefined : sqliteDefault(metadata);
    return {
      column: {
        name: metadata.databaseName,
        ...type,
        ...textKindOf(metadata),
        ...(isNullable && { isNullable }),
        ...(sql !== undefined && { default: modelDefault(type.type, sql) }),
        ...(metadata.collation && { collation: metadata.collation }),
        ...(isIncrement && { generationStrategy: 'increment' }),
        ...(metadata.asExpression && {
          asExpression: metadata.asExpression.trim(),
          generatedType: metadata.generatedType ?? 'VIRTUAL',
        }),
      },
    };
  },

  index: ({ name, columnNames, isUnique, columnOptions, where }) => ({
    name,
    columnNames,
    ...(isUnique && { isUnique }),
    ...(columnOptions && { columnOptions }),
    ...(where !== undefined && { where }),
  }),

  wholeIndex({ isConcurrent: _isConcurrent, columnOptions, ...index }) {
    refuseUnsupported({ kind: 'createIndex', table: { name: '' }, index });
    // ASC is the default, which the catalog does not keep.
    const options = Object.entries(columnOptions ?? {}).filter(([, option]) => option.trim().toUpperCase() !== 'ASC');
    return { ...index, ...(options.length > 0 && { columnOptions: Object.fromEntries(options) }) };
  },

  table: ({ comment: _comment, mysql: _mysql, primaryKey, ...table }) => ({
    ...table,
    ...(primaryKey && { primaryKey: { columnNames: primaryKey.columnNames } }),
    uniques: table.uniques.map(({ deferrable: _deferrable, ...unique }) => unique),
    exclusions: [],
  }),

  extensions: () => [],
  identifier: (name) => name,
};

/** The name of a table without `main`, which is what SQLite calls the database that is opened. */
function nameIn({ tableName }: EntityName): string {
  return tableName.replace(/^main\./i, '');
}

/** Whether a column has AUTOINCREMENT; SQLite allows it only for the one column of a primary key. */
function isAutoIncrement({ isGenerated, isPrimary, generationStrategy, entityMetadata }: ColumnMetadata): boolean {
  const counts = generationStrategy === 'increment' || generationStrategy === 'rowid';
  return isGenerated && counts && isPrimary && entityMetadata.primaryColumns.length === 1;
}

/** The labels that TypeORM writes as a CHECK of the column. */
function labelsOf({ enum: labels, isArray }: ColumnMetadata): string[] | undefined {
  return labels === undefined || isArray ? undefined : [...labels].map(String);
}

function typeOf(
  column: ColumnMetadata,
  isIncrement: boolean,
  { driver }: DataSource,
): Pick<ColumnModel, 'type' | 'length' | 'precision' | 'scale'> {
  // Only a column declared INTEGER auto-increments; it holds 64 bits, as a bigint does.
  if (isIncrement) return { type: 'integer' };
  if (column.enum) return { type: 'varchar' };
  // It is stored as a varchar, but keeps its type, since a numeric key cannot be converted to it.
  if (column.type === 'uuid' && !column.isArray) return { type: 'uuid' };
  const type = driver.normalizeType(column).toLowerCase() + (column.isArray ? ' array' : '');
  const length = driver.getColumnLength(column);
  if (length) return { type, length };
  if (typeof column.precision !== 'number') return { type };
  return { type, precision: column.precision, ...(column.scale !== undefined && { scale: column.scale }) };
}

function sqliteDefault({ default: value, type }: ColumnMetadata): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'function') return value().trim();
  if (typeof value === 'boolean') return value ? '1' : '0';
  if (typeof value === 'string') return quoteLiteral(value);
  if (typeof value !== 'object') return String(value);
  if (Array.isArray(value) && type === 'simple-enum') return quoteLiteral(value.join(','));
  const json = quoteLiteral(JSON.stringify(value));
  return type === 'jsonb' ? `jsonb(${json})` : json;
}
