import type { ColumnModel, IndexModel, SchemaModel, TableModel } from './schema.model.js';

type Change = (sql: string) => string;

/**
 * A schema with all its SQL expressions changed: defaults, generated columns, checks, exclusions, indexes and queries of views.
 *
 * @example mapExpressions(schema, (sql) => withoutOwnSchema(sql, 'tenant_1', rules))
 */
export function mapExpressions(schema: SchemaModel, change: Change): SchemaModel {
  return {
    ...schema,
    tables: schema.tables.map((table) => mapTable(table, change)),
    views: schema.views.map((view) => ({ ...mapMember(view, change), indices: mapIndices(view.indices, change) })),
  };
}

function mapTable(table: TableModel, change: Change): TableModel {
  return {
    ...table,
    columns: table.columns.map((column) => mapColumn(column, change)),
    checks: table.checks.map((check) => mapMember(check, change)),
    exclusions: table.exclusions.map((exclusion) => mapMember(exclusion, change)),
    indices: mapIndices(table.indices, change),
  };
}

function mapMember<T extends { readonly expression: string }>(member: T, change: Change): T {
  return { ...member, expression: change(member.expression) };
}

function mapColumn(column: ColumnModel, change: Change): ColumnModel {
  const { default: value, asExpression } = column;
  return {
    ...column,
    ...(value !== undefined && { default: change(value) }),
    ...(asExpression !== undefined && { asExpression: change(asExpression) }),
  };
}

function mapIndices(indices: readonly IndexModel[], change: Change): IndexModel[] {
  return indices.map((index) => ({
    ...index,
    ...(index.where !== undefined && { where: change(index.where) }),
    ...(index.expression !== undefined && { expression: change(index.expression) }),
  }));
}
