import type { Danger } from '../compile/guard.js';
import { SCRIPT_TABLES } from './tables.js';
import { quote } from '../text.js';

/** The temporary table of rows that had no parent before the script: old violations must not prevent it. */
const ORPHANS = quote(SCRIPT_TABLES.orphans);
/** The temporary table of tables with a foreign key that SQLite cannot use, before the script and at its end. */
const MISMATCHES = quote(SCRIPT_TABLES.mismatches);

/**
 * Selects the tables with a foreign key to columns that are not a key. One of them makes the check of the whole database
 * fail, and a script cannot handle the error, so they are found beforehand by SQLite's own rules.
 */
const MISMATCHED_TABLES = `WITH keys AS (
  SELECT child.name AS child, key.id AS id, key."table" AS parent, count(*) AS size, max(key."to") AS "to"
  FROM sqlite_master AS child JOIN pragma_foreign_key_list(child.name) AS key
  WHERE child.type = 'table' GROUP BY child.name, key.id)
SELECT DISTINCT child FROM keys
WHERE EXISTS (SELECT 1 FROM sqlite_master WHERE type IN ('table', 'view') AND name = parent COLLATE NOCASE)
  AND NOT EXISTS (SELECT 1 FROM pragma_table_info(parent) AS c
    WHERE size = 1 AND c.pk = 1 AND c.type = 'integer' COLLATE NOCASE AND ("to" IS NULL OR "to" = c.name COLLATE NOCASE)
      AND NOT EXISTS (SELECT 1 FROM pragma_table_info(parent) WHERE pk > 1)
      AND NOT EXISTS (SELECT 1 FROM pragma_index_list(parent) WHERE origin = 'pk'))
  AND NOT EXISTS (SELECT 1 FROM pragma_index_list(parent) AS i
    WHERE i."unique" AND NOT i.partial AND size = (SELECT count(*) FROM pragma_index_info(i.name))
      AND iif("to" IS NULL, i.origin = 'pk', size = (SELECT count(*) FROM pragma_index_info(i.name) AS c
        JOIN pragma_foreign_key_list(child) AS k ON k."to" = c.name COLLATE NOCASE WHERE k.id = keys.id)))`;

/** Statements that record the violations of foreign keys before the script. */
export const NOTE_OLD_FAULTS: readonly string[] = [
  `CREATE TEMP TABLE ${MISMATCHES} ("table" text, "isNew" integer DEFAULT 0)`,
  `INSERT INTO temp.${MISMATCHES} ("table") ${MISMATCHED_TABLES}`,
  `CREATE TEMP TABLE ${ORPHANS} AS SELECT found."table", found.rowid AS "row", found.parent FROM ${orphans(0)}`,
];

/** Records the unusable foreign keys at the end, before `NEW_FAULTS` are counted. */
export const NOTE_NEW_FAULTS = `INSERT INTO temp.${MISMATCHES} ("table", "isNew") SELECT child, 1 FROM (${MISMATCHED_TABLES})`;

/** The new violations of foreign keys, by the rules of an online run: a missing table may be one that was renamed. */
export const NEW_FAULTS: readonly Danger[] = [
  {
    count: `SELECT count(*) FROM temp.${MISMATCHES} AS now WHERE now."isNew" AND NOT EXISTS (
  SELECT 1 FROM temp.${MISMATCHES} AS old WHERE NOT old."isNew" AND ${isSame('"table"')})`,
    message: 'a foreign key would refer to columns that are not unique: nothing was committed',
  },
  {
    count: `SELECT count(*) FROM (SELECT found."table", found.rowid AS "row", found.parent FROM ${orphans(1)}) AS now
WHERE NOT EXISTS (SELECT 1 FROM temp.${ORPHANS} AS old
  WHERE old."row" IS now."row" AND ${isSame('"table"')} AND ${isSame('parent')})`,
    message: 'rows would be left without a parent: nothing was committed',
  },
];

export const FORGET_FAULTS: readonly string[] = [`DROP TABLE temp.${ORPHANS}`, `DROP TABLE temp.${MISMATCHES}`];

/** The rows without a parent in tables that can be checked; EXCEPT makes SQLite exclude the others first. */
function orphans(isNew: 0 | 1): string {
  return `(SELECT name FROM sqlite_master WHERE type = 'table' EXCEPT SELECT "table" FROM temp.${MISMATCHES} WHERE "isNew" = ${isNew}) AS t
  CROSS JOIN pragma_foreign_key_check(t.name) AS found`;
}

function isSame(column: string): string {
  return `(old.${column} = now.${column} OR old.${column} NOT IN (SELECT name FROM sqlite_master))`;
}
