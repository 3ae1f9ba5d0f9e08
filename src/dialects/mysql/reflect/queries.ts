import type { Server } from '../server.js';

/** The name of a view that is created to see how it is printed; it is no part of a schema. */
export const PROBE_VIEW = 'nestjs_migrate_probe_view';

/** Which rows of information_schema to read: of these databases, and only of these tables where they are given. */
export interface RowScope {
  readonly databases: readonly string[];
  readonly tables?: readonly string[];
}

/** A query of information_schema with its parameters. */
export interface CatalogQuery {
  readonly sql: string;
  readonly parameters: readonly string[];
}

export interface DatabaseRow {
  readonly name: string;
  /** The collation that new tables in it get. */
  readonly collation: string;
}

export interface TableRow {
  readonly database: string;
  readonly name: string;
  /** `BASE TABLE`, `SYSTEM VERSIONED`, `VIEW`, `SEQUENCE`. */
  readonly kind: string;
  readonly engine: string | null;
  readonly collation: string | null;
  readonly comment: string;
}

/** A column as information_schema has it, or as SHOW FULL COLUMNS and SHOW CREATE TABLE print it. */
export interface ColumnRow {
  readonly name: string;
  /** `int(10) unsigned`, `enum('a','b')`. */
  readonly type: string;
  readonly nullable: 'YES' | 'NO';
  readonly default: string | null;
  /** `auto_increment`, `STORED GENERATED, INVISIBLE`, `on update current_timestamp(6)`. */
  readonly extra: string;
  readonly expression: string | null;
  readonly collation: string | null;
  readonly comment: string;
}

export interface IndexRow {
  readonly name: string;
  readonly nonUnique: number;
  /** Null for an expression. */
  readonly column: string | null;
  /** Characters of a prefix. */
  readonly prefix: number | null;
  readonly direction: 'A' | 'D' | null;
  /** `BTREE`, `HASH`, `FULLTEXT`, `SPATIAL`. */
  readonly type: string;
  readonly expression: string | null;
}

export interface KeyRow {
  readonly name: string;
  readonly column: string;
  readonly referencedDatabase: string;
  readonly referencedTable: string;
  readonly referencedColumn: string;
}

export interface ActionRow {
  readonly name: string;
  readonly onUpdate: string;
  readonly onDelete: string;
}

export interface CheckRow {
  readonly name: string;
  readonly clause: string;
  /** Whether it is in the definition of a column. */
  readonly isOfColumn: number;
}

export interface ViewRow {
  readonly database: string;
  readonly name: string;
  readonly definition: string;
}

/** A row of something that belongs to a table. */
export type OfTable<T> = T & { readonly database: string; readonly table: string };

// MySQL gives the columns of information_schema names in capitals whatever the query writes, so each has an alias.

export function tablesQuery(scope: RowScope): CatalogQuery {
  return query(
    scope,
    (within) => `SELECT table_schema AS \`database\`, table_name AS name, table_type AS kind, engine AS engine,
      table_collation AS collation, table_comment AS comment
    FROM information_schema.tables WHERE ${within('table_schema')} ORDER BY table_schema, table_name`,
  );
}

export function columnsQuery(scope: RowScope): CatalogQuery {
  return query(
    scope,
    (within) => `SELECT table_schema AS \`database\`, table_name AS \`table\`, column_name AS name, column_type AS type,
      is_nullable AS nullable, column_default AS \`default\`, extra AS extra, generation_expression AS expression,
      collation_name AS collation, column_comment AS comment
    FROM information_schema.columns WHERE ${within('table_schema')} ORDER BY table_schema, table_name, ordinal_position`,
  );
}

export function indexesQuery(scope: RowScope, { isMariaDb }: Server): CatalogQuery {
  return query(
    scope,
    (
      within,
    ) => `SELECT table_schema AS \`database\`, table_name AS \`table\`, index_name AS name, non_unique AS nonUnique,
      column_name AS \`column\`, sub_part AS prefix, collation AS direction, index_type AS type,
      ${isMariaDb ? 'NULL' : 'expression'} AS expression
    FROM information_schema.statistics WHERE ${within('table_schema')}
    ORDER BY table_schema, table_name, index_name, seq_in_index`,
  );
}

/** Joined with their actions on the server, they take it ten times as long. */
export function keysQuery(scope: RowScope): CatalogQuery {
  return query(
    scope,
    (within) => `SELECT table_schema AS \`database\`, table_name AS \`table\`, constraint_name AS name,
      column_name AS \`column\`, referenced_table_schema AS referencedDatabase, referenced_table_name AS referencedTable,
      referenced_column_name AS referencedColumn
    FROM information_schema.key_column_usage WHERE ${within('table_schema')} AND referenced_table_name IS NOT NULL
    ORDER BY table_schema, table_name, constraint_name, ordinal_position`,
  );
}

export function actionsQuery(scope: RowScope): CatalogQuery {
  return query(
    scope,
    (within) => `SELECT constraint_schema AS \`database\`, table_name AS \`table\`, constraint_name AS name,
      update_rule AS onUpdate, delete_rule AS onDelete
    FROM information_schema.referential_constraints WHERE ${within('constraint_schema')}`,
  );
}

/** MySQL's table of checks has neither the table nor the level, since it has none in columns. */
export function checksQuery(scope: RowScope, { isMariaDb }: Server): CatalogQuery {
  return query(scope, (within) =>
    isMariaDb
      ? `SELECT constraint_schema AS \`database\`, table_name AS \`table\`, constraint_name AS name, check_clause AS clause,
          level = 'Column' AS isOfColumn
        FROM information_schema.check_constraints WHERE ${within('constraint_schema')}
        ORDER BY constraint_schema, table_name, constraint_name`
      : `SELECT t.table_schema AS \`database\`, t.table_name AS \`table\`, t.constraint_name AS name, c.check_clause AS clause,
          0 AS isOfColumn
        FROM information_schema.table_constraints t JOIN information_schema.check_constraints c
          ON c.constraint_schema = t.constraint_schema AND c.constraint_name = t.constraint_name
        WHERE ${within('t.table_schema', 't.table_name')} AND t.constraint_type = 'CHECK'
        ORDER BY t.table_schema, t.table_name, t.constraint_name`,
  );
}

export function viewsQuery(scope: RowScope): CatalogQuery {
  return query(
    scope,
    (within) => `SELECT table_schema AS \`database\`, table_name AS name, view_definition AS definition
    FROM information_schema.views WHERE ${within('table_schema')} ORDER BY table_schema, table_name`,
  );
}

export function databasesQuery(names: readonly string[]): CatalogQuery {
  return query(
    { databases: names },
    (within) =>
      `SELECT schema_name AS name, default_collation_name AS collation FROM information_schema.schemata WHERE ${within('schema_name')} ORDER BY 1`,
  );
}

function query(
  { databases, tables }: RowScope,
  write: (within: (databaseColumn: string, tableColumn?: string) => string) => string,
): CatalogQuery {
  const isIn = (column: string, values: readonly string[]): string =>
    // Without an equality on the database the server opens every table of every database.
    `${column} IN (${values.map(() => '?').join(', ')})`;
  const within = (databaseColumn: string, tableColumn = 'table_name'): string =>
    isIn(databaseColumn, databases) + (tables === undefined ? '' : ` AND ${isIn(tableColumn, tables)}`);
  return { sql: write(within), parameters: [...databases, ...(tables ?? [])] };
}
