import type { QueryRunner } from 'typeorm';
import { UnreadableSchemaError } from '../errors.js';
import { emptySchema, type SchemaModel, type TableModel } from '../../../schema/schema.model.js';
import {
  type DatabaseObject,
  type Inventory,
  type InventoryScope,
  type LeftOut,
  type ObjectPlace,
  RANKS,
  type SqlObject,
} from '../../inventory.js';
import { createIndexSql, createTableSql, createViewSql } from '../compile/ddl.js';
import { reflect } from './reflect.js';
import { sameStatement } from '../canonical/same-statement.js';
import { quote } from '../text.js';
import { type Unreadable, unreadableObjects } from './unreadable.js';

interface CatalogRow {
  readonly type: 'table' | 'index' | 'view' | 'trigger';
  readonly name: string;
  /** Name of the table or view that an index or a trigger belongs to. */
  readonly table: string;
  readonly sql: string;
}

/** Selects what users have created: neither SQLite's own tables, nor those in which a virtual table keeps its data. */
const CATALOG = `
  SELECT type, name, tbl_name AS "table", sql
  FROM sqlite_master
  WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
    AND tbl_name NOT IN (SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'shadow')
  ORDER BY rowid`;

/** Numbers in the header of the file that applications may use. */
const PRAGMAS = ['user_version', 'application_id'] as const;

/**
 * Everything that a SQLite database holds.
 *
 * SQLite keeps each statement as written. An object whose statement differs from that of its operation is created by the
 * statement, so that nothing in it is lost.
 */
export async function inventory(runner: QueryRunner, scope: InventoryScope): Promise<Inventory> {
  const catalog = (await runner.query(CATALOG)) as CatalogRow[];
  const excluded = new Set(scope.exclude.map(({ name }) => name.toLowerCase()));
  const unreadable = await unreadableObjects(runner);
  const broken = new Set(unreadable.flatMap((found) => found.rows).map(({ type, name }) => `${type} ${name}`));
  const rows = catalog.filter(
    ({ type, name, table }) => !excluded.has(table.toLowerCase()) && !broken.has(`${type} ${name}`),
  );
  const schema = await readable(() => reflect(runner, scope));
  const indices = rows.filter(({ type }) => type === 'index');
  const objects = rows.flatMap((row) => objectsOf(row, indices, schema));
  return { objects, leftOut: [...unreadable.map(leftOutOf), ...(await pragmas(runner))], absent: [] };
}

/** What cannot be read is left out: a run that creates it in a new database would be refused. */
function leftOutOf({ object, reason }: Unreadable): LeftOut {
  return { description: object, reason: `it cannot be read: ${reason}` };
}

/** The schema, or an empty one when a statement cannot be parsed: then all objects are created by their statements. */
async function readable(read: () => Promise<SchemaModel>): Promise<SchemaModel> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof UnreadableSchemaError) return emptySchema;
    throw error;
  }
}

function objectsOf(row: CatalogRow, indices: readonly CatalogRow[], schema: SchemaModel): readonly DatabaseObject[] {
  switch (row.type) {
    case 'index':
      return [];
    case 'trigger':
      return [sqlObject(row)];
    case 'view': {
      const view = schema.views.find(({ name }) => name === row.name);
      return view !== undefined && sameStatement(row.sql, createViewSql(view))
        ? [{ ...placeOf(row), kind: 'view', view }]
        : [sqlObject(row)];
    }
    case 'table': {
      const own = indices.filter(({ table }) => table.toLowerCase() === row.name.toLowerCase());
      const table = schema.tables.find(({ name }) => name === row.name);
      return table !== undefined && isDescribedBy(table, row.sql)
        ? tableWithIndices(row, table, own)
        : [{ ...sqlObject(row), table: { name: row.name } }, ...own.map(sqlObject)];
    }
  }
}

/** Whether the model of a table compiles to its statement, so that the model loses nothing. */
function isDescribedBy(table: TableModel, sql: string): boolean {
  try {
    return sameStatement(sql, createTableSql(table));
  } catch {
    return false;
  }
}

function tableWithIndices(row: CatalogRow, table: TableModel, own: readonly CatalogRow[]): readonly DatabaseObject[] {
  const isInModel = ({ name, sql }: CatalogRow): boolean => {
    const index = table.indices.find((found) => found.name === name);
    return index !== undefined && sameStatement(sql, createIndexSql(index, table.name));
  };
  const inModel = new Set(own.filter(isInModel).map(({ name }) => name));
  const indices = table.indices.filter(({ name }) => inModel.has(name));
  return [
    { ...placeOf(row), kind: 'table', table: { ...table, indices }, members: [] },
    ...own.filter(({ name }) => !inModel.has(name)).map(sqlObject),
  ];
}

const RANKS_OF: Readonly<Record<CatalogRow['type'], number>> = {
  table: RANKS.table,
  index: RANKS.tablePart,
  view: RANKS.view,
  trigger: RANKS.attached,
};

function placeOf(row: CatalogRow): ObjectPlace {
  const { type, name, table } = row;
  const belongs = type === 'index' || type === 'trigger';
  return {
    id: idOf(name),
    needs: belongs ? [idOf(table)] : [],
    ...(belongs && { partOf: idOf(table) }),
    description: `${type} ${name}`,
    rank: RANKS_OF[type],
  };
}

/** The id of an object: names are unique without regard to case, for all kinds of objects except triggers. */
function idOf(name: string): string {
  return name.toLowerCase();
}

function sqlObject(row: CatalogRow): ObjectPlace & SqlObject {
  const { type, name, sql } = row;
  const place = placeOf(row);
  return {
    ...place,
    id: type === 'trigger' ? `trigger ${place.id}` : place.id,
    kind: 'sql',
    upgrade: [sql],
    downgrade: [`DROP ${type.toUpperCase()} ${quote(name)}`],
  };
}

async function pragmas(runner: QueryRunner): Promise<readonly LeftOut[]> {
  const leftOut: LeftOut[] = [];
  for (const pragma of PRAGMAS) {
    const [row] = (await runner.query(`SELECT ${pragma} AS value FROM pragma_${pragma}`)) as { value: number }[];
    if (row === undefined || row.value === 0) continue;
    leftOut.push({ description: `PRAGMA ${pragma} = ${row.value}`, reason: 'it is a setting of the file' });
  }
  return leftOut;
}
