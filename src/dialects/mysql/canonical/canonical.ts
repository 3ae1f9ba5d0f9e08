import type { QueryRunner } from 'typeorm';
import { isSameData, withActualTables } from '../../../schema/same-data.js';
import {
  type CheckModel,
  type ColumnModel,
  qualifiedKey,
  type SchemaModel,
  type TableModel,
} from '../../../schema/schema.model.js';
import { type DatabaseRow, databasesQuery } from '../reflect/queries.js';
import { type Connection, inPinnedWords } from '../server.js';
import { withoutLoss } from './four-bytes.js';
import { withKeyOrder } from './key-order.js';
import { plainTable, withHandMade } from './plain.js';
import { spelledAs } from './spelled-as.js';
import { printApart } from './print-apart.js';
import { printTable, type PrintedParts } from './print.js';
import { printViews } from './views.js';

/**
 * The canonical form of the wanted schema: as the server would print it.
 *
 * 1. What is known of the server's forms is applied (`plainTable`), and what the catalog has in the same spelling is taken from
 *    there.
 * 2. A table whose columns or checks still differ is created as a temporary one, which commits nothing, and read. Where
 *    the server cannot create it, its columns and checks are printed one by one, and what is wrong stays as it is written.
 * 3. Views are created under another name and read.
 *
 * @throws UnsupportedServerError, MissingPrivilegeError
 */
export async function canonical(wanted: SchemaModel, actual: SchemaModel, runner: QueryRunner): Promise<SchemaModel> {
  return inPinnedWords(runner, async (connection) => {
    const collations = await collationsOf(wanted.schemas, runner);
    const byKey = new Map(actual.tables.map((table) => [qualifiedKey(table), table]));
    const tables: TableModel[] = [];
    for (const table of wanted.tables) {
      const found = byKey.get(qualifiedKey(table));
      const collation = collations.get(table.schema ?? '') ?? connection.collation;
      const place = { ...connection, collation };
      tables.push(await canonicalTable(plainTable(table, found, place), found, runner, place));
    }
    const views = await printViews(wanted, actual, runner, connection);
    return withActualTables(
      { ...wanted, tables: withKeyOrder(tables, byKey), views, enums: [], sequences: [], extensions: [] },
      actual,
    );
  });
}

/** The collations that new tables in other databases get. */
async function collationsOf(databases: readonly string[], runner: QueryRunner): Promise<ReadonlyMap<string, string>> {
  if (databases.length === 0) return new Map();
  const { sql, parameters } = databasesQuery(databases);
  const rows = (await runner.query(sql, [...parameters])) as DatabaseRow[];
  return new Map(rows.map(({ name, collation }) => [name, collation]));
}

async function canonicalTable(
  plain: TableModel,
  actual: TableModel | undefined,
  runner: QueryRunner,
  connection: Connection,
): Promise<TableModel> {
  const settled = { ...plain, checks: plain.checks.map((check) => settledCheck(check, actual)) };
  if (actual !== undefined && isPrintedAlike(settled, actual)) return settled;
  const printed = (await printTable(settled, runner, connection)) ?? (await printApart(settled, runner, connection));
  return withPrinted(settled, printed, actual);
}

function settledCheck(check: CheckModel, actual: TableModel | undefined): CheckModel {
  const namesake = actual?.checks.find(({ name }) => name === check.name);
  return { ...check, expression: spelledAs(namesake?.expression, check.expression) };
}

/** Whether nothing is left that the server may print in another way. */
function isPrintedAlike(wanted: TableModel, actual: TableModel): boolean {
  const columns = new Map(actual.columns.map((column) => [column.name, column]));
  const checks = new Map(actual.checks.map((check) => [check.name, check]));
  return (
    wanted.columns.every(({ textKind: _kind, ...column }) => isSameData(column, columns.get(column.name))) &&
    wanted.checks.every((check) => isSameData(check, checks.get(check.name)))
  );
}

function withPrinted(table: TableModel, printed: PrintedParts, actual: TableModel | undefined): TableModel {
  const columns = new Map(printed.columns.map((column) => [column.name, column]));
  const checks = new Map(printed.checks.map((check) => [check.name, check]));
  return {
    ...table,
    columns: table.columns.map((column) => {
      const found = columns.get(column.name);
      const counterpart = actual?.columns.find(({ name }) => name === column.name);
      return found === undefined ? column : printedColumn(column, found, counterpart);
    }),
    checks: table.checks.map((check) => {
      const found = checks.get(check.name ?? '');
      return found === undefined ? check : { ...check, expression: found.expression };
    }),
  };
}

/** A printed column, with what is in the wanted one alone. */
function printedColumn(wanted: ColumnModel, printed: ColumnModel, actual: ColumnModel | undefined): ColumnModel {
  const column: ColumnModel = {
    ...printed,
    ...(wanted.textKind && { textKind: wanted.textKind }),
    ...(wanted.generationStrategy && { generationStrategy: wanted.generationStrategy }),
  };
  return withHandMade(withoutLoss(column, wanted, actual), actual);
}
