import type { QueryRunner } from 'typeorm';
import type { Dialect } from '../../dialects/dialect.js';
import type { QualifiedName } from '../../schema/schema.model.js';
import { type HistoryRow, HistoryTable } from './history-table.js';
import { withVersionTable } from './version-table.js';

/**
 * Rows of a database's history table; none where there is no such table. Changes nothing, and takes no lock.
 *
 * @param clauses those after FROM, which choose and order the rows
 * @throws VersionTableError when the table cannot be read
 */
export function readHistory(
  runner: QueryRunner,
  dialect: Dialect,
  versionTable: QualifiedName,
  clauses: string,
): Promise<readonly HistoryRow[]> {
  const history = new HistoryTable(dialect, versionTable);
  return withVersionTable(versionTable, dialect, async () =>
    (await history.exists(runner)) ? history.read(runner, clauses) : [],
  );
}
