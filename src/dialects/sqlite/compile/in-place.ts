import { isScript } from '../../common/is-script.js';
import { applyToTable } from '../apply.js';
import type { AlterColumn, TableOperation } from '../../../operations/operation.js';
import type { ColumnModel, TableModel } from '../../../schema/schema.model.js';
import { SQLITE_SQL } from '../../../sql/rules.js';
import { closed } from '../../../sql/statements.js';
import type { CompileContext } from '../../dialect.js';
import { isNull } from '../expression.js';
import { quote } from '../text.js';
import { alterSql } from './alter.js';

/** The version from which on SQLite changes NOT NULL and checks of a table in place. */
const SINCE = [3, 53] as const;

/**
 * The statements of changes that SQLite makes in place since version 3.53: it reads the rows, and writes one page where a rebuild
 * would write all of them. Undefined where one of the changes needs a rebuild, with an older version, and in a script, which does not
 * know who will run it; a plan does, and takes the rows for such as fit.
 */
export async function inPlaceSql(
  table: TableModel,
  operations: readonly TableOperation[],
  context: CompileContext,
): Promise<readonly string[] | undefined> {
  if (isScript(context) || operations.length === 0) return undefined;
  const statements: string[] = [];
  let current = table;
  let isFilled = false;
  for (const operation of operations) {
    const own = alterSql(current, operation) ?? changeInPlace(current, operation);
    if (own === undefined) return undefined;
    isFilled ||= own.some((sql) => sql.startsWith('UPDATE'));
    statements.push(...own);
    current = applyToTable(current, operation);
  }
  if (!(await isNewEnough(context)) || (await hasUndecidedRows(table, operations, context))) return undefined;
  // An UPDATE would fire them, and the copy of a rebuild does not.
  return isFilled && (await hasTriggers(table, context)) ? undefined : statements;
}

function changeInPlace(table: TableModel, operation: TableOperation): readonly string[] | undefined {
  const name = quote(table.name);
  switch (operation.kind) {
    case 'createCheck': {
      const { name: check, expression } = operation.check;
      if (check === undefined) return undefined;
      return [`ALTER TABLE ${name} ADD CONSTRAINT ${quote(check)} CHECK (${closed(expression, SQLITE_SQL)})`];
    }
    case 'dropCheck': {
      const isNamed = table.checks.some((check) => check.name !== undefined && check.name === operation.name);
      return isNamed ? [`ALTER TABLE ${name} DROP CONSTRAINT ${quote(operation.name ?? '')}`] : undefined;
    }
    case 'alterColumn':
      return nullability(table, operation);
    default:
      return undefined;
  }
}

/** NOT NULL of a plain column, with its default in the rows that have NULL. */
function nullability(table: TableModel, { column: name, to }: AlterColumn): readonly string[] | undefined {
  const { isNullable, comment: _comment, ...others } = to;
  const column = table.columns.find((one) => one.name === name);
  if (column === undefined || isNullable === undefined || Object.keys(others).length > 0) return undefined;
  const isOfKey = table.primaryKey?.columnNames.includes(name) === true;
  if (isOfKey || column.asExpression !== undefined || column.sqlite !== undefined) return undefined;
  const alter = `ALTER TABLE ${quote(table.name)} ALTER COLUMN ${quote(name)}`;
  if (isNullable) return [`${alter} DROP NOT NULL`];
  return [...filled(table, column), `${alter} SET NOT NULL`];
}

function filled(table: TableModel, { name, default: value }: ColumnModel): readonly string[] {
  if (value === undefined || isNull(value)) return [];
  const column = quote(name);
  return [`UPDATE ${quote(table.name)} SET ${column} = ${value} WHERE ${column} IS NULL`];
}

/** Whether a new check is NULL for a row: a table may have such rows, and SQLite refuses to add the check over them. */
async function hasUndecidedRows(
  table: TableModel,
  operations: readonly TableOperation[],
  context: CompileContext,
): Promise<boolean> {
  for (const operation of operations) {
    if (operation.kind !== 'createCheck') continue;
    const isNull = `(${closed(operation.check.expression, SQLITE_SQL)}) IS NULL`;
    try {
      const rows = await context.query(`SELECT 1 FROM ${quote(table.name)} WHERE ${isNull} LIMIT 1`);
      if (rows.length > 0) return true;
    } catch {
      // It is on a column that the same batch adds or renames.
      return true;
    }
  }
  return false;
}

async function isNewEnough(context: CompileContext): Promise<boolean> {
  const [major = 0, minor = 0] = (await versionOf(context)).split('.').map(Number);
  return major > SINCE[0] || (major === SINCE[0] && minor >= SINCE[1]);
}

async function versionOf(context: CompileContext): Promise<string> {
  if (context.planned !== undefined) return context.planned.server ?? '';
  const [row] = await context.query('SELECT sqlite_version() AS version');
  return String(row?.['version'] ?? '');
}

async function hasTriggers(table: TableModel, context: CompileContext): Promise<boolean> {
  const rows = await context.query(
    `SELECT 1 FROM sqlite_master WHERE type = 'trigger' AND tbl_name = ? COLLATE NOCASE`,
    [table.name],
  );
  return rows.length > 0;
}
