import { emptySchema, type TableModel } from '../../../schema/schema.model.js';
import type { CompileContext } from '../../dialect.js';
import { renameColumnSql } from './alter.js';
import { copyRowsSql, type Origins } from './copy-rows.js';
import { createIndexSql, createTableSql, hasAutoIncrement } from './ddl.js';
import { withPlainTexts } from '../canonical/plain-texts.js';
import { isPlainName, isRowidName } from '../reserved.js';
import { guardedTableSql } from '../script/guard.js';
import { quote, quoteString } from '../text.js';
import { writtenTriggers } from './written-triggers.js';

/**
 * The statements that give a table a new definition and keep its rows, in the order that SQLite's manual calls safe:
 * new table, copy, drop the old one, rename.
 *
 * Foreign keys are off (the session sees to it): dropping the old table would delete the rows that refer to it. While the
 * new table gets its name SQLite follows its old rules, under which views, triggers and other tables' keys keep the name
 * they are written with. Triggers of the table itself go with it, and are put back as they were.
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
    createTableSql(withPlainTexts(to), { name: temporaryName }),
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
  return context.offline ? guardedTableSql(from, to, temporaryName, triggers, statements) : statements;
}

/** AUTOINCREMENT must not give a number again, so what it remembers goes over to the new table. */
function highWaterMarkSql(from: string, to: string): readonly string[] {
  return [
    `DELETE FROM sqlite_sequence WHERE name = ${quoteString(to)}`,
    `INSERT INTO sqlite_sequence (name, seq) SELECT ${quoteString(to)}, seq FROM sqlite_sequence WHERE name = ${quoteString(from)}`,
  ];
}

/**
 * A rename of a column to its own name. It changes nothing, but SQLite looks at every view and trigger with it and fails
 * with the name of one that uses a dropped column, as its own DROP COLUMN would.
 */
function verifySql(table: TableModel): readonly string[] {
  const names = table.columns.map(({ name }) => name).filter((name) => !isRowidName(name));
  // In quotes, the name would be put in quotes wherever a view or a trigger uses it.
  const plain = names.find(isPlainName);
  if (plain !== undefined) return [`ALTER TABLE ${quote(table.name)} RENAME COLUMN ${plain} TO ${plain}`];
  return names.slice(0, 1).map((name) => renameColumnSql(table.name, name, name));
}

/**
 * The indexes of the new table: one that stays is put back as it was written, by whoever made it. What counts is the
 * database as it is now, since earlier statements of the same batch may rename what an index is over.
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

/** A name that nothing has yet, for a table that is to have another one soon. A script knows those of the revisions alone. */
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
