import type { DataSource } from 'typeorm';

/** A row by its columns; every value as text, so that drivers and widths of numbers do not matter. */
export type TextRow = Readonly<Record<string, string | null>>;

/** Rows of every table, by `table` or `schema.table`. */
export type Rows = Readonly<Record<string, readonly TextRow[]>>;

const TABLES = {
  postgres: `SELECT CASE WHEN schemaname <> 'public' THEN schemaname END AS schema, tablename AS name FROM pg_tables
             WHERE schemaname NOT IN ('pg_catalog', 'information_schema') AND tablename NOT LIKE 'migrate_version%'`,
  sqlite: `SELECT NULL AS schema, name FROM sqlite_master
           WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE 'migrate_version%'`,
};

/** All rows of all tables, in an order of their own. */
export async function readRows(dataSource: DataSource): Promise<Rows> {
  const isPostgres = dataSource.options.type === 'postgres';
  const tables = (await dataSource.query(isPostgres ? TABLES.postgres : TABLES.sqlite)) as {
    readonly schema: string | null;
    readonly name: string;
  }[];
  const rows: Record<string, readonly TextRow[]> = {};
  for (const { schema, name } of tables) {
    const path = [...(schema === null ? [] : [schema]), name];
    const quoted = path.map((part) => `"${part.replaceAll('"', '""')}"`).join('.');
    const found = (await dataSource.query(
      isPostgres ? `SELECT to_jsonb(t) AS row FROM ${quoted} t` : `SELECT * FROM ${quoted}`,
    )) as Record<string, unknown>[];
    rows[path.join('.')] = found.map((row) => asText(isPostgres ? (row['row'] as Record<string, unknown>) : row));
  }
  return rows;
}

/** The same in an order that does not depend on the database. */
export function sorted(rows: readonly TextRow[]): readonly string[] {
  return rows.map((row) => JSON.stringify(Object.entries(row).sort(([a], [b]) => (a < b ? -1 : 1)))).sort();
}

function asText(row: Readonly<Record<string, unknown>>): TextRow {
  return Object.fromEntries(
    Object.entries(row).map(([column, value]) => [
      column,
      value === null ? null : typeof value === 'object' ? JSON.stringify(value) : String(value),
    ]),
  );
}
