import { DROP_GUARD, GUARD_PASSED, guardSql } from './guard.js';
import { quote, quoteString } from './text.js';

/** Rows without a parent that the database had before: its old faults must not stop a script. */
const ORPHANS = quote('nestjs_migrate_orphans');
/** What was begun to be made anew and did not come to its end, with the number of its rows. */
const UNFINISHED = quote('nestjs_migrate_unfinished');

/** How a transaction of a script begins. */
export const BEGIN_SCRIPT = joined([
  'PRAGMA foreign_keys = OFF',
  'BEGIN IMMEDIATE',
  `CREATE TEMP TABLE ${UNFINISHED} ("name" text, "rows" integer)`,
  `CREATE TEMP TABLE ${ORPHANS} AS SELECT "table", rowid AS "row", parent FROM pragma_foreign_key_check`,
]);

/**
 * How it ends. The sqlite3 shell goes on behind a statement that failed, unless it is told `-bail`: what must not last then
 * is looked for before the commit, and rolled back.
 */
export const COMMIT_SCRIPT = joined([
  ...rollBackOn(`SELECT count(*) FROM temp.${UNFINISHED}`, 'a statement failed: nothing was committed'),
  ...rollBackOn(newOrphans(), 'rows would be left without a parent: nothing was committed'),
  `DROP TABLE temp.${ORPHANS}`,
  `DROP TABLE temp.${UNFINISHED}`,
  'COMMIT',
  'PRAGMA foreign_keys = ON',
]);

/** Something that a script makes anew. */
interface Remade {
  readonly name: string;
  /** How many rows it has, before and after, in SQL. */
  readonly rows: string;
  /** How many indexes and triggers it has in the end. */
  readonly objects: number;
}

/** Statements that make something anew behind a guard: the transaction lasts only if all is there in the end. */
export function guardedSql(
  { name, rows, objects }: Remade,
  guard: readonly string[],
  statements: readonly string[],
): readonly string[] {
  const found =
    `(SELECT count(*) FROM sqlite_master WHERE type IN ('index', 'trigger') AND sql IS NOT NULL ` +
    `AND tbl_name = ${quoteString(name)} COLLATE NOCASE)`;
  return [
    `INSERT INTO temp.${UNFINISHED} SELECT ${quoteString(name)}, (${rows})`,
    ...guard,
    ...statements,
    `DELETE FROM temp.${UNFINISHED} WHERE "name" = ${quoteString(name)} AND "rows" = (${rows}) ` +
      `AND ${found} = ${objects} AND ${GUARD_PASSED}`,
    DROP_GUARD,
  ];
}

function rollBackOn(count: string, message: string): readonly string[] {
  return [...guardSql([{ count, message }], 'INSERT OR ROLLBACK'), DROP_GUARD];
}

/** As a run looks for them: a table that is gone may be one that has another name now. */
function newOrphans(): string {
  const isSame = (column: string): string =>
    `(old.${column} = now.${column} OR old.${column} NOT IN (SELECT name FROM sqlite_master))`;
  return (
    `SELECT count(*) FROM pragma_foreign_key_check AS now WHERE NOT EXISTS (SELECT 1 FROM temp.${ORPHANS} AS old ` +
    `WHERE old."row" IS now.rowid AND ${isSame('"table"')} AND ${isSame('parent')})`
  );
}

function joined(statements: readonly string[]): string {
  return statements.join(';\n');
}
