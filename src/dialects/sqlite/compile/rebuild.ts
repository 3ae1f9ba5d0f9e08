import { isScript } from '../../common/is-script.js';
import { emptySchema, type TableModel } from '../../../schema/schema.model.js';
import type { CompileContext } from '../../dialect.js';
import { renameColumnSql } from './alter.js';
import { copyRowsSql, type Origins } from './copy-rows.js';
import { createIndexSql, createTableSql, hasAutoIncrement } from './ddl.js';
import { withPlainExpressions } from '../canonical/plain-expressions.js';
import { isPlainName, isRowidName } from '../reserved.js';
import { guardedTableSql } from '../script/guard.js';
import { quote, quoteString } from '../text.js';
import { writtenTriggers } from './written-triggers.js';

/**
 * The statements that give a table a new definition and keep its rows, in the order that SQLite's manual recommends:
 * create the new table, copy the rows, drop the old table, rename the new one.
 *
 * The session has switched foreign keys off, since dropping the old table would delete the rows that refer to it. The
 * rename uses the legacy rules of ALTER TABLE, under which views, triggers and other tables' foreign keys keep the names as
 * written. Triggers of the table itself are dropped with it, and re-created as they were.
 */
export async function rebuildSql(
  from: TableModel,
  to: TableModel,
  origins: Origins,
  context: CompileContext,
): Promise<readonly string[]> {
  const temporaryName = await freeName(from.name, context);
  const [old, fresh] = [quote(from.name), quote(temporaryName)];
  const copy = copyRowsSql(from, to, temporaryName, origins);
  const triggers = await writtenTriggers(from.name, context);
  const kept = new Set(origins.kept.values());
  const dropsColumns = from.columns.some(({ name }) => !kept.has(name));
  const statements = [
    createTableSql(withPlainExpressions(to), { name: temporaryName }),
    ...(copy === undefined ? [] : [copy]),
    ...(hasAutoIncrement(from) && hasAutoIncrement(to) ? highWaterMarkSql(from.name, temporaryName) : []),
    `DROP TABLE ${old}`,
    'PRAGMA legacy_alter_table = ON',
    `ALTER TABLE ${fresh} RENAME TO ${old}`,
    'PRAGMA legacy_alter_table = OFF',
    ...(await indexesSql(to, context)),
    ...triggers,
    ...(dropsColumns ? verifySql(to) : []),
  ];
  return isScript(context) ? guardedTableSql(from, to, temporaryName, triggers, statements) : statements;
}

/** Copies the high-water mark of AUTOINCREMENT, so that it uses no number twice. */
function highWaterMarkSql(from: string, to: string): readonly string[] {
  return [
    `DELETE FROM sqlite_sequence WHERE name = ${quoteString(to)}`,
    `INSERT INTO sqlite_sequence (name, seq) SELECT ${quoteString(to)}, seq FROM sqlite_sequence WHERE name = ${quoteString(from)}`,
  ];
}

/**
 * A rename of a column to its own name. It changes nothing, but makes SQLite parse every view and trigger and fail with the
 * name of one that uses a dropped column, as its own DROP COLUMN would.
 */
function verifySql(table: TableModel): readonly string[] {
  const names = table.columns.map(({ name }) => name).filter((name) => !isRowidName(name));
  // A quoted name would be quoted wherever a view or a trigger uses it, so a plain one is chosen.
  const plain = names.find(isPlainName);
  if (plain !== undefined) return [`ALTER TABLE ${quote(table.name)} RENAME COLUMN ${plain} TO ${plain}`];
  return names.slice(0, 1).map((name) => renameColumnSql(table.name, name, name));
}

/**
 * The statements of the new table's indexes. One that stays is re-created as it was written, by the actual catalog, since
 * earlier statements of the batch may have renamed its columns.
 */
async function indexesSql(to: TableModel, context: CompileContext): Promise<readonly string[]> {
  const rows = await context.query(
    `SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = ? COLLATE NOCASE`,
    [to.name],
  );
  const written = new Map(rows.map((row) => [row['name'], row['sql']]));
  const { indices } = await context.table(to);
  const kept = new Set(indices.map((index) => createIndexSql(index, to.name)));
  return to.indices.map((index) => {
    const sql = createIndexSql(index, to.name);
    const text = written.get(index.name);
    return kept.has(sql) && typeof text === 'string' ? text : sql;
  });
}

/** A free name for a temporary table. A script knows only the names in its revisions. */
export async function freeName(table: string, context: CompileContext): Promise<string> {
  const { tables, views } = context.offline ? await context.schema() : emptySchema;
  const rows = await context.query(`SELECT name FROM sqlite_master UNION ALL SELECT name FROM sqlite_temp_master`);
  const objects = [...tables, ...tables.flatMap(({ indices }) => indices), ...views, ...rows];
  const taken = new Set(objects.map(({ name }) => String(name).toLowerCase()));
  const base = `temporary_${table}`;
  let name = base;
  for (let count = 2; taken.has(name.toLowerCase()); count++) name = `${base}_${count}`;
  return name;
}
