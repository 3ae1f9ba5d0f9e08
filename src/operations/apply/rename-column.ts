import {
  type ColumnModel,
  type ForeignKeyModel,
  type IndexModel,
  qualifiedKey,
  type QualifiedName,
  referencedTable,
  type TableModel,
} from '../../schema/schema.model.js';
import { renameColumnIn } from '../../sql/columns.js';
import type { SqlRules } from '../../sql/rules.js';
import { refuseDuplicate, requireColumns } from './members.js';

/** The table with one column renamed, also in its keys, constraints, indexes and expressions. */
export function renameColumn(table: TableModel, from: string, to: string, rules: SqlRules): TableModel {
  requireColumns(table, [from]);
  refuseDuplicate(table, 'column', to, table.columns);
  const rename = (name: string): string => (name === from ? to : name);
  const renameIn = (sql: string): string => renameColumnIn(sql, from, to, rules);
  const inNames = <T extends Pick<IndexModel, 'columnNames' | 'columnOptions'>>(member: T): T => ({
    ...member,
    columnNames: member.columnNames.map(rename),
    ...(member.columnOptions && {
      columnOptions: Object.fromEntries(
        Object.entries(member.columnOptions).map(([name, option]) => [rename(name), option]),
      ),
    }),
  });
  const inExpression = <T extends { readonly expression: string }>(member: T): T => ({
    ...member,
    expression: renameIn(member.expression),
  });
  return {
    ...table,
    columns: table.columns.map((column) =>
      renamedColumn(column.name === from ? { ...column, name: to } : column, renameIn),
    ),
    ...(table.primaryKey ? { primaryKey: inNames(table.primaryKey) } : {}),
    uniques: table.uniques.map(inNames),
    checks: table.checks.map(inExpression),
    exclusions: table.exclusions.map(inExpression),
    foreignKeys: table.foreignKeys.map((key) => redirect(inNames(key), table, { column: rename })),
    indices: table.indices.map((index) => renameInIndex(inNames(index), rename, renameIn)),
  };
}

type Rename = (text: string) => string;

/** A default names other columns on MySQL alone, which prints them in backticks. */
function renamedColumn(column: ColumnModel, renameIn: Rename): ColumnModel {
  const { asExpression, default: value } = column;
  const namesColumns = value?.includes('`') === true;
  if (asExpression === undefined && !namesColumns) return column;
  return {
    ...column,
    ...(asExpression !== undefined && { asExpression: renameIn(asExpression) }),
    ...(namesColumns && { default: renameIn(value) }),
  };
}

function renameInIndex(index: IndexModel, rename: Rename, renameIn: Rename): IndexModel {
  const { include, where, expression } = index;
  return {
    ...index,
    ...(include && { include: include.map(rename) }),
    ...(where === undefined ? {} : { where: renameIn(where) }),
    ...(expression === undefined ? {} : { expression: renameIn(expression) }),
  };
}

/** A foreign key after the table that it refers to, or columns of that, are renamed. */
export function redirect(
  key: ForeignKeyModel,
  table: QualifiedName,
  change: { readonly to?: QualifiedName; readonly column?: (name: string) => string },
): ForeignKeyModel {
  if (qualifiedKey(referencedTable(key)) !== qualifiedKey(table)) return key;
  const { referencedSchema: _schema, ...rest } = key;
  const to = change.to ?? table;
  return {
    ...rest,
    ...(to.schema === undefined ? {} : { referencedSchema: to.schema }),
    referencedTableName: to.name,
    referencedColumnNames: change.column ? key.referencedColumnNames.map(change.column) : key.referencedColumnNames,
  };
}
