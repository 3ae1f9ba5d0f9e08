/** Reserved words, which are names only in quotes. */
const RESERVED = new Set(
  (
    'add all alter and as autoincrement between case check collate commit constraint create current_date current_time ' +
    'current_timestamp default deferrable delete distinct drop else escape except exists foreign from group having in ' +
    'index insert intersect into is isnull join limit not nothing notnull null on or order primary references returning ' +
    'select set table then to transaction union unique update using values when where'
  ).split(' '),
);

/** Whether a name needs no quotes. */
export function isPlainName(name: string): boolean {
  return /^[a-z_][a-z0-9_]*$/i.test(name) && !RESERVED.has(name.toLowerCase());
}

/** The names of the row id; a column with one of them hides it. */
export const ROWID_NAMES: readonly string[] = ['rowid', '_rowid_', 'oid'];

/** Whether SQLite from 3.54 on may refuse to add, drop or rename a column of this name; it may be in CREATE TABLE. */
export function isRowidName(name: string): boolean {
  return ROWID_NAMES.includes(name.toLowerCase());
}
