import { EnumValueError, UnknownColumnError } from '../../errors/operations.errors.js';
import { type CheckModel, type ColumnModel, qualifiedNameOf, type TableModel } from '../../schema/schema.model.js';
import { partOf } from '../../schema/parts.js';
import { mentionsColumn } from '../../sql/columns.js';
import { edited, instead } from '../../sql/edit.js';
import { quoteLiteral } from '../../sql/literals.js';
import type { SqlRules } from '../../sql/rules.js';
import { codeTokens } from '../../sql/scanner.js';
import type { OperationOf } from '../operation.js';

type Rename = Pick<OperationOf<'renameLabel'>, 'column' | 'from' | 'to'>;

/**
 * A table after a label of a column is renamed. The default of the column changes too, and checks that compare the column with the label,
 * unless another column in them has it as well.
 *
 * @throws UnknownColumnError; EnumValueError when the column lacks the label, or has the new one
 */
export function withLabelOfColumnRenamed(table: TableModel, rename: Rename, rules: SqlRules): TableModel {
  const { from, to } = rename;
  const column = table.columns.find(({ name }) => name === rename.column);
  if (column === undefined) {
    const known = table.columns.map(({ name }) => name);
    throw new UnknownColumnError(qualifiedNameOf(table), rename.column, known);
  }
  const { enum: labels = [] } = column;
  const owner = { name: `${table.name}.${column.name}`, ...(table.schema !== undefined && { schema: table.schema }) };
  if (!labels.includes(from)) throw new EnumValueError(owner, from, 'missing', labels);
  if (labels.includes(to)) throw new EnumValueError(owner, to, 'duplicate', labels);
  const inCheck = (sql: string): string =>
    isAbout(sql, rename, table, rules) ? withStrings(sql, rules, renamed) : sql;
  const renamed = (value: string): string => (value === from ? to : value);
  const renamedAll = (value: string): string => value.split(',').map(renamed).join(',');
  const changed: ColumnModel = {
    ...column,
    enum: labels.map(renamed),
    ...(column.default !== undefined && {
      default: withStrings(column.default, rules, column.type === 'set' ? renamedAll : renamed),
    }),
    ...partOf('mysql', {
      ...column.mysql,
      check: column.mysql?.check === undefined ? undefined : inCheck(column.mysql.check),
    }),
  };
  return {
    ...table,
    columns: table.columns.map((other) => (other === column ? changed : other)),
    checks: table.checks.map((check): CheckModel => ({ ...check, expression: inCheck(check.expression) })),
  };
}

/** Whether strings of an expression that are the label can only be that of the column. */
function isAbout(sql: string, { column, from }: Rename, { columns }: TableModel, rules: SqlRules): boolean {
  const isOthers = columns.some(
    ({ name, enum: labels }) => name !== column && labels?.includes(from) && mentionsColumn(sql, name, rules),
  );
  return !isOthers && mentionsColumn(sql, column, rules);
}

/** SQL with other values of its strings. */
function withStrings(sql: string, rules: SqlRules, change: (value: string) => string): string {
  const edits = codeTokens(sql, rules).flatMap((token) => {
    const value = token.kind === 'string' ? change(token.value) : token.value;
    if (value === token.value) return [];
    const text = quoteLiteral(value);
    return instead(token, rules.backslashes === undefined ? text : text.replaceAll('\\', '\\\\'));
  });
  return edited(sql, edits);
}
