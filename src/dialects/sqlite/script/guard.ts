import type { TableModel } from '../../../schema/schema.model.js';
import { createTableSql } from '../compile/ddl.js';
import { type Danger, guardSql } from '../compile/guard.js';
import { guardedSql } from './transaction.js';
import { quote, quoteString } from '../text.js';

/** Keywords of clauses that CREATE TABLE may have several of; a re-created table has only those that the script knows. */
const CLAUSES = ['CHECK', 'UNIQUE', 'REFERENCES', 'COLLATE', 'CONFLICT'] as const;

/**
 * Statements of a script that re-create a table, after one that fails when the table has something that would be lost. A
 * script cannot read the database when it is written, so it checks when it runs.
 *
 * @param from the table as the script knows it
 * @param temporaryName the name of the new table until the old one is dropped
 * @param triggers the triggers that are re-created
 */
export function guardedTableSql(
  from: TableModel,
  to: TableModel,
  temporaryName: string,
  triggers: readonly string[],
  statements: readonly string[],
): readonly string[] {
  const lost = (what: string): string => wouldLose(from.name, what);
  const dangers: readonly Danger[] = [
    {
      count: `SELECT count(*) FROM sqlite_master WHERE name = ${quoteString(temporaryName)} COLLATE NOCASE`,
      message: `${temporaryName} exists, and re-creating ${from.name} needs that name: migrate the database itself, without --sql`,
    },
    { count: otherTriggers(from.name, triggers), message: lost('triggers') },
    { count: otherIndexes(from), message: lost('indexes') },
    { count: otherColumns(from), message: lost('columns') },
    { count: otherClauses(from), message: lost('constraints or collations') },
    {
      count: 'SELECT foreign_keys FROM pragma_foreign_keys',
      message: `foreign keys are enforced, so that re-creating ${from.name} would delete the rows that refer to it: switch them off before BEGIN`,
    },
  ];
  const rows = `SELECT count(*) FROM ${quote(from.name)}`;
  const objects = to.indices.length + triggers.length;
  return guardedSql({ name: from.name, rows, objects }, guardSql(dangers), statements);
}

/** The same for a view. @param left the number of its triggers afterwards; 0 for a view that is dropped for now */
export function guardedViewSql(
  view: string,
  triggers: readonly string[],
  statements: readonly string[],
  left = triggers.length,
): readonly string[] {
  const danger = { count: otherTriggers(view, triggers), message: wouldLose(view, 'triggers') };
  return guardedSql({ name: view, rows: 'SELECT 0', objects: left }, guardSql([danger]), statements);
}

function wouldLose(name: string, what: string): string {
  return `${name} has ${what} that this script would lose: migrate the database itself, without --sql`;
}

function otherTriggers(owner: string, known: readonly string[]): string {
  return `${objectsOf('trigger', owner)} AND sql NOT IN (${list(known)})`;
}

function otherIndexes({ name, indices }: TableModel): string {
  const known = indices.map((index) => index.name);
  return `${objectsOf('index', name)} AND sql IS NOT NULL AND name COLLATE NOCASE NOT IN (${list(known)})`;
}

function objectsOf(type: 'trigger' | 'index', owner: string): string {
  return `SELECT count(*) FROM sqlite_master WHERE type = '${type}' AND tbl_name = ${quoteString(owner)} COLLATE NOCASE`;
}

function otherColumns({ name, columns }: TableModel): string {
  const known = columns.map((column) => column.name);
  return `SELECT count(*) FROM pragma_table_xinfo(${quoteString(name)}) WHERE name COLLATE NOCASE NOT IN (${list(known)})`;
}

/**
 * Counts constraints that the script does not know. They need no names, so their keywords are counted: the table's
 * statement must not have more of them than the script's.
 */
function otherClauses(table: TableModel): string {
  const known = createTableSql(table);
  const counts = CLAUSES.map((word) => {
    const expected = known.match(new RegExp(word, 'gi'))?.length ?? 0;
    return `length(kept) - length(replace(upper(kept), '${word}', '')) > ${expected * word.length}`;
  });
  return `${withoutComments(table.name)} SELECT count(*) FROM code WHERE rest = '' AND (${counts.join(' OR ')})`;
}

/**
 * Selects the statement of a table without its comments: the column `kept` of the row where `rest` is empty. The recursion
 * moves one piece after another from `rest` to `kept`; `ending` is what ends the current name, string or comment.
 */
function withoutComments(table: string): string {
  const [start, character] = ['substr(rest, 1, 2)', 'substr(rest, 1, 1)'];
  const at = 'instr(rest, ending)';
  return `WITH code (rest, ending, kept) AS (
  SELECT sql, '', '' FROM sqlite_master WHERE type = 'table' AND name = ${quoteString(table)} COLLATE NOCASE
  UNION ALL
  SELECT
    CASE WHEN ending <> '' THEN iif(${at} = 0, '', substr(rest, ${at} + length(ending)))
      ELSE substr(rest, iif(${start} IN ('--', '/*'), 3, 2)) END,
    CASE WHEN ending <> '' THEN '' WHEN ${start} = '--' THEN char(10) WHEN ${start} = '/*' THEN '*/'
      WHEN ${character} = '[' THEN ']' WHEN ${character} IN ('''', '"', '\`') THEN ${character} ELSE '' END,
    kept || CASE WHEN ending = '' THEN iif(${start} IN ('--', '/*'), ' ', ${character})
      WHEN ending IN (char(10), '*/') THEN '' ELSE substr(rest, 1, ${at}) END
  FROM code WHERE rest <> '')`;
}

function list(texts: readonly string[]): string {
  return texts.map(quoteString).join(', ');
}
