import {
  type ColumnModel,
  type IndexModel,
  qualifiedKey,
  type QualifiedName,
  type SchemaModel,
  type TableModel,
} from '../../schema/schema.model.js';
import { mapArrayText } from '../../sql/array-text.js';
import { edited, instead, type SqlEdit } from '../../sql/edit.js';
import { identifierText } from '../../sql/identifiers.js';
import { quoteLiteral } from '../../sql/literals.js';
import { isNamed, type NamePath, pathAt } from '../../sql/paths.js';
import type { SqlRules } from '../../sql/rules.js';
import { codeTokens, type SqlToken } from '../../sql/scanner.js';
import type { OperationOf } from '../operation.js';

/** A schema after an enum got another name; expressions that cast to it follow, as they do in the database. */
export function withEnumRenamed(
  schema: SchemaModel,
  from: QualifiedName,
  to: QualifiedName,
  rules: SqlRules,
): SchemaModel {
  const recast = (sql: string): string =>
    withEdits(sql, rules, (code, at) => {
      const path = castAt(code, at, from, rules);
      const [first, last] = [path?.names[0], path?.names.at(-1)];
      return first && last ? { start: first.start, end: last.end, text: printed(to) } : undefined;
    });
  const recastColumn = (column: ColumnModel): ColumnModel => {
    const { enumName: _name, enumSchema: _schema, ...rest } = column;
    if (!isOf(column, from)) return column;
    return { ...rest, enumName: to.name, ...(to.schema === undefined ? {} : { enumSchema: to.schema }) };
  };
  return withTexts(schema, recast, recastColumn);
}

/** A schema after a label of an enum was called differently; texts that hold it as a value of the enum follow. */
export function withLabelRenamed(
  schema: SchemaModel,
  { enum: type, from, to }: Pick<OperationOf<'renameEnumValue'>, 'enum' | 'from' | 'to'>,
  rules: SqlRules,
): SchemaModel {
  const renamed = (label: string): string => (label === from ? to : label);
  const relabelled = (token: SqlToken, isArray: boolean): SqlEdit | undefined => {
    if (token.kind !== 'string') return undefined;
    const value = isArray ? mapArrayText(token.value, renamed) : renamed(token.value);
    return value === token.value ? undefined : instead(token, quoteLiteral(value));
  };
  const relabel = (sql: string): string =>
    withEdits(sql, rules, (code, at) => {
      const cast = castAt(code, at + 1, type, rules);
      return cast && relabelled(code[at] as SqlToken, code[cast.next]?.is('[') === true);
    });
  const relabelColumn = (column: ColumnModel): ColumnModel => {
    if (!isOf(column, type) || column.default === undefined) return column;
    const [literal, ...more] = codeTokens(column.default, rules);
    const edit = literal && more.length === 0 && relabelled(literal, literal.value.startsWith('{'));
    return edit ? { ...column, default: edit.text } : column;
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

/** The text with an edit for each token that is to change. */
function withEdits(
  sql: string,
  rules: SqlRules,
  edit: (code: readonly SqlToken[], at: number) => SqlEdit | undefined,
): string {
  if (rules.enumCast === undefined || !sql.includes(rules.enumCast)) return sql;
  const code = codeTokens(sql, rules);
  return edited(
    sql,
    code.flatMap((_token, at) => edit(code, at) ?? []),
  );
}

/** The name in a cast to the type where one begins at a token: that of `::mood` or `::public.mood` on PostgreSQL. */
function castAt(
  code: readonly SqlToken[],
  at: number,
  { schema, name }: QualifiedName,
  rules: SqlRules,
): NamePath | undefined {
  const path = rules.enumCast !== undefined && code[at]?.is(rules.enumCast) ? pathAt(code, at + 1) : undefined;
  const names = schema === undefined ? [name] : [schema, name];
  const isMeant = path?.names.length === names.length && names.every((each, index) => isNamed(path.names[index], each));
  return isMeant ? path : undefined;
}

/** The name as a catalog prints it. */
function printed({ schema, name }: QualifiedName): string {
  return [...(schema === undefined ? [] : [schema]), name].map(identifierText).join('.');
}
