import type { QueryRunner } from 'typeorm';
import {
  emptySchema,
  type ForeignKeyModel,
  type IndexModel,
  type SchemaModel,
  type TableModel,
  type ViewModel,
} from '../../schema/schema.model.js';
import type { ReflectScope } from '../dialect.js';
import { parseIndex, parseViewExpression } from './parse/index-view.js';
import { parseTable } from './parse/table.js';
import { tokenize } from './parse/tokens.js';

interface CatalogRow {
  readonly type: 'table' | 'index' | 'view';
  readonly name: string;
  /** Name of the table that an index belongs to. */
  readonly table: string;
  readonly sql: string;
}

/**
 * All that is asked of the database: the statements that made it. Left out are SQLite's own objects, the indexes behind
 * constraints (they have no statement), virtual tables and the tables in which those keep their data.
 */
const CATALOG = `
  SELECT type, name, tbl_name AS "table", sql
  FROM sqlite_master
  WHERE type IN ('table', 'index', 'view') AND sql IS NOT NULL AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
    AND tbl_name NOT IN (SELECT name FROM pragma_table_list WHERE schema = 'main' AND type IN ('shadow', 'virtual'))
  ORDER BY rowid`;

/**
 * The schema of a SQLite database, in one query.
 *
 * @throws UnreadableSchemaError for a statement that cannot be parsed.
 */
export async function reflect(runner: QueryRunner, scope: ReflectScope): Promise<SchemaModel> {
  const excluded = new Set(scope.exclude.map(({ name }) => name.toLowerCase()));
  const catalog = (await runner.query(CATALOG)) as CatalogRow[];
  const rows = catalog.filter(({ table }) => !excluded.has(table.toLowerCase()));
  return {
    ...emptySchema,
    tables: resolveReferences(tablesOf(rows)),
    views: viewsOf(rows),
  };
}

function tablesOf(rows: readonly CatalogRow[]): TableModel[] {
  const indices = new Map<string, IndexModel[]>();
  for (const { type, name, table, sql } of rows) {
    if (type === 'index') indices.set(table, [...(indices.get(table) ?? []), parseIndex(sql, name)]);
  }
  return rows
    .filter(({ type }) => type === 'table')
    .map(({ name, sql }) => ({ ...parseTable(sql, name), indices: indices.get(name) ?? [] }));
}

/** Gives the tables and columns that foreign keys refer to the spelling they have, and names where none are written. */
function resolveReferences(tables: readonly TableModel[]): TableModel[] {
  const byName = new Map(tables.map((table) => [table.name.toLowerCase(), table]));
  const resolve = (key: ForeignKeyModel): ForeignKeyModel => {
    const parent = byName.get(key.referencedTableName.toLowerCase());
    if (parent === undefined) return key;
    const spelling = new Map(parent.columns.map(({ name }) => [name.toLowerCase(), name]));
    const written = key.referencedColumnNames.map((name) => spelling.get(name.toLowerCase()) ?? name);
    return {
      ...key,
      referencedTableName: parent.name,
      referencedColumnNames: written.length > 0 ? written : (parent.primaryKey?.columnNames ?? []),
    };
  };
  return tables.map((table) => ({ ...table, foreignKeys: table.foreignKeys.map(resolve) }));
}

function viewsOf(rows: readonly CatalogRow[]): ViewModel[] {
  const names = new Map(rows.filter(({ type }) => type !== 'index').map(({ name }) => [name.toLowerCase(), name]));
  return rows
    .filter(({ type }) => type === 'view')
    .map(({ name, sql }) => {
      const expression = parseViewExpression(sql, name);
      return { name, expression, indices: [], dependsOn: namesIn(expression, names, name) };
    });
}

/** Tables and views whose names stand in a text. One too many does no harm: they only order operations. */
function namesIn(sql: string, names: ReadonlyMap<string, string>, own: string): { name: string }[] {
  const found = new Set<string>();
  for (const token of tokenize(sql)) {
    const name = token.kind === 'word' || token.kind === 'quoted' ? names.get(token.value.toLowerCase()) : undefined;
    if (name !== undefined && name !== own) found.add(name);
  }
  return [...found].map((name) => ({ name }));
}
