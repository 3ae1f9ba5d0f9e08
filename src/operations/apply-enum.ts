import {
  type ColumnModel,
  type IndexModel,
  qualifiedKey,
  type QualifiedName,
  type SchemaModel,
  type TableModel,
} from '../schema/schema.model.js';
import { quoteLiteral } from '../schema/sql-text.js';

/** A schema after an enum got another name; expressions that cast to it follow, as they do in the database. */
export function withEnumRenamed(schema: SchemaModel, from: QualifiedName, to: QualifiedName): SchemaModel {
  const cast = castTo(from);
  const recast = (sql: string): string => sql.replaceAll(cast, () => `::${printed(to)}`);
  const recastColumn = (column: ColumnModel): ColumnModel => {
    const { enumName: _name, enumSchema: _schema, ...rest } = column;
    if (!isOf(column, from)) return column;
    return { ...rest, enumName: to.name, ...(to.schema === undefined ? {} : { enumSchema: to.schema }) };
  };
  return withTexts(schema, recast, recastColumn);
}

/** A schema after a label of an enum was called differently; texts that hold it as a value of the enum follow. */
export function withLabelRenamed(schema: SchemaModel, type: QualifiedName, from: string, to: string): SchemaModel {
  const value = new RegExp(`${escaped(quoteLiteral(from))}(?=${castTo(type).source})`, 'g');
  const array = new RegExp(String.raw`'\{(?:[^']|'')*\}'(?=${castTo(type).source}\[\])`, 'g');
  const inArray = (literal: string): string => relabelled(literal, from, to);
  const relabel = (sql: string): string => sql.replaceAll(value, () => quoteLiteral(to)).replaceAll(array, inArray);
  const relabelColumn = (column: ColumnModel): ColumnModel => {
    if (!isOf(column, type) || column.default === undefined) return column;
    if (column.default === quoteLiteral(from)) return { ...column, default: quoteLiteral(to) };
    return /^'\{.*\}'$/s.test(column.default) ? { ...column, default: inArray(column.default) } : column;
  };
  return withTexts(schema, relabel, relabelColumn);
}

function withTexts(
  schema: SchemaModel,
  change: (sql: string) => string,
  changeColumn: (column: ColumnModel) => ColumnModel,
): SchemaModel {
  return {
    ...schema,
    tables: schema.tables.map((table) => tableWithTexts(table, change, changeColumn)),
    views: schema.views.map((view) => ({
      ...view,
      expression: change(view.expression),
      indices: view.indices.map((index) => indexWithTexts(index, change)),
    })),
  };
}

function tableWithTexts(
  table: TableModel,
  change: (sql: string) => string,
  changeColumn: (column: ColumnModel) => ColumnModel,
): TableModel {
  const inExpression = <T extends { readonly expression: string }>(member: T): T => ({
    ...member,
    expression: change(member.expression),
  });
  return {
    ...table,
    columns: table.columns.map((column) => columnWithTexts(changeColumn(column), change)),
    checks: table.checks.map(inExpression),
    exclusions: table.exclusions.map(inExpression),
    indices: table.indices.map((index) => indexWithTexts(index, change)),
  };
}

function indexWithTexts(index: IndexModel, change: (sql: string) => string): IndexModel {
  return {
    ...index,
    ...(index.where !== undefined && { where: change(index.where) }),
    ...(index.expression !== undefined && { expression: change(index.expression) }),
  };
}

function columnWithTexts(column: ColumnModel, change: (sql: string) => string): ColumnModel {
  return {
    ...column,
    ...(column.default !== undefined && { default: change(column.default) }),
    ...(column.asExpression !== undefined && { asExpression: change(column.asExpression) }),
  };
}

function isOf({ enumName, enumSchema }: ColumnModel, type: QualifiedName): boolean {
  return enumName !== undefined && qualifiedKey({ schema: enumSchema, name: enumName }) === qualifiedKey(type);
}

/** `'{a,"b c"}'` with one of its elements called differently. */
function relabelled(literal: string, from: string, to: string): string {
  const elements = literal.slice(2, -2).replaceAll(/"((?:[^"\\]|\\.)*)"|[^,]+/g, (element: string, quoted?: string) => {
    const label = (quoted === undefined ? element : quoted.replaceAll(/\\(.)/gs, '$1')).replaceAll("''", "'");
    return label === from ? arrayElement(to) : element;
  });
  return `'{${elements}}'`;
}

function arrayElement(label: string): string {
  const isPlain = /^[^\s{}",\\]+$/.test(label) && !/^null$/i.test(label);
  return (isPlain ? label : `"${label.replaceAll(/["\\]/g, String.raw`\$&`)}"`).replaceAll("'", "''");
}

/** `::mood`, the name as PostgreSQL prints it. */
function castTo(type: QualifiedName): RegExp {
  return new RegExp(`::${escaped(printed(type))}(?![\\w$"])`, 'g');
}

function printed({ schema, name }: QualifiedName): string {
  const parts = schema === undefined ? [name] : [schema, name];
  return parts.map((part) => (/^[a-z_][a-z0-9_$]*$/.test(part) ? part : `"${part.replaceAll('"', '""')}"`)).join('.');
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
}
