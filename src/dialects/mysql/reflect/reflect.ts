import type { QueryRunner } from 'typeorm';
import { withoutOwnSchema } from '../../../schema/without-own-schema.js';
import {
  emptySchema,
  qualifiedKey,
  type QualifiedName,
  type SchemaModel,
  type TableModel,
  type ViewModel,
} from '../../../schema/schema.model.js';
import { MYSQL_SQL } from '../../../sql/rules.js';
import { sourcesIn } from '../../../sql/sources.js';
import type { ReflectScope } from '../../dialect.js';
import { MissingPrivilegeError } from '../errors.js';
import { type Connection, inPinnedWords } from '../server.js';
import { wholeQuery, withFourBytes } from './four-bytes.js';
import {
  actionsQuery,
  type ActionRow,
  type CatalogQuery,
  checksQuery,
  type CheckRow,
  columnsQuery,
  databasesQuery,
  type DatabaseRow,
  type ColumnRow,
  indexesQuery,
  type IndexRow,
  keysQuery,
  PROBE_VIEW,
  type KeyRow,
  type OfTable,
  type RowScope,
  tablesQuery,
  type TableRow,
  viewsQuery,
  type ViewRow,
} from './queries.js';
import { type Naming, namingOf, tableKey } from './naming.js';
import { tableModel } from './table-model.js';

/** Kinds of tables that the model has; a sequence of MariaDB is none. */
const TABLES = ['BASE TABLE', 'SYSTEM VERSIONED'];

/**
 * The schema of the data source's own database and of those of the scope, in a constant number of queries.
 *
 * @throws UnsupportedServerError, MissingPrivilegeError
 */
export async function reflect(runner: QueryRunner, scope: ReflectScope): Promise<SchemaModel> {
  return inPinnedWords(runner, (connection) => reflectPinned(runner, scope, connection));
}

/** The same on a connection whose words are pinned already. */
export async function reflectPinned(
  runner: QueryRunner,
  scope: ReflectScope,
  connection: Connection,
): Promise<SchemaModel> {
  const { database: own } = connection;
  const databases = [...new Set([own, ...scope.schemas])];
  const asked: RowScope = { databases, ...(scope.tables && { tables: scope.tables }) };
  const within = connection.tableNames === 'lower' ? inSmallLetters(asked) : asked;
  if (scope.tables?.length === 0) return emptySchema;
  const excluded = new Set(scope.exclude.map((name) => tableKey(name, connection)));
  const read = async <T>({ sql, parameters }: CatalogQuery): Promise<T[]> =>
    (await runner.query(sql, [...parameters])) as T[];

  const all = await read<TableRow>(tablesQuery(within));
  const naming = namingOf(connection, asked, all);
  const isIncluded = ({ database, name }: Pick<TableRow, 'database' | 'name'>): boolean =>
    name !== PROBE_VIEW && !excluded.has(tableKey(naming(database, name), connection));
  const relations = all.filter(isIncluded);
  const others = await otherDatabases(scope.schemas, own, read);
  const collations = new Map(others.map(({ name, collation }) => [name, collation]));
  const tables = relations.filter(({ kind }) => TABLES.includes(kind));
  const rows = tables.length === 0 ? undefined : await rowsOf(within, connection, read);
  const views = relations.some(({ kind }) => kind === 'VIEW') ? await read<ViewRow>(viewsQuery(within)) : [];
  return {
    ...emptySchema,
    tables: await withFourBytes(
      tables.map((table) => {
        const collation = collations.get(table.database) ?? connection.collation;
        return tableModel(table, rows?.(table) ?? NO_ROWS, { ...connection, collation }, naming);
      }),
      runner,
      connection,
    ),
    views: viewsOf(await wholeViews(views.filter(isIncluded), runner, naming), relations, own, naming),
    schemas: others.map(({ name }) => naming(name, '').schema ?? name),
  };
}

