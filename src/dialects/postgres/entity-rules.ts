import { refuseUnsupported } from './refuse.js';
import type { DataSource } from 'typeorm';
import { type ColumnMetadata, type EntityRules, textKindOf } from '../../schema/entity-rules.js';
import { metadataContext } from '../../schema/metadata-context.js';
import type { ColumnModel, EnumModel, IndexModel, QualifiedName, SchemaModel } from '../../schema/schema.model.js';
import { postgresDefault } from './entity-defaults.js';
import { literal } from './literal.js';
import { identifier } from './names.js';
import { pathOf, refusePath, tableNameOf } from './entity-path.js';
import { ownSchemaOption } from './session/own-schema.js';
import { POSTGRES_SQL } from '../../sql/rules.js';

/** Reads entities for PostgreSQL: with types as `format_type` prints them, and names of at most 63 bytes. */
export const postgresEntityRules: EntityRules = {
  sqlRules: POSTGRES_SQL,
  defaultSchema: (dataSource) => ownSchemaOption(dataSource) ?? dataSource.driver.schema ?? 'public',
  ownSchema: ownSchemaOption,
  literal,

  refuse: refusePath,
  tableName: pathOf,

  column(metadata, table, dataSource) {
    const type = enumOf(metadata, table, dataSource);
    const generated = generationOf(metadata);
    const sql =
      generated.generationStrategy || metadata.asExpression ? undefined : postgresDefault(metadata, dataSource);
    const isNullable = metadata.isNullable && !metadata.isPrimary && generated.generationStrategy === undefined;
    const column: ColumnModel = {
      name: identifier(metadata.databaseName),
      ...(type ? enumType(type) : plainType(metadata, dataSource)),
      ...textKindOf(metadata),
      ...(metadata.isArray && { isArray: true }),
      ...(isNullable && { isNullable }),
      ...(sql !== undefined && { default: sql }),
      ...commentOf(metadata),
      ...(metadata.collation && { collation: metadata.collation }),
      ...generated,
      ...expressionOf(metadata),
    };
    return type ? { column, enum: type } : { column };
  },

  index: ({ isFulltext: _isFulltext, mysql: _mysql, ...index }) => withMethod(index),

  wholeIndex(index) {
    refuseUnsupported({ kind: 'createIndex', table: { name: '' }, index });
    return withMethod(index);
  },

  table: ({ sqlite: _sqlite, mysql: _mysql, ...table }) => table,

  extensions,
  identifier,
};

function withMethod({ isSpatial, type, ...index }: IndexModel): IndexModel {
  const method = isSpatial ? 'gist' : type?.toLowerCase();
  return method === undefined || method === 'btree' ? index : { ...index, type: method };
}

/**
 * The enum type of a column, with the name that TypeORM gives it. A foreign key column without an `enumName` has the type
 * of the column that it refers to, since a foreign key cannot join two enum types.
 */
function enumOf(
  column: ColumnMetadata,
  table: QualifiedName,
  dataSource: DataSource,
  seen: readonly ColumnMetadata[] = [],
): EnumModel | undefined {
  if (column.type !== 'enum' && column.type !== 'simple-enum') return undefined;
  const referenced = column.enumName === undefined ? referencedBy(column) : undefined;
  if (referenced !== undefined && !seen.includes(referenced)) {
    const { nameOf } = metadataContext(dataSource, postgresEntityRules);
    const type = enumOf(referenced, nameOf(referenced.entityMetadata), dataSource, [...seen, column]);
    if (type !== undefined) return type;
  }
  const name = column.enumName ?? `${tableNameOf(column.entityMetadata)}_${column.databaseName.toLowerCase()}_enum`;
  return {
    ...(table.schema !== undefined && { schema: table.schema }),
    name: identifier(name),
    values: [...(column.enum ?? [])].map(String),
  };
}

/** The column that a column refers to by a foreign key. */
function referencedBy(column: ColumnMetadata): ColumnMetadata | undefined {
  for (const { columns, referencedColumns } of column.entityMetadata.foreignKeys) {
    const place = columns.findIndex(({ databaseName }) => databaseName === column.databaseName);
    if (place >= 0) return referencedColumns[place];
  }
  return undefined;
}

type TypeFields = Pick<
  ColumnModel,
  'type' | 'length' | 'precision' | 'scale' | 'enumName' | 'enumSchema' | 'spatialFeatureType' | 'srid'
>;

function enumType({ schema, name }: EnumModel): TypeFields {
  return { type: 'enum', enumName: name, ...(schema !== undefined && { enumSchema: schema }) };
}

