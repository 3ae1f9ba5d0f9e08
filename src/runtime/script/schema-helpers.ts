import type { DataSource, QueryRunner } from 'typeorm';
import { type Stack, stackAbove } from '../revision/call-sites.js';

/** The helpers of TypeORM's query runner that drop tables and columns. */
type DropHelpers = Pick<QueryRunner, 'dropTable' | 'dropColumn' | 'dropColumns'>;

/**
 * Helpers that send their one statement which takes data away, and nothing else. TypeORM's own read the table first, so that a plan,
 * which reads nothing, would not know what they drop.
 *
 * @param send receives the statement, and where the helper was called
 */
export function dropHelpers({ driver }: DataSource, send: (sql: string, place: Stack) => Promise<void>): DropHelpers {
  const nameOf = (named: string | { readonly name: string }): string =>
    typeof named === 'string' ? named : named.name;
  const pathOf = (table: Parameters<QueryRunner['dropTable']>[0]): string =>
    nameOf(table)
      .split('.')
      .map((part) => driver.escape(part))
      .join('.');
  const dropTable: QueryRunner['dropTable'] = (table, ifExists) =>
    send(`DROP TABLE ${ifExists === true ? 'IF EXISTS ' : ''}${pathOf(table)}`, stackAbove(dropTable));
  const dropColumn: QueryRunner['dropColumn'] = (table, column) =>
    send(`ALTER TABLE ${pathOf(table)} DROP COLUMN ${driver.escape(nameOf(column))}`, stackAbove(dropColumn));
  const dropColumns = async (
    table: Parameters<QueryRunner['dropColumns']>[0],
    columns: readonly (string | { readonly name: string })[],
  ): Promise<void> => {
    const place = stackAbove(dropColumns);
    for (const column of columns) {
      await send(`ALTER TABLE ${pathOf(table)} DROP COLUMN ${driver.escape(nameOf(column))}`, place);
    }
  };
  return { dropTable, dropColumn, dropColumns };
}
