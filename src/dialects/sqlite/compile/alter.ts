import { applyToTable } from '../apply.js';
import type { OperationOf, TableOperation } from '../../../operations/operation.js';
import { mentionsColumn } from '../../../sql/columns.js';
import { SQLITE_SQL } from '../../../sql/rules.js';
import type { ColumnModel, TableModel } from '../../../schema/schema.model.js';
import { columnSql, createIndexSql, createTableSql } from './ddl.js';
import { isConstant, isNull } from '../expression.js';
import { isListConversion } from './list-conversion.js';
import { isRowidName } from '../reserved.js';
import { isRowidRename } from './rowid-renames.js';
import { quote } from '../text.js';

/**
 * The statements of an operation where SQLite can do it without a rebuild, else undefined.
 *
 * @param table the table before the operation.
 */
export function alterSql(table: TableModel, operation: TableOperation): readonly string[] | undefined {
  switch (operation.kind) {
    case 'createIndex':
      return [createIndexSql(operation.index, table.name)];
    case 'dropIndex':
      return [`DROP INDEX ${quote(operation.name)}`];
    case 'renameIndex':
      return renameIndexSql(table, operation);
    case 'renameColumn':
      return !table.sqlite?.withoutRowid && isRowidRename(operation.from, operation.to)
        ? undefined
        : [renameColumnSql(table.name, operation.from, operation.to)];
    case 'addColumn':
      return canAdd(operation.column) && !isTaken(table, operation.column.name)
        ? [`ALTER TABLE ${quote(table.name)} ADD ${columnSql(operation.column, withoutKey(table))}`]
        : undefined;
    case 'dropColumn':
      return canDrop(table, operation.column)
        ? [`ALTER TABLE ${quote(table.name)} DROP COLUMN ${quote(operation.column)}`]
        : undefined;
    // An auto-increment column, the key and the row ids may only be consistent when the whole batch is done.
    case 'createPrimaryKey':
    case 'dropPrimaryKey':
    case 'setWithoutRowid':
      return undefined;
    case 'alterColumn':
      return operation.to.generationStrategy === undefined ? unlessSame(table, operation) : undefined;
    default:
      return unlessSame(table, operation);
  }
}

/** No statements when the operation does not change the definition of the table; else undefined. */
function unlessSame(table: TableModel, operation: TableOperation): readonly string[] | undefined {
  return isSameDefinition(table, applyToTable(table, operation)) ? [] : undefined;
}

/** ALTER TABLE … RENAME COLUMN, with which SQLite changes indexes, triggers, views and foreign keys of other tables too. */
export function renameColumnSql(table: string, from: string, to: string): string {
  return `ALTER TABLE ${quote(table)} RENAME COLUMN ${quote(from)} TO ${quote(to)}`;
}

/** Whether two models of a table are equal for SQLite, which has no comments, and its rows need not change. */
export function isSameDefinition(left: TableModel, right: TableModel): boolean {
  return definition(left) === definition(right) && !hasListConversion(left, right);
}

function hasListConversion(left: TableModel, right: TableModel): boolean {
  return left.columns.some((column) => {
    const other = right.columns.find(({ name }) => name === column.name);
    return other !== undefined && isListConversion(column, other);
  });
}

function definition(table: TableModel): string {
  const indexes = table.indices.map((index) => createIndexSql(index, table.name));
  return [createTableSql(table), ...indexes].join('\n');
}

function renameIndexSql(table: TableModel, { from, to }: OperationOf<'renameIndex'>): readonly string[] {
  const index = table.indices.find(({ name }) => name === from);
  return index ? [`DROP INDEX ${quote(from)}`, createIndexSql({ ...index, name: to }, table.name)] : [];
}

/** The table without its key, of which a column that ALTER TABLE adds cannot be a part. */
function withoutKey({ primaryKey: _primaryKey, ...table }: TableModel): TableModel {
  return table;
}

/** Whether ALTER TABLE can add a column. It does not rewrite rows, so the default must be a constant. */
function canAdd(column: ColumnModel): boolean {
  if (column.generationStrategy === 'increment' || isRowidName(column.name)) return false;
  if (column.asExpression !== undefined) return column.generatedType !== 'STORED' && column.isNullable === true;
  if (column.default === undefined || isNull(column.default)) return column.isNullable === true;
  return isConstant(column.default);
}

/** Whether a column has the name, without regard to case; the same batch may drop it afterwards. */
function isTaken({ columns }: TableModel, name: string): boolean {
  return columns.some((column) => column.name.toLowerCase() === name.toLowerCase());
}

function canDrop(table: TableModel, name: string): boolean {
  const keys = [table.primaryKey, ...table.uniques, ...table.foreignKeys, ...table.indices];
  const inKey = keys.some((key) => key?.columnNames.includes(name));
  const texts = [
    ...table.checks.map((check) => check.expression),
    ...table.columns.map((column) => column.asExpression),
    ...table.indices.flatMap((index) => [index.where, index.expression]),
  ];
  const inText = texts.some((sql) => sql !== undefined && mentionsColumn(sql, name, SQLITE_SQL));
  const referred = table.foreignKeys.some(
    (key) => key.referencedTableName === table.name && key.referencedColumnNames.includes(name),
  );
  return !inKey && !inText && !referred && !isRowidName(name) && table.columns.length > 1;
}
