import type { Statement } from '../../dialect.js';
import { literal, quote, quoteAll } from '../text.js';

type Row = Readonly<Record<string, unknown>>;

/** Rows of one INSERT: enough that their number does not matter, few enough that a statement stays readable. */
const ROWS_PER_STATEMENT = 500;

/**
 * INSERT statements for rows, in their order. A column that a row does not name gets its default, so rows with other
 * columns begin a statement of their own.
 */
export function insertRows(table: string, rows: readonly Row[]): Statement[] {
  return groups(rows).map((group) => ({ sql: insertSql(table, group) }));
}

function groups(rows: readonly Row[]): Row[][] {
  const groups: Row[][] = [];
  for (const row of rows) {
    const group = groups.at(-1);
    const [first] = group ?? [];
    const fits = group && first && group.length < ROWS_PER_STATEMENT && columnsOf(first) === columnsOf(row);
    if (fits && Object.keys(row).length > 0) group.push(row);
    else groups.push([row]);
  }
  return groups;
}

function columnsOf(row: Row): string {
  return JSON.stringify(Object.keys(row));
}

function insertSql(table: string, rows: readonly Row[]): string {
  const columns = Object.keys(rows[0] ?? {});
  if (columns.length === 0) return `INSERT INTO ${quote(table)} DEFAULT VALUES`;
  const values = rows.map((row) => `(${columns.map((column) => literal(row[column])).join(', ')})`);
  return `INSERT INTO ${quote(table)} (${quoteAll(columns)}) VALUES ${values.join(', ')}`;
}
