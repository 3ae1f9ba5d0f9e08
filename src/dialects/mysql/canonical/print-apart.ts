import type { QueryRunner } from 'typeorm';
import { partOf } from '../../../schema/parts.js';
import type { ColumnModel, TableModel } from '../../../schema/schema.model.js';
import { isLiteral } from '../../../sql/literals.js';
import { MYSQL_SQL } from '../../../sql/rules.js';
import type { Connection } from '../server.js';
import { type PrintedParts, printTable } from './print.js';

/**
 * The columns and checks of a table that the server cannot create, as far as it can print them one by one: what is wrong, or not there
 * yet, in one of them must not make the others look changed.
 */
export async function printApart(
  table: TableModel,
  runner: QueryRunner,
  connection: Connection,
): Promise<PrintedParts> {
  const print = async (parts: PrintedParts): Promise<PrintedParts> =>
    (await printTable({ ...table, ...parts }, runner, connection)) ?? { columns: [], checks: [] };
  const bare = table.columns.map(bareColumn);
  const plain = table.columns.filter((column) => !hasExpression(column));
  const together = await print({ columns: plain, checks: [] });
  const apart = together.columns.length > 0 ? table.columns.filter(hasExpression) : table.columns;
  const columns = [...together.columns];
  for (const column of apart) {
    const among = bare.map((other) => (other.name === column.name ? column : other));
    const printed = await print({ columns: hasExpression(column) ? among : [column], checks: [] });
    columns.push(...printed.columns.filter(({ name }) => name === column.name));
  }
  const checks = [];
  for (const check of table.checks) checks.push(...(await print({ columns: bare, checks: [check] })).checks);
  return { columns, checks };
}

function hasExpression({ default: value, asExpression, mysql }: ColumnModel): boolean {
  const isLiteralDefault = value === undefined || isLiteral(value, MYSQL_SQL);
  return !isLiteralDefault || asExpression !== undefined || mysql?.onUpdate !== undefined || mysql?.check !== undefined;
}

/** A column of the same name and type, for an expression that reads it. */
function bareColumn({
  name,
  type,
  length,
  precision,
  scale,
  enum: labels,
  collation,
  mysql,
}: ColumnModel): ColumnModel {
  return {
    name,
    type,
    isNullable: true,
    ...(length !== undefined && { length }),
    ...(precision !== undefined && { precision }),
    ...(scale !== undefined && { scale }),
    ...(labels !== undefined && { enum: labels }),
    ...(collation !== undefined && { collation }),
    ...partOf('mysql', { charset: mysql?.charset, unsigned: mysql?.unsigned }),
  };
}
