import type { ScriptFrames } from '../../dialect.js';
import { type Danger, DROP_GUARD, GUARD_PASSED, guardSql } from '../compile/guard.js';
import { FORGET_FAULTS, NEW_FAULTS, NOTE_NEW_FAULTS, NOTE_OLD_FAULTS } from './foreign-keys.js';
import { needsOf } from './needs.js';
import { SCRIPT_TABLES } from './tables.js';
import { quote, quoteString } from '../text.js';

/** What was begun to be made anew and did not come to its end, with the number of its rows. */
const UNFINISHED = quote(SCRIPT_TABLES.unfinished);

const BEGIN = 'BEGIN IMMEDIATE';
/** A connection may have them off, as the sqlite3 shell has. */
const FOREIGN_KEYS_ON = 'PRAGMA foreign_keys = ON';

/**
 * How a script begins and ends a transaction, and what it looks for in between.
 *
 * The sqlite3 shell goes on behind a statement that failed, unless it is given `-bail`: what must not last then is looked
 * for before the commit, and rolled back. Where nothing is dropped or written, there is nothing to look for.
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

/** Fails where a foreign key of the table refers to columns that are not unique. A new table has no rows to look at. */
function verifyKeys(table: string): string {
  return `PRAGMA foreign_key_check(${quote(table)})`;
}

function when(isNeeded: boolean, statements: readonly string[]): readonly string[] {
  return isNeeded ? statements : [];
}

/** Something that must come to its end. */
interface Unfinished {
  readonly name: string;
  /** How many rows there are beforehand, in SQL. */
  readonly rows: string;
}

/** Something that a script makes anew. */
interface Recreated extends Unfinished {
  /** How many indexes and triggers it has in the end. */
  readonly objects: number;
}

/** Statements that make something anew behind a guard: the transaction lasts only if all is there in the end. */
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

/** Statements between a note and its taking back, which `isDone` decides. A note that was left before them stays. */
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