const WITH_LENGTH = new Set(['character varying', 'character', 'bit', 'bit varying', 'vector', 'halfvec']);
const WITH_PRECISION = /^(time|timestamp) with(out)? time zone$|^interval$/;

function plainType(column: ColumnMetadata, { driver }: DataSource): TypeFields {
  const type = driver.normalizeType(column).toLowerCase();
  if (WITH_LENGTH.has(type)) return { type, ...lengthOf(type, driver.getColumnLength(column)) };
  if (type === 'numeric') return { type, ...numericSize(column) };
  if (WITH_PRECISION.test(type)) return { type, ...precisionOf(column) };
  if (type === 'geometry' || type === 'geography') return { type, ...spatialOf(type, column) };
  return { type };
}

/** The length of a type; 1 for `char` and `bit` without one, as in the catalog. */
function lengthOf(type: string, length: string): Pick<ColumnModel, 'length'> {
  const assumed = type === 'character' || type === 'bit' ? '1' : '';
  return length || assumed ? { length: length || assumed } : {};
}

function numericSize({ precision, scale }: ColumnMetadata): Pick<ColumnModel, 'precision' | 'scale'> {
  return typeof precision === 'number' ? { precision, scale: scale ?? 0 } : {};
}

function precisionOf({ precision }: ColumnMetadata): Pick<ColumnModel, 'precision'> {
  return typeof precision === 'number' ? { precision } : {};
}

/** The names of features as PostGIS prints them; an unknown one stays as written. */
const FEATURES = (
  'Geometry Point LineString Polygon MultiPoint MultiLineString MultiPolygon GeometryCollection CircularString ' +
  'CompoundCurve CurvePolygon MultiCurve MultiSurface PolyhedralSurface Tin Triangle'
).split(' ');

function spatialOf(
  type: string,
  { spatialFeatureType, srid }: ColumnMetadata,
): Pick<ColumnModel, 'spatialFeatureType' | 'srid'> {
  if (!spatialFeatureType) return {};
  const [, name = '', dimensions = ''] = /^(.*?)(ZM|Z|M)?$/i.exec(spatialFeatureType) ?? [];
  const known = FEATURES.find((feature) => feature.toLowerCase() === name.toLowerCase());
  const assumed = type === 'geography' ? 4326 : undefined;
  return {
    spatialFeatureType: known === undefined ? spatialFeatureType : known + dimensions.toUpperCase(),
    ...((srid ?? assumed) && { srid: srid ?? assumed }),
  };
}

function generationOf(column: ColumnMetadata): Pick<ColumnModel, 'generationStrategy' | 'generatedIdentity'> {
  const strategy: string | undefined = column.isGenerated ? column.generationStrategy : undefined;
  if (strategy === undefined || strategy === 'uuid') return {};
  if (strategy !== 'identity') return { generationStrategy: 'increment' };
  return { generationStrategy: 'identity', generatedIdentity: column.generatedIdentity ?? 'BY DEFAULT' };
}

function expressionOf({
  asExpression,
  generatedType,
}: ColumnMetadata): Pick<ColumnModel, 'asExpression' | 'generatedType'> {
  return asExpression ? { asExpression: asExpression.trim(), generatedType: generatedType ?? 'STORED' } : {};
}

/** The comment without zero bytes, which a text of PostgreSQL cannot contain. */
function commentOf({ comment }: ColumnMetadata): Pick<ColumnModel, 'comment'> {
  const text = comment?.replaceAll('\u0000', '');
  return text ? { comment: text } : {};
}

const EXTENSION_OF_TYPE: Readonly<Record<string, string>> = {
  citext: 'citext',
  hstore: 'hstore',
  ltree: 'ltree',
  cube: 'cube',
  geometry: 'postgis',
  geography: 'postgis',
  vector: 'vector',
  halfvec: 'vector',
};

/** The extensions that columns need; not `pgcrypto`, since `gen_random_uuid()` is built in since PostgreSQL 13. */
function extensions({ tables }: Pick<SchemaModel, 'tables'>): string[] {
  const used = new Set<string>();
  for (const { columns, exclusions } of tables) {
    if (exclusions.length > 0) used.add('btree_gist');
    for (const { type, default: value } of columns) {
      const extension = EXTENSION_OF_TYPE[type];
      if (extension !== undefined) used.add(extension);
      if (value !== undefined && /\buuid_generate_v\d/.test(value)) used.add('uuid-ossp');
    }
  }
  return [...used].sort();
}
