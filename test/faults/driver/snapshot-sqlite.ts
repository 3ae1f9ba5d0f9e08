import Database from 'better-sqlite3';
import { OWN_TABLES, type Snapshot } from './snapshot.js';

/** Reads a SQLite file. */
export function snapshotOfSqlite(path: string): Snapshot {
  const database = new Database(path);
  const lines = (sql: string): string[] =>
    database
      .prepare(sql)
      .all()
      .map((row) => (row as { readonly line: string }).line);
  try {
    const tables = lines(`SELECT name AS line FROM sqlite_master WHERE type = 'table' ORDER BY name`);
    const own = tables.filter(
      (name) => !name.startsWith(OWN_TABLES) && !name.startsWith('sqlite_') && name !== 'ledger',
    );
    return {
      versions: tables.includes(OWN_TABLES) ? lines(`SELECT version_num AS line FROM ${OWN_TABLES} ORDER BY 1`) : [],
      unfinished: tables.includes(`${OWN_TABLES}_history`)
        ? lines(`SELECT direction || ' ' || revision AS line FROM ${OWN_TABLES}_history WHERE finished_at IS NULL`)
        : [],
      journaled: tables.includes(`${OWN_TABLES}_journal`)
        ? lines(`SELECT DISTINCT direction || ' ' || revision AS line FROM ${OWN_TABLES}_journal`)
        : [],
      // SQLite makes sqlite_sequence for the first table that counts, which may be the history.
      catalog: lines(
        `SELECT sql AS line FROM sqlite_master WHERE sql IS NOT NULL AND tbl_name NOT LIKE '${OWN_TABLES}%'
          AND name <> 'sqlite_sequence' ORDER BY name`,
      ),
      rows: own.flatMap((table) =>
        database
          .prepare(`SELECT * FROM "${table}" ORDER BY 1`)
          .all()
          .map((row) => `${table} ${JSON.stringify(row)}`),
      ),
      ledger: lines('SELECT step AS line FROM ledger ORDER BY 1'),
    };
  } finally {
    database.close();
  }
}
