import type { ScriptFrames } from '../../dialect.js';
import { type Danger, DROP_GUARD, GUARD_PASSED, guardSql } from '../compile/guard.js';
import { FORGET_FAULTS, NEW_FAULTS, NOTE_NEW_FAULTS, NOTE_OLD_FAULTS } from './foreign-keys.js';
import { needsOf } from './needs.js';
import { SCRIPT_TABLES } from './tables.js';
import { quote, quoteString } from '../text.js';

/** The temporary table of what is being re-created and not complete yet, with the number of rows. */
const UNFINISHED = quote(SCRIPT_TABLES.unfinished);

const BEGIN = 'BEGIN IMMEDIATE';
/** Enforces foreign keys, which a connection may have switched off; the sqlite3 shell has by default. */
const FOREIGN_KEYS_ON = 'PRAGMA foreign_keys = ON';

/**
 * How a script begins and ends a transaction, and what it checks before the commit.
 *
 * Without `-bail` the sqlite3 shell continues after a failed statement, so the script checks before the commit for what
 * must not be committed then, and rolls back. Where nothing is dropped or written, it checks nothing.
 */
export const scriptFrames: ScriptFrames = {
  transaction: (statements) => {
    const { foreignKeys, notes, referring } = needsOf(statements);
    return {
      begin: joined([
        ...when(foreignKeys, ['PRAGMA foreign_keys = OFF']),
        BEGIN,
        ...when(notes, [`CREATE TEMP TABLE ${UNFINISHED} ("name" text, "rows" integer)`]),
        ...when(foreignKeys, NOTE_OLD_FAULTS),
      ]),
      commit: joined([
        ...when(notes, rollBackOn([UNFINISHED_DANGER])),
        ...(foreignKeys ? [NOTE_NEW_FAULTS, ...rollBackOn(NEW_FAULTS), ...FORGET_FAULTS] : referring.map(verifyKeys)),
        ...when(notes, [`DROP TABLE temp.${UNFINISHED}`]),
        'COMMIT',
        ...when(foreignKeys, [FOREIGN_KEYS_ON]),
      ]),
    };
  },
  outside: (statements) => joined(when(needsOf(statements).foreignKeys, [FOREIGN_KEYS_ON])),
};

const UNFINISHED_DANGER: Danger = {
  count: `SELECT count(*) FROM temp.${UNFINISHED}`,
  message: 'a statement failed: nothing was committed',
};

/** Fails when a foreign key of the table refers to columns that are not unique; a new table has no rows to check. */
function verifyKeys(table: string): string {
  return `PRAGMA foreign_key_check(${quote(table)})`;
}

function when(isNeeded: boolean, statements: readonly string[]): readonly string[] {
  return isNeeded ? statements : [];
}

/** Something that must be completed. */
interface Unfinished {
  readonly name: string;
  /** A query for the number of rows beforehand. */
  readonly rows: string;
}

/** Something that a script re-creates. */
interface Recreated extends Unfinished {
  /** The number of its indexes and triggers in the end. */
  readonly objects: number;
}

/**
 * Statements that re-create something, after a guard: the transaction is committed only if everything exists in the end.
 */
export function guardedSql(
  { name, rows, objects }: Recreated,
  guard: readonly string[],
  statements: readonly string[],
): readonly string[] {
  const found =
    `(SELECT count(*) FROM sqlite_master WHERE type IN ('index', 'trigger') AND sql IS NOT NULL ` +
    `AND tbl_name = ${quoteString(name)} COLLATE NOCASE)`;
  const isDone = `"rows" = (${rows}) AND ${found} = ${objects} AND ${GUARD_PASSED}`;
  return [...noted({ name, rows }, [...guard, ...statements], isDone), DROP_GUARD];
}

/** Statements between a record of them and its removal, on the SQL condition `isDone`. An earlier record is not removed. */
export function noted({ name, rows }: Unfinished, statements: readonly string[], isDone: string): readonly string[] {
  return [
    `INSERT INTO temp.${UNFINISHED} SELECT ${quoteString(name)}, (${rows})`,
    ...statements,
    `DELETE FROM temp.${UNFINISHED} WHERE rowid = (SELECT max(rowid) FROM temp.${UNFINISHED}) ` +
      `AND "name" = ${quoteString(name)} AND ${isDone}`,
  ];
}

function rollBackOn(dangers: readonly Danger[]): readonly string[] {
  return [...guardSql(dangers, 'INSERT OR ROLLBACK'), DROP_GUARD];
}

function joined(statements: readonly string[]): string {
  return statements.join(';\n');
}
