import type { QueryRunner } from 'typeorm';
import type { ColumnModel, TableModel } from '../../../schema/schema.model.js';
import { parseShowCreate, type ShownTable } from '../canonical/show-create.js';
import { MissingPrivilegeError } from '../errors.js';
import type { Connection } from '../server.js';
import { quote, quoteQualified } from '../text.js';
import { expressionText } from './expressions.js';

/** Characters of four bytes in UTF-8, which information_schema has as `?`; in expressions as one for each byte. */
const FOUR_BYTES = '[\\u{10000}-\\u{10ffff}]';
const IN_EXPRESSION = '????';

/** The name of temporary tables: it must not hide one of the user's. */
const PROBE = quote('nestjs_migrate_probe');

/** "Access denied … to database", which a user gets without the privilege CREATE TEMPORARY TABLES. */
const ACCESS_DENIED = 1044;

/**
 * Tables with the characters of four bytes that information_schema does not hold, in labels, defaults, checks and generated columns:
 * a column is changed by its whole definition, and written back as printed it would lose a label and its rows.
 *
 * Only tables with a `?` where such a character may be are asked about. Comments are left: the server itself has `?` in them.
 *
 * @throws MissingPrivilegeError
 */
export async function withFourBytes(
  tables: readonly TableModel[],
  runner: QueryRunner,
  connection: Connection,
): Promise<TableModel[]> {
  const whole: TableModel[] = [];
  for (const table of tables) {
    const isExpressionLost = [
      ...table.columns.flatMap(expressionsOf),
      ...table.checks.map((check) => check.expression),
    ];
    const shown = isExpressionLost.some((sql) => sql.includes(IN_EXPRESSION))
      ? await shownTable(table, runner)
      : undefined;
    const columns: ColumnModel[] = [];
    for (const column of table.columns) {
      const shownColumn = shown ? withShown(column, shown, connection) : column;
      columns.push(hasLostValue(shownColumn) ? await withValues(shownColumn, table, runner, connection) : shownColumn);
    }
    const checks =
      shown === undefined
        ? table.checks
        : table.checks.map((check) => {
            const clause = shown.checks.find(({ name }) => name === check.name)?.clause;
            return clause === undefined ? check : { ...check, expression: expressionText(clause, connection) };
          });
    whole.push({ ...table, columns, checks });
  }
  return whole;
}

/** A printed text with the characters of another one in which none is lost, in the places of its question marks. */
export function restored(printed: string, whole: string, marks = 1): string {
  const found = [...whole.matchAll(new RegExp(`${FOUR_BYTES}|\\?`, 'gu'))].map(([character]) => character);
  const width = (character: string): number => (character === '?' ? 1 : marks);
  const count = printed.split('?').length - 1;
  if (found.reduce((sum, character) => sum + width(character), 0) !== count) return printed;
  return printed.replaceAll(/\?+/g, (run) => {
    let text = '';
    for (let left = run.length; left > 0;) {
      const character = found.shift() ?? '?';
      text += character;
      left -= width(character);
    }
    return text;
  });
}

/** The query of a view with its characters of four bytes, which only SHOW CREATE VIEW prints. */
export async function wholeQuery(
  view: { readonly schema?: string; readonly name: string },
  printed: string,
  query: (sql: string) => Promise<readonly Record<string, unknown>[]>,
): Promise<string> {
  if (!printed.includes(IN_EXPRESSION)) return printed;
  const [row] = await query(`SHOW CREATE VIEW ${quoteQualified(view)}`);
  const [, ...parts] = String(row?.['Create View']).split(`${quote(view.name)} AS `);
  return restored(printed, parts.join(''), IN_EXPRESSION.length);
}

function expressionsOf({ default: value = '', asExpression = '', mysql }: ColumnModel): string[] {
  return [value, asExpression, mysql?.check ?? ''];
}

async function shownTable(table: TableModel, runner: QueryRunner): Promise<ShownTable> {
  const [row] = (await runner.query(`SHOW CREATE TABLE ${quoteQualified(table)}`)) as Record<string, string>[];
  return parseShowCreate(row?.['Create Table'] ?? '');
}

/** The expressions of a column as SHOW CREATE TABLE prints them; in literals that has lost the same. */
function withShown(column: ColumnModel, { columns }: ShownTable, server: Connection): ColumnModel {
  const { default: value, expression, check } = columns.get(column.name) ?? {};
  const { mysql } = column;
  return {
    ...column,
    ...(column.default !== undefined && value !== undefined && { default: value }),
    ...(column.asExpression !== undefined &&
      expression !== undefined && { asExpression: expressionText(expression, server) }),
    ...(mysql?.check !== undefined &&
      check !== undefined && { mysql: { ...mysql, check: expressionText(check, server) } }),
  };
}

function hasLostValue({ enum: labels = [], default: value = '', asExpression }: ColumnModel): boolean {
  return asExpression === undefined && (labels.some((label) => label.includes('?')) || isLostLiteral(value));
}

function isLostLiteral(sql: string): boolean {
  return sql.startsWith("'") && sql.includes('?');
}

/** The labels and the default of a column as values of it, which are whole: those of a temporary table like it, which commits nothing. */
async function withValues(
  column: ColumnModel,
  table: TableModel,
  runner: QueryRunner,
  { database }: Connection,
): Promise<ColumnModel> {
  const { default: value, enum: labels } = column;
  const name = quote(column.name);
  try {
    await runner.query(`CREATE TEMPORARY TABLE ${PROBE} AS SELECT ${name} FROM ${quoteQualified(table)} LIMIT 0`);
  } catch (error) {
    if ((error as { errno?: number }).errno !== ACCESS_DENIED) throw error;
    throw new MissingPrivilegeError('CREATE TEMPORARY TABLES', 'to read characters of four bytes', database, error);
  }
  const valueOf = async (sql: string): Promise<string> => {
    await runner.query(`INSERT INTO ${PROBE} (${name}) VALUES (${sql})`);
    const [row] = (await runner.query(`SELECT ${name} AS value FROM ${PROBE}`)) as { value: string | string[] }[];
    await runner.query(`DELETE FROM ${PROBE}`);
    return [row?.value ?? ''].flat().join(',');
  };
  try {
    const whole: string[] = [];
    for (const [place, label] of (labels ?? []).entries()) {
      const number = column.type === 'set' ? 2n ** BigInt(place) : BigInt(place + 1);
      whole.push(label.includes('?') ? restored(label, await valueOf(String(number))) : label);
    }
    return {
      ...column,
      ...(labels && { enum: whole }),
      ...(value !== undefined && isLostLiteral(value) && { default: restored(value, await valueOf('DEFAULT')) }),
    };
  } finally {
    await runner.query(`DROP TEMPORARY TABLE ${PROBE}`);
  }
}
