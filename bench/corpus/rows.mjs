/** Rows in the tables of any schema. */
import { createRequire } from 'node:module';
import { loadSource } from './load.mjs';

const require = createRequire(import.meta.url);
export const { readRows } = loadSource(require.resolve('../../test/changes/rows.ts'));

const COLUMNS = {
  postgres: `SELECT CASE WHEN n.nspname <> 'public' THEN n.nspname END AS schema, c.relname AS "table", a.attname AS name,
      format_type(a.atttypid, a.atttypmod) AS type, 
      (SELECT enumlabel FROM pg_enum WHERE enumtypid = a.atttypid ORDER BY enumsortorder LIMIT 1) AS label
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
      AND n.nspname !~ '^pg_|^information_schema$' AND c.relname !~ '^(migrate_version|typeorm_metadata)'
      AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')`,
  sqlite: `SELECT NULL AS schema, m.name AS "table", c.name, lower(c.type) AS type, NULL AS label
    FROM sqlite_master m, pragma_table_xinfo(m.name) c
    WHERE m.type = 'table' AND c.hidden = 0 AND m.name NOT LIKE 'sqlite_%' AND m.name NOT LIKE 'migrate_version%'
      AND m.name <> 'typeorm_metadata'`,
};

/** The columns of a database that take values. */
export function columnsOf(dataSource) {
  return dataSource.query(dataSource.options.type === 'postgres' ? COLUMNS.postgres : COLUMNS.sqlite);
}

/** Puts two rows into each table that takes them; resolves to how many there are. */
export async function insertRows(dataSource) {
  const tables = new Map();
  for (const column of await columnsOf(dataSource)) {
    const path = pathOf({ schema: column.schema, name: column.table });
    tables.set(path, [...(tables.get(path) ?? []), { ...column, values: valuesOf(dataSource, column) }]);
  }
  return unchecked(dataSource, async (runner) => {
    let inserted = 0;
    for (const [path, columns] of tables)
      for (const row of [1, 2]) inserted += await insertRow(runner, path, columns, row);
    return inserted;
  });
}

/** Deletes the rows of tables, whatever refers to them. */
export function emptyTables(dataSource, tables) {
  return unchecked(dataSource, async (runner) => {
    for (const table of tables) await runner.query(`DELETE FROM ${pathOf(table)}`);
  });
}

/** Lets `work` use a connection that checks no foreign keys: the order of tables does not matter there. */
async function unchecked(dataSource, work) {
  const [off, on] = UNCHECKED[dataSource.options.type === 'postgres' ? 'postgres' : 'sqlite'];
  const runner = dataSource.createQueryRunner();
  await runner.query(off);
  try {
    return await work(runner);
  } finally {
    await runner.query(on);
    await runner.release();
  }
}

const UNCHECKED = {
  postgres: ['SET session_replication_role = replica', 'SET session_replication_role = origin'],
  sqlite: ['PRAGMA foreign_keys = OFF', 'PRAGMA foreign_keys = ON'],
};

function pathOf({ schema, name }) {
  return [schema, name].filter(Boolean).map(quoted).join('.');
}

/** A row that a check or an unknown type does not take is left out. */
async function insertRow(runner, path, columns, row) {
  const names = columns.map(({ name }) => quoted(name)).join(', ');
  const values = columns.map((column) => column.values?.[0] ?? literalOf(column, row)).join(', ');
  const overriding = runner.connection.options.type === 'postgres' ? 'OVERRIDING SYSTEM VALUE ' : '';
  try {
    await runner.query(`INSERT INTO ${path} (${names}) ${overriding}VALUES (${values})`);
    return 1;
  } catch {
    return 0;
  }
}

/** The values that a column is restricted to. */
function valuesOf(dataSource, { table, name, label }) {
  if (label !== null) return [quotedText(label)];
  const columns = dataSource.entityMetadatas
    .filter(({ tableName }) => tableName === table)
    .flatMap(({ columns }) => columns);
  return columns.find((column) => column.databaseName === name)?.enum?.map((value) => quotedText(String(value)));
}

const LITERALS = [
  [/\[\]$/, () => `'{}'`],
  [/range/, () => `'empty'`],
  [/bool/, (row) => String(row === 1)],
  [/^interval/, (row) => `'${row} days'`],
  [/^time( |$|\(|tz)/, (row) => `'10:00:0${row}'`],
  [/date|time/, (row) => `'2024-01-0${row}'`],
  [/uuid/, (row) => `'00000000-0000-0000-0000-00000000000${row}'`],
  [/json/, (row) => `'{"n":${row}}'`],
  [/xml/, () => `'<a/>'`],
  [/inet|cidr/, (row) => `'10.0.0.${row}'`],
  [/macaddr8/, (row) => `'08:00:2b:01:02:03:04:0${row}'`],
  [/macaddr/, (row) => `'08:00:2b:01:02:0${row}'`],
  [/^point|^cube/, (row) => `'(1,${row})'`],
  [/^box/, (row) => `'((0,0),(1,${row}))'`],
  [/^bit(?: varying)?(?:\((\d+)\))?/, (_row, [, length = '1']) => `B'${'1'.repeat(Number(length))}'`],
  [/hstore/, (row) => `'a=>${row}'`],
  [/bytea/, (row) => `'\\x0${row}'`],
];

function literalOf({ name, type }, row) {
  // A text that may become a uuid one day.
  if (/id$/i.test(name) && /char|text/.test(type)) return literalOf({ name, type: 'uuid' }, row);
  for (const [pattern, literal] of LITERALS) {
    const match = pattern.exec(type);
    if (match) return literal(row, match);
  }
  return `'${row}'`;
}

function quoted(name) {
  return `"${name.replaceAll('"', '""')}"`;
}

function quotedText(text) {
  return `'${text.replaceAll("'", "''")}'`;
}
