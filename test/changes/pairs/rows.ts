import type { DataSource } from 'typeorm';
import type { DialectName } from '../change.js';
import { type DrawnColumns, type DrawnSchema, type DrawnTable, hasWideKey } from './drawn-schema.js';
import { KIND, PART } from './entities.js';
import { familyOf } from './families.js';
import { joinedTables, type JoinedTable } from './joined.js';
import { type Names, pathOf } from './names.js';
import { PARENT, relationTo } from './relations.js';
import { sqlFor } from './sql-for.js';

const ROWS = 3;

/** Gives each table three rows, the second with NULL where it is allowed, which refer to each other crosswise. */
export async function insertRows(dataSource: DataSource, schema: DrawnSchema, names: Names): Promise<void> {
  const dialect = dialectOf(dataSource);
  const statements = [
    ...Object.entries(schema).flatMap(([name, drawn]) =>
      Array.from({ length: ROWS }, (_, row) => {
        const id = `${row + 1}`;
        const key = {
          ...(!countsOn(name, schema, dialect) && { id }),
          ...(hasWideKey(name, schema) && { [PART]: id }),
        };
        return insertInto(names.path(name), { ...key, ...valuesOf(drawn, row, names, dialect) });
      }),
    ),
    ...Object.entries(schema).flatMap(([name, drawn]) => relate(names.path(name), drawn, schema)),
    ...joinedTables(dataSource).flatMap(joinRows),
  ];
  for (const sql of statements) await dataSource.query(sqlFor(dialect, sql));
}

/** Adds a row to each table, for which a key that counts on must have a number, and takes it back. */
export async function tryToInsert(dataSource: DataSource, schema: DrawnSchema, names: Names): Promise<void> {
  const inserts = Object.keys(schema).map((name) =>
    insertInto(names.path(name), countsOn(name, schema, dialectOf(dataSource)) ? {} : { id: '100' }),
  );
  const dialect = dialectOf(dataSource);
  const runner = dataSource.createQueryRunner();
  await runner.startTransaction();
  try {
    for (const sql of inserts) await runner.query(sqlFor(dialect, sql));
  } finally {
    await runner.rollbackTransaction();
    await runner.release();
  }
}

/** Whether the key has numbers of its own; on SQLite one of two columns has none. */
function countsOn(name: string, schema: DrawnSchema, dialect: DialectName): boolean {
  return schema[name]!.key !== 'plain' && (dialect !== 'sqlite' || !hasWideKey(name, schema));
}

function dialectOf({ options }: DataSource): DialectName {
  if (options.type === 'mysql' || options.type === 'mariadb') return 'mysql';
  return options.type === 'postgres' ? 'postgres' : 'sqlite';
}

function insertInto(path: string, values: Readonly<Record<string, string>>): string {
  const columns = Object.keys(values).map((column) => `"${column}"`);
  return columns.length === 0
    ? `INSERT INTO ${path} DEFAULT VALUES`
    : `INSERT INTO ${path} (${columns.join(', ')}) VALUES (${Object.values(values).join(', ')})`;
}

function valuesOf(drawn: DrawnTable, row: number, names: Names, dialect: DialectName): Record<string, string> {
  const kinds = Object.keys(drawn.children);
  const kind = kinds[row % (kinds.length + 1)];
  return {
    ...columnValues(drawn.columns, row, dialect, (name) => names.column(name)),
    ...(kind !== undefined && { [KIND]: `'${kind}'`, ...columnValues(drawn.children[kind]!, row, dialect) }),
    ...(drawn.generated === 'plain' && { derived: String(row * 100) }),
  };
}

function columnValues(
  columns: DrawnColumns,
  row: number,
  dialect: DialectName,
  rename = (name: string): string => name,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(columns).map(([name, column]) => [
      rename(name),
      column.nullable && row === 1 ? 'NULL' : familyOf(name).value(row, dialect, column),
    ]),
  );
}

function relate(path: string, { refersTo, tree }: DrawnTable, schema: DrawnSchema): string[] {
  return [
    ...(tree === '' ? [] : [`UPDATE ${path} SET "${PARENT}" = 1 WHERE "id" = 2`]),
    ...refersTo
      .filter(({ target }) => target in schema)
      .map(({ target }) => `UPDATE ${path} SET "${relationTo(target)}" = 4 - "id" WHERE "id" < 3`),
  ];
}

function joinRows({ schema, name, columns }: JoinedTable): string[] {
  const pairs = [
    ['1', '2'],
    ['3', '3'],
  ];
  return pairs.map((ids) =>
    insertInto(pathOf(schema, name), Object.fromEntries(columns.map((column, index) => [column, ids[index]!]))),
  );
}
