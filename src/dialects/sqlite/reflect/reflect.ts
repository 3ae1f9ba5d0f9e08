import type { DataSource, QueryRunner } from 'typeorm';
import {
  emptySchema,
  type ForeignKeyModel,
  type IndexModel,
  type SchemaModel,
  type TableModel,
  type ViewModel,
} from '../../../schema/schema.model.js';
import type { ReflectScope } from '../../dialect.js';
import { withPlainExpressions } from '../canonical/plain-expressions.js';
import { parseIndex, parseViewExpression } from '../parse/index-view.js';
import { ColumnNames } from '../parse/column-names.js';
import { parseTable } from '../parse/table.js';
import { tokenize } from '../parse/tokens.js';

interface CatalogRow {
  readonly type: 'table' | 'index' | 'view';
  readonly name: string;
  /** Name of the table that an index belongs to. */
  readonly table: string;
  readonly sql: string;
}

/**
 * Selects the statements that created the tables, indexes and views; nothing else is read. Not selected are SQLite's own
 * objects, the indexes of constraints (they have no statement), virtual tables and the tables in which those keep their
 * data.
 */
const CATALOG = `
  SELECT type, name, tbl_name AS "table", sql
  FROM sqlite_master
  WHERE type IN ('table', 'index', 'view') AND sql IS NOT NULL AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
    AND tbl_name NOT IN (SELECT name FROM pragma_table_list WHERE schema = 'main' AND type IN ('shadow', 'virtual'))
  ORDER BY rowid`;

/** The results of parsing, by the text of the statement. */
interface Parsed {
  readonly tables: Map<string, TableModel>;
  readonly indices: Map<string, IndexModel>;
  readonly views: Map<string, string>;
}

/**
 * The last results of each data source: a run reads the catalog after every statement, and few definitions change. The
 * key is not the query runner, since several objects may wrap one.
 */
const lastReadings = new WeakMap<DataSource, Parsed>();

/**
 * The schema of a SQLite database, in one query.
 *
 * @throws UnreadableSchemaError for a statement that cannot be parsed.
 */
export async function reflect(runner: QueryRunner, scope: ReflectScope): Promise<SchemaModel> {
  const excluded = new Set(scope.exclude.map(({ name }) => name.toLowerCase()));
  const catalog = (await runner.query(CATALOG)) as CatalogRow[];
  const rows = catalog.filter(({ table }) => !excluded.has(table.toLowerCase()));
  const parsed = parseAll(rows, lastReadings.get(runner.connection));
  lastReadings.set(runner.connection, parsed);
  return {
    ...emptySchema,
    tables: resolveReferences(tablesOf(rows, parsed)),
    views: viewsOf(rows, parsed),
  };
}

function parseAll(rows: readonly CatalogRow[], known: Parsed | undefined): Parsed {
  const parsed: Parsed = { tables: new Map(), indices: new Map(), views: new Map() };
  for (const { type, name, sql } of rows) {
    if (type === 'table') parsed.tables.set(sql, known?.tables.get(sql) ?? parseTable(sql, name));
    else if (type === 'index') parsed.indices.set(sql, known?.indices.get(sql) ?? parseIndex(sql, name));
    else parsed.views.set(sql, known?.views.get(sql) ?? parseViewExpression(sql, name));
  }
  return parsed;
}

function tablesOf(rows: readonly CatalogRow[], parsed: Parsed): TableModel[] {
  const indices = new Map<string, IndexModel[]>();
  for (const { sql, table } of rows) {
    const index = parsed.indices.get(sql);
    if (index === undefined) continue;
    const siblings = indices.get(table);
    if (siblings) siblings.push(index);
    else indices.set(table, [index]);
  }
  return rows.flatMap(({ name, sql }) => {
    const table = parsed.tables.get(sql);
    if (table === undefined) return [];
    const columnNames = new ColumnNames(table.columns);
    return [
      withPlainExpressions({ ...table, indices: (indices.get(name) ?? []).map((index) => columnNames.inKey(index)) }),
    ];
  });
}

/**
 * Gives foreign keys the own spelling of the tables and columns that they refer to, and adds column names that are
 * omitted.
 */
function resolveReferences(tables: readonly TableModel[]): TableModel[] {
  const byName = new Map(tables.map((table) => [table.name.toLowerCase(), table]));
  const resolve = (key: ForeignKeyModel): ForeignKeyModel => {
    const parent = byName.get(key.referencedTableName.toLowerCase());
    if (parent === undefined) return key;
    const columnNames = new ColumnNames(parent.columns);
    const written = key.referencedColumnNames.map((name) => columnNames.of(name));
    return {
      ...key,
      referencedTableName: parent.name,
      referencedColumnNames: written.length > 0 ? written : (parent.primaryKey?.columnNames ?? []),
    };
  };
  return tables.map((table) => ({ ...table, foreignKeys: table.foreignKeys.map(resolve) }));
}

function viewsOf(rows: readonly CatalogRow[], parsed: Parsed): ViewModel[] {
  const names = new Map(rows.filter(({ type }) => type !== 'index').map(({ name }) => [name.toLowerCase(), name]));
  return rows.flatMap(({ name, sql }) => {
    const expression = parsed.views.get(sql);
    if (expression === undefined) return [];
    return [{ name, expression, indices: [], dependsOn: namesIn(expression, names, name) }];
  });
}

/** Tables and views whose names occur in a query. A false hit does no harm: the names only order operations. */
function namesIn(sql: string, names: ReadonlyMap<string, string>, own: string): { name: string }[] {
  const found = new Set<string>();
  for (const token of tokenize(sql)) {
    const name = token.isName ? names.get(token.value.toLowerCase()) : undefined;
    if (name !== undefined && name !== own) found.add(name);
  }
  return [...found].map((name) => ({ name }));
}
