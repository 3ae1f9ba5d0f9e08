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
  const { type } = dataSource.options;
  if (type === 'mysql' || type === 'mariadb') return readMysqlRows(dataSource);
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

/** Every value as the server writes it as text, and bytes in hexadecimal digits. */
async function readMysqlRows(dataSource: DataSource): Promise<Rows> {
  const columns = (await dataSource.query(
    `SELECT c.table_name AS \`table\`, c.column_name AS name, c.data_type AS type FROM information_schema.columns c
     JOIN information_schema.tables t ON t.table_schema = c.table_schema AND t.table_name = c.table_name
     WHERE c.table_schema = DATABASE() AND t.table_type = 'BASE TABLE' AND c.table_name NOT LIKE 'migrate_version%'
     ORDER BY c.table_name, c.ordinal_position`,
  )) as { readonly table: string; readonly name: string; readonly type: string }[];
  const lists: Record<string, string[]> = {};
  for (const { table, name, type } of columns) {
    const text = /blob|binary|^bit$/.test(type) ? `HEX(\`${name}\`)` : `CAST(\`${name}\` AS CHAR)`;
    (lists[table] ??= []).push(`${text} AS \`${name}\``);
  }
  const rows: Record<string, readonly TextRow[]> = {};
  for (const [table, list] of Object.entries(lists)) {
    const found = (await dataSource.query(`SELECT ${list.join(', ')} FROM \`${table}\``)) as TextRow[];
    rows[table] = found.map((row) => ({ ...row }));
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
