import type {
  ColumnModel,
  IndexModel,
  QualifiedName,
  SchemaModel,
  TableModel,
  ViewModel,
} from '../../../schema/schema.model.js';
import { ownEnum, withOwnEnum } from '../compile/columns.js';
import { identifier } from '../names.js';
import { canonicalType } from '../types.js';

/**
 * The part of the canonical form that needs no database: names truncated to 63 bytes, types by their names in the catalog,
 * and no fields that PostgreSQL ignores.
 */
export function plainCanonical(schema: SchemaModel): SchemaModel {
  const ownEnums = schema.tables.flatMap((table) => table.columns.flatMap((column) => ownEnum(table, column) ?? []));
  return {
    tables: schema.tables.map(plainTable),
    views: schema.views.map(plainView),
    enums: [...schema.enums, ...ownEnums].map((type) => ({ ...type, ...cut(type) })),
    sequences: schema.sequences.map(({ start, increment, ...sequence }) => ({
      ...cut(sequence),
      ...(start === undefined || start === '1' ? {} : { start }),
      ...(increment === undefined || increment === '1' ? {} : { increment }),
    })),
    extensions: schema.extensions,
    schemas: schema.schemas.map(identifier),
  };
}

function cut<N extends QualifiedName>({ schema, name }: N): QualifiedName {
  return schema === undefined ? { name: identifier(name) } : { schema: identifier(schema), name: identifier(name) };
}

/** A constraint with its name truncated, if it has one. */
function cutName<N extends { readonly name?: string }>(named: N): N {
  return named.name === undefined ? named : { ...named, name: identifier(named.name) };
}

function plainTable(table: TableModel): TableModel {
  const { sqlite: _sqlite, ...kept } = table;
  const withColumns = <C extends { readonly name?: string; readonly columnNames: readonly string[] }>(key: C): C =>
    cutName({ ...key, columnNames: key.columnNames.map(identifier) });
  return {
    ...kept,
    ...cut(table),
    columns: table.columns.map((column) => plainColumn(table, column)),
    ...(table.primaryKey === undefined ? {} : { primaryKey: withColumns(table.primaryKey) }),
    uniques: table.uniques.map(withColumns),
    checks: table.checks.map(cutName),
    exclusions: table.exclusions.map(cutName),
    foreignKeys: table.foreignKeys.map((key) => ({
      ...withColumns(key),
      ...(key.referencedSchema === undefined ? {} : { referencedSchema: identifier(key.referencedSchema) }),
      referencedTableName: identifier(key.referencedTableName),
      referencedColumnNames: key.referencedColumnNames.map(identifier),
    })),
    indices: table.indices.map(plainIndex),
  };
}

function plainColumn(table: QualifiedName, column: ColumnModel): ColumnModel {
  const { enum: _labels, enumName, enumSchema, ...kept } = withOwnEnum(table, column);
  return {
    ...canonicalType(kept),
    name: identifier(column.name),
    ...(enumName === undefined ? {} : { enumName: identifier(enumName) }),
    ...(enumSchema === undefined ? {} : { enumSchema: identifier(enumSchema) }),
    ...(kept.generationStrategy === 'identity' ? { generatedIdentity: kept.generatedIdentity ?? 'BY DEFAULT' } : {}),
    ...(kept.asExpression === undefined ? {} : { generatedType: kept.generatedType ?? 'STORED' }),
  };
}

function plainIndex({ isSpatial, isFulltext: _fulltext, type, ...index }: IndexModel): IndexModel {
  const method = isSpatial ? 'gist' : type?.toLowerCase();
  return {
    ...index,
    name: identifier(index.name),
    columnNames: index.columnNames.map(identifier),
    ...(method === undefined || method === 'btree' ? {} : { type: method }),
    ...(index.include === undefined ? {} : { include: index.include.map(identifier) }),
  };
}

function plainView(view: ViewModel): ViewModel {
  return {
    ...view,
    ...cut(view),
    expression: view.expression.trim().replace(/[\s;]+$/, ''),
    indices: view.indices.map(plainIndex),
    dependsOn: view.dependsOn.map(cut),
  };
}
