import type { Statement } from '../writer.js';

type Row = Readonly<Record<string, unknown>>;

/** How a kind of database writes INSERT statements of many rows. */
export interface InsertWriter {
  quote(name: string): string;
  readonly rowsPerStatement: number;
  readonly parametersPerStatement: number;
  /** The value as SQL; one that is sent as a parameter is appended to `parameters`. */
  write(value: unknown, column: string, parameters: unknown[]): string;
  /**
   * Whether DEFAULT may be written as a value. Without that, rows with other columns begin another statement, since a
   * column gets its default only when it is not named.
   */
  readonly writesDefault: boolean;
  /** What follows the name of the table for a row of defaults alone. @default 'DEFAULT VALUES' */
  readonly emptyRow?: string;
}

/**
 * INSERT statements for rows, in their order. A column that a row lacks, or has as `undefined`, gets its default.
 *
 * @param target the table, quoted
 */
export function insertRows(target: string, rows: readonly Row[], writer: InsertWriter): readonly Statement[] {
  const given = rows.map((row) => Object.keys(row).filter((column) => row[column] !== undefined));
  const all = [...new Set(given.flat())];
  const columnsOf = (index: number): readonly string[] => (writer.writesDefault ? all : (given[index] ?? []));
  const statements: Statement[] = [];
  for (let start = 0; start < rows.length;) {
    const columns = columnsOf(start);
    const most = columns.length === 0 ? 1 : sizeOf(columns.length, writer);
    let end = start + 1;
    while (end < rows.length && end - start < most && isSame(columns, columnsOf(end))) end += 1;
    statements.push(insert(target, columns, rows.slice(start, end), writer));
    start = end;
  }
  return statements;
}

function sizeOf(columns: number, { rowsPerStatement, parametersPerStatement }: InsertWriter): number {
  return Math.max(1, Math.min(rowsPerStatement, Math.floor(parametersPerStatement / columns)));
}

function isSame(one: readonly string[], other: readonly string[]): boolean {
  return one === other || (one.length === other.length && one.every((column, place) => column === other[place]));
}

function insert(
  target: string,
  columns: readonly string[],
  rows: readonly Row[],
  { quote, write, emptyRow = 'DEFAULT VALUES' }: InsertWriter,
): Statement {
  if (columns.length === 0) return { sql: `INSERT INTO ${target} ${emptyRow}` };
  const parameters: unknown[] = [];
  const valueOf = (row: Row, column: string): string =>
    row[column] === undefined ? 'DEFAULT' : write(row[column], column, parameters);
  const tuples = rows.map((row) => `(${columns.map((column) => valueOf(row, column)).join(', ')})`);
  const sql = `INSERT INTO ${target} (${columns.map(quote).join(', ')}) VALUES ${tuples.join(', ')}`;
  return parameters.length === 0 ? { sql } : { sql, parameters };
}
