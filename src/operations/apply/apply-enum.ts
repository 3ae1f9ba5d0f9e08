import { mapExpressions } from '../../schema/map-expressions.js';
import { type ColumnModel, qualifiedKey, type QualifiedName, type SchemaModel } from '../../schema/schema.model.js';
import { mapArrayText } from '../../sql/array-text.js';
import { edited, instead, type SqlEdit } from '../../sql/edit.js';
import { identifierText } from '../../sql/identifiers.js';
import { quoteLiteral } from '../../sql/literals.js';
import { isNamed, type NamePath, pathAt } from '../../sql/paths.js';
import type { SqlRules } from '../../sql/rules.js';
import { codeTokens, type SqlToken } from '../../sql/scanner.js';
import type { OperationOf } from '../operation.js';

/** A schema after an enum is renamed; expressions that cast to it change too, as they do in the database. */
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
      return first && last ? { start: first.start, end: last.end, text: qualifiedText(to) } : undefined;
    });
  const recastColumn = (column: ColumnModel): ColumnModel => {
    const { enumName: _name, enumSchema: _schema, ...rest } = column;
    if (!isOf(column, from)) return column;
    return { ...rest, enumName: to.name, ...(to.schema === undefined ? {} : { enumSchema: to.schema }) };
  };
  return mapExpressions(withColumns(schema, recastColumn), recast);
}

/** A schema after a label of an enum is renamed; strings that are cast to the enum change too, as they do in the database. */
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
  return mapExpressions(withColumns(schema, relabelColumn), relabel);
}

function withColumns(schema: SchemaModel, change: (column: ColumnModel) => ColumnModel): SchemaModel {
  return { ...schema, tables: schema.tables.map((table) => ({ ...table, columns: table.columns.map(change) })) };
}

function isOf({ enumName, enumSchema }: ColumnModel, type: QualifiedName): boolean {
  return enumName !== undefined && qualifiedKey({ schema: enumSchema, name: enumName }) === qualifiedKey(type);
}

/** The SQL with the edits of its tokens; unchanged where the database has no casts to enums. */
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

/** The name in the cast to the type that begins at a token, as in `::mood` and `::public.mood`; undefined where none begins there. */
function castAt(
  code: readonly SqlToken[],
  at: number,
  { schema, name }: QualifiedName,
  rules: SqlRules,
): NamePath | undefined {
  const path = rules.enumCast !== undefined && code[at]?.is(rules.enumCast) ? pathAt(code, at + 1) : undefined;
  const names = schema === undefined ? [name] : [schema, name];
  const isSame = path?.names.length === names.length && names.every((each, index) => isNamed(path.names[index], each));
  return isSame ? path : undefined;
}

/** The qualified name as a catalog prints it. */
function qualifiedText({ schema, name }: QualifiedName): string {
  return [...(schema === undefined ? [] : [schema]), name].map(identifierText).join('.');
}