/** The rows of views with the whole text of their queries. */
async function wholeViews(rows: readonly ViewRow[], runner: QueryRunner, naming: Naming): Promise<ViewRow[]> {
  const views: ViewRow[] = [];
  for (const row of rows) {
    const view = naming(row.database, row.name);
    views.push({ ...row, definition: await wholeQuery(view, row.definition, (sql) => runner.query(sql)) });
  }
  return views;
}

function inSmallLetters({ databases, tables }: RowScope): RowScope {
  const lower = (names: readonly string[]): string[] => names.map((name) => name.toLowerCase());
  return { databases: lower(databases), ...(tables && { tables: lower(tables) }) };
}

/** Those of the databases that exist, without the own one. */
async function otherDatabases(
  names: readonly string[],
  own: string,
  read: <T>(query: CatalogQuery) => Promise<T[]>,
): Promise<readonly DatabaseRow[]> {
  const others = names.filter((name) => name !== own);
  return others.length === 0 ? [] : read<DatabaseRow>(databasesQuery(others));
}

const NO_ROWS = { columns: [], indexes: [], keys: [], actions: [], checks: [] };

async function rowsOf(
  within: RowScope,
  connection: Connection,
  read: <T>(query: CatalogQuery) => Promise<T[]>,
): Promise<(table: TableRow) => Parameters<typeof tableModel>[1]> {
  // One connection answers one query at a time.
  const columns = byTable(await read<OfTable<ColumnRow>>(columnsQuery(within)));
  const indexes = byTable(await read<OfTable<IndexRow>>(indexesQuery(within, connection)));
  const keys = byTable(await read<OfTable<KeyRow>>(keysQuery(within)));
  const actions = byTable(await read<OfTable<ActionRow>>(actionsQuery(within)));
  const checks = byTable(await read<OfTable<CheckRow>>(checksQuery(within, connection)));
  return ({ database, name }) => {
    const key = qualifiedKey({ schema: database, name });
    return {
      columns: columns.get(key) ?? [],
      indexes: indexes.get(key) ?? [],
      keys: keys.get(key) ?? [],
      actions: actions.get(key) ?? [],
      checks: checks.get(key) ?? [],
    };
  };
}

function byTable<T>(rows: readonly OfTable<T>[]): ReadonlyMap<string, OfTable<T>[]> {
  const found = new Map<string, OfTable<T>[]>();
  for (const row of rows) {
    const key = qualifiedKey({ schema: row.database, name: row.table });
    const list = found.get(key);
    if (list) list.push(row);
    else found.set(key, [row]);
  }
  return found;
}

/** @throws MissingPrivilegeError when the server does not show the query of a view. */
function viewsOf(rows: readonly ViewRow[], relations: readonly TableRow[], own: string, naming: Naming): ViewModel[] {
  const known = new Set(relations.map(({ database, name }) => qualifiedKey(naming(database, name))));
  return rows.map(({ database, name, definition }) => {
    if (definition === '') throw new MissingPrivilegeError('SHOW VIEW', `to read the view "${name}"`, database);
    const view = naming(database, name);
    const expression = withoutOwnSchema(definition, own, MYSQL_SQL);
    const isOther = (source: QualifiedName): boolean =>
      known.has(qualifiedKey(source)) && qualifiedKey(source) !== qualifiedKey(view);
    const sources = sourcesIn(definition, MYSQL_SQL).map(([first, second]): QualifiedName =>
      second === undefined ? { name: first } : naming(first, second),
    );
    const dependsOn = new Map(sources.filter(isOther).map((source) => [qualifiedKey(source), source]));
    return { ...view, expression, indices: [], dependsOn: [...dependsOn.values()] };
  });
}

/** A table by its name. */
export function tableNamed({ tables }: SchemaModel, name: QualifiedName): TableModel | undefined {
  return tables.find((table) => qualifiedKey(table) === qualifiedKey(name));
}
