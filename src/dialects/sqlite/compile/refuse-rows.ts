import { NullValuesError } from '../../common/errors.js';
import { DuplicateValuesError, NoIntegerError, SimpleArrayError } from '../errors.js';
import type { PrimaryKeyModel, TableModel, UniqueModel } from '../../../schema/schema.model.js';
import type { CompileContext } from '../../dialect.js';
import { columnsWithoutValue, copiedValue, type Origins } from './copy-rows.js';
import { rowidAlias } from './ddl.js';
import { cannotBeJoined, isJoined } from './list-conversion.js';
import { literal, quote } from '../text.js';

/**
 * Checks the rows before a rebuild, since SQLite would name the temporary table in its error. Does nothing offline.
 *
 * @throws NullValuesError when rows would have no value in a NOT NULL column.
 * @throws SimpleArrayError when a list would be read as another one, or is not JSON.
 * @throws NoIntegerError when rows have no integer where the key is to be the row id.
 * @throws DuplicateValuesError when rows hold the same values where a key is to be.
 */
export async function refuseRows(
  from: TableModel,
  to: TableModel,
  origins: Origins,
  context: CompileContext,
): Promise<void> {
  await refuseNulls(from, to, origins, context);
  await refuseLists(from, to, origins, context);
  await refuseNoIntegers(from, to, origins, context);
  const keys = [...to.uniques, ...(to.primaryKey ? [to.primaryKey] : [])];
  for (const key of keys) {
    if (mayHaveDuplicates(key, from, to, origins)) await refuseDuplicates(key, from, to, origins, context);
  }
}

async function refuseNulls(from: TableModel, to: TableModel, origins: Origins, context: CompileContext): Promise<void> {
  for (const { name } of columnsWithoutValue(from, to, origins)) {
    const source = origins.kept.get(name);
    const isNew = source === undefined;
    const condition = isNew ? '' : ` WHERE ${quote(source)} IS NULL`;
    const [row] = await context.query(`SELECT count(*) AS "count" FROM ${quote(from.name)}${condition}`);
    const count = Number(row?.['count'] ?? 0);
    if (count > 0) throw new NullValuesError(from.name, name, count, isNew);
  }
}

async function refuseLists(from: TableModel, to: TableModel, origins: Origins, context: CompileContext): Promise<void> {
  for (const column of to.columns) {
    const old = from.columns.find(({ name }) => name === origins.kept.get(column.name));
    if (old === undefined || origins.using.has(column.name) || !isJoined(old, column)) continue;
    const value = `${quote(from.name)}.${quote(old.name)}`;
    await refuseNoJson(from.name, column.name, value, context);
    const [row] = await context.query(
      `SELECT json(${value}) AS "value" FROM ${quote(from.name)} WHERE ${cannotBeJoined(value)} LIMIT 1`,
    );
    if (row !== undefined) throw new SimpleArrayError(from.name, column.name, String(row['value']));
  }
}

/** Refuses a value that is not JSON, which SQLite's own error does not show. It parses more than `json_valid` accepts. */
async function refuseNoJson(table: string, column: string, value: string, context: CompileContext): Promise<void> {
  const rows = quote(table);
  try {
    await context.query(`SELECT count(json_type(${value})) FROM ${rows}`);
  } catch (error) {
    const [row] = await context.query(
      `SELECT ${value} AS "value" FROM ${rows} WHERE typeof(${value}) <> 'blob' AND NOT json_valid(${value}) LIMIT 1`,
    );
    if (row === undefined) throw error;
    throw new SimpleArrayError(table, column, literal(row['value']), false);
  }
}

type Key = UniqueModel | PrimaryKeyModel;

/**
 * Refuses values that cannot be row ids: other columns would keep them. A number of more than 64 bits is real, not an
 * integer.
 */
async function refuseNoIntegers(
  from: TableModel,
  to: TableModel,
  origins: Origins,
  context: CompileContext,
): Promise<void> {
  const alias = rowidAlias(to);
  const value = alias === undefined ? undefined : copiedValue(alias, from, origins);
  if (alias === undefined || value === undefined || rowidAlias(from)?.name === origins.kept.get(alias.name)) return;
  const number = 'CAST("value" AS NUMERIC)';
  const [row] = await context.query(
    `SELECT "value" FROM (SELECT ${value} AS "value" FROM ${quote(from.name)}) WHERE "value" IS NOT NULL ` +
      `AND (${number} <> "value" OR CAST(${number} AS INTEGER) <> ${number} OR typeof("value") = 'blob') LIMIT 1`,
  );
  if (row !== undefined) throw new NoIntegerError(from.name, alias.name, literal(row['value']));
}

/** Whether a key may be violated: it is on copied columns, and it is new or different values may have become equal. */
function mayHaveDuplicates(key: Key, from: TableModel, to: TableModel, origins: Origins): boolean {
  if (key.columnNames.some((name) => valueIn(name, from, to, origins) === undefined)) return false;
  const olds = [...from.uniques, from.primaryKey].map((old) => old && columnsOf(old));
  return !olds.includes(columnsOf(key)) || key.columnNames.some((name) => !keepsValue(name, from, to, origins));
}

function keepsValue(name: string, from: TableModel, to: TableModel, origins: Origins): boolean {
  return valueIn(name, from, to, origins) === quote(name) && collationIn(from, name) === collationIn(to, name);
}

function valueIn(name: string, from: TableModel, to: TableModel, origins: Origins): string | undefined {
  const column = to.columns.find((column) => column.name === name);
  return column && copiedValue(column, from, origins);
}

function columnsOf({ columnNames, columnOptions }: Key): string {
  return JSON.stringify([columnNames, columnOptions]);
}

async function refuseDuplicates(
  key: Key,
  from: TableModel,
  to: TableModel,
  origins: Origins,
  context: CompileContext,
): Promise<void> {
  const columns = key.columnNames.map(quote);
  const values = key.columnNames.map((name) => valueIn(name, from, to, origins) ?? quote(name));
  const compared = key.columnNames.map((name) => {
    const own = /COLLATE \S+/.exec(key.columnOptions?.[name] ?? '')?.[0];
    return `${quote(name)} ${own ?? `COLLATE ${collationIn(to, name)}`}`;
  });
  const copied = values.map((value, index) => `${value} AS ${columns[index]}`).join(', ');
  const [row] = await context.query(
    `SELECT ${columns.join(', ')}, count(*) AS "number of rows" FROM (SELECT ${copied} FROM ${quote(from.name)}) ` +
      `WHERE ${columns.map((column) => `${column} IS NOT NULL`).join(' AND ')} ` +
      `GROUP BY ${compared.join(', ')} HAVING count(*) > 1 LIMIT 1`,
  );
  if (row === undefined) return;
  const isChanged = values.some((value, index) => value !== columns[index]);
  const shown = key.columnNames.map((name) => literal(row[name]));
  throw new DuplicateValuesError(from.name, key.columnNames, shown, Number(row['number of rows']), isChanged);
}

function collationIn({ columns }: TableModel, name: string): string {
  return columns.find((column) => column.name === name)?.collation ?? 'BINARY';
}
