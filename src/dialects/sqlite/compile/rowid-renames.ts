import { mentionsColumn } from '../../../sql/columns.js';
import { SQLITE_SQL } from '../../../sql/rules.js';
import type { TableOperation } from '../../../operations/operation.js';
import type { TableModel } from '../../../schema/schema.model.js';
import type { CompileContext } from '../../dialect.js';
import { isRowidName } from '../reserved.js';
import { writtenTriggers } from './written-triggers.js';

/** Whether SQLite refuses a rename, from 3.54 on, in a table with row ids. */
export function isRowidRename(from: string, to: string): boolean {
  return isRowidName(from) || isRowidName(to);
}

/**
 * Whether such renames can be done by copying the rows into a new table: only when views, triggers and other tables'
 * foreign keys do not name the columns, since only SQLite's own rename changes these.
 */
export async function canCopyRowidRenames(
  table: TableModel,
  operations: readonly TableOperation[],
  context: CompileContext,
): Promise<boolean> {
  const names = operations.flatMap((operation) =>
    operation.kind === 'renameColumn' && isRowidRename(operation.from, operation.to)
      ? [operation.from, operation.to]
      : [],
  );
  if (names.length === 0) return false;
  const { tables, views } = await context.schema();
  const isReferred = tables
    .filter(({ name }) => name !== table.name)
    .flatMap(({ foreignKeys }) => foreignKeys)
    .filter(({ referencedTableName }) => referencedTableName === table.name)
    .some(({ referencedColumnNames }) => referencedColumnNames.some((name) => names.includes(name)));
  if (isReferred) return false;
  const others = await context.query(`SELECT sql FROM sqlite_master WHERE type = 'trigger'`);
  const texts = [
    ...views.map(({ expression }) => expression),
    ...(await writtenTriggers(table.name, context)),
    ...others.map(({ sql }) => String(sql)),
  ];
  return !texts.some((sql) => names.some((name) => mentionsColumn(sql, name, SQLITE_SQL)));
}
