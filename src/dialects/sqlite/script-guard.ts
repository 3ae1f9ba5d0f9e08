import type { TableModel } from '../../schema/schema.model.js';
import { createTableSql } from './ddl.js';
import { quote, quoteString } from './text.js';

const GUARD = quote('nestjs_migrate_guard');

/** What must not be there, as a number that SQLite counts, and what is said when it is. */
interface Danger {
  readonly count: string;
  readonly message: string;
}

/** Clauses that CREATE TABLE may have any number of, and that a table made anew has only as far as they are known. */
const CLAUSES = ['CHECK', 'UNIQUE', 'REFERENCES', 'COLLATE', 'CONFLICT'] as const;

/**
 * Statements of a script that fail before a table is made anew when it has something that would be gone afterwards. A script
 * cannot look at the database when it is written, so it looks when it runs.
 *
 * @param from the table as the script knows it
 * @param triggers those that are put back afterwards
 */
export function guardTableSql(from: TableModel, triggers: readonly string[]): readonly string[] {
  const lost = (what: string): string => wouldLose(from.name, what);
  return guardSql([
    { count: triggersBeside(from.name, triggers), message: lost('triggers') },
    { count: indexesBeside(from), message: lost('indexes') },
    { count: columnsBeside(from), message: lost('columns') },
    { count: clausesBeside(from), message: lost('constraints or collations') },
    {
      count: 'SELECT foreign_keys FROM pragma_foreign_keys',
      message: `foreign keys are enforced, so that making ${from.name} anew would delete the rows that refer to it: switch them off before BEGIN`,
    },
  ]);
}

/** The same for a view. */
export function guardViewSql(view: string, triggers: readonly string[]): readonly string[] {
  return guardSql([{ count: triggersBeside(view, triggers), message: wouldLose(view, 'triggers') }]);
}

function wouldLose(name: string, what: string): string {
  return `${name} has ${what} that this script would lose: migrate the database itself, without --sql`;
}

/** SQLite can say what it likes in an error only through the name of a constraint. */
function guardSql(dangers: readonly Danger[]): readonly string[] {
  const checks = dangers.map(({ message }, index) => `CONSTRAINT ${quote(message)} CHECK (${column(index)} = 0)`);
  return [
    `CREATE TEMP TABLE ${GUARD} (${[...dangers.map((_, index) => column(index)), ...checks].join(', ')})`,
    `INSERT INTO temp.${GUARD} SELECT ${dangers.map(({ count }) => `(${count})`).join(', ')}`,
    `DROP TABLE temp.${GUARD}`,
  ];
}

function column(index: number): string {
  return `danger${index + 1}`;
}

function triggersBeside(owner: string, known: readonly string[]): string {
  return `${objectsOf('trigger', owner)} AND sql NOT IN (${list(known)})`;
}

function indexesBeside({ name, indices }: TableModel): string {
  const known = indices.map((index) => index.name);
  return `${objectsOf('index', name)} AND sql IS NOT NULL AND name COLLATE NOCASE NOT IN (${list(known)})`;
}

function objectsOf(type: 'trigger' | 'index', owner: string): string {
  return `SELECT count(*) FROM sqlite_master WHERE type = '${type}' AND tbl_name = ${quoteString(owner)} COLLATE NOCASE`;
}

function columnsBeside({ name, columns }: TableModel): string {
  const known = columns.map((column) => column.name);
  return `SELECT count(*) FROM pragma_table_xinfo(${quoteString(name)}) WHERE name COLLATE NOCASE NOT IN (${list(known)})`;
}

/** Constraints need no names, so they are counted by their words: the text of the table is to have no more than ours. */
function clausesBeside(table: TableModel): string {
  const known = createTableSql(table);
  const counts = CLAUSES.map((word) => {
    const expected = known.match(new RegExp(word, 'gi'))?.length ?? 0;
    return `length(sql) - length(replace(upper(sql), '${word}', '')) > ${expected * word.length}`;
  });
  return (
    `SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = ${quoteString(table.name)} COLLATE NOCASE ` +
    `AND (${counts.join(' OR ')})`
  );
}

function list(texts: readonly string[]): string {
  return texts.map(quoteString).join(', ');
}
