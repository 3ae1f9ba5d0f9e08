import type { DataSource, QueryRunner } from 'typeorm';
import type { QualifiedName } from '../../schema/schema.model.js';
import type { DialectTenants, VersionsFound } from '../tenants.js';
import { stringLiteral } from './literal.js';
import { identifier, quote } from './names.js';
import { sqlState, sqlStates } from './session/sql-state.js';

/** How many tables are read in one statement: beyond some thousands the server has no stack for it. */
const CHUNK = 500;

/** Errors of a table that somebody has dropped since it was found. */
const DROPPED: readonly (string | undefined)[] = [sqlStates.undefinedTable, sqlStates.undefinedSchema];

/** A schema of each tenant, or a database. */
export const tenants: DialectTenants = {
  serverOf: ({ host = process.env['PGHOST'] ?? 'localhost', port = Number(process.env['PGPORT'] ?? 5432) }) =>
    `${host}:${port}`,
  readingOf: (_options, schema) => ({ options: {}, schema }),
  readVersions,
  openingOf: () => ({}),
  isGone: (error) => sqlState(error) === sqlStates.undefinedDatabase,
  isFull: (error) => sqlState(error) === sqlStates.tooManyConnections,
  keptName: identifier,
  // Also in quotes it is the name of the role.
  reservedSchemas: ['$user'],
  enter: (dataSource: DataSource, schema) => {
    Object.assign(dataSource.options, { schema });
    // TypeORM's own helpers (`getTable`, `addColumn`) look names up in this one, whatever the search path is.
    dataSource.driver.schema = schema;
  },
};

/** A version table, and its place among those asked for. */
interface Asked {
  readonly place: number;
  readonly schema: string;
  readonly name: string;
}

/** Which of the schemas exist, and which of them have the table. */
async function readVersions(runner: QueryRunner, tables: readonly QualifiedName[]): Promise<readonly VersionsFound[]> {
  const answers: VersionsFound[] = [];
  const own = tables.some(({ schema }) => schema === undefined) ? await currentSchema(runner) : '';
  const asked = tables.map(({ schema, name }, place) => ({ place, schema: schema ?? own, name }));
  const present: Asked[] = [];
  for (const [name, of] of byName(asked)) {
    const found = await schemasWith(runner, name);
    for (const table of of) {
      const has = found.get(identifier(table.schema));
      if (has === true) present.push(table);
      else answers[table.place] = has === undefined ? gone(table) : { rows: [] };
    }
  }
  for (let start = 0; start < present.length; start += CHUNK) {
    const chunk = present.slice(start, start + CHUNK);
    for (const [index, answer] of (await readChunk(runner, chunk)).entries()) {
      answers[(chunk[index] as Asked).place] = answer;
    }
  }
  return answers;
}

function byName(asked: readonly Asked[]): ReadonlyMap<string, readonly Asked[]> {
  const names = new Map<string, Asked[]>();
  for (const table of asked) {
    const of = names.get(table.name) ?? [];
    of.push(table);
    names.set(table.name, of);
  }
  return names;
}

function gone({ schema }: Asked): VersionsFound {
  return { gone: `There is no schema "${schema}".` };
}

async function currentSchema(runner: QueryRunner): Promise<string> {
  const [row] = (await runner.query(`SELECT coalesce(current_schema(), 'public') AS schema`)) as [{ schema: string }];
  return row.schema;
}

/**
 * The schemas of a database, and whether each has a relation of that name. The index of pg_class is by name: what asks by schema reads
 * all of it.
 */
async function schemasWith(runner: QueryRunner, name: string): Promise<ReadonlyMap<string, boolean>> {
  const rows = (await runner.query(
    `SELECT n.nspname AS schema, c.relname IS NOT NULL AS has
     FROM pg_catalog.pg_namespace n
     LEFT JOIN pg_catalog.pg_class c ON c.relname = $1 AND c.relnamespace = n.oid AND c.relkind IN ('r', 'p', 'v', 'f')`,
    [identifier(name)],
  )) as { schema: string; has: boolean }[];
  return new Map(rows.map(({ schema, has }) => [schema, has]));
}

/** Reads tables with one statement, or one by one where one of them makes that fail. */
async function readChunk(runner: QueryRunner, chunk: readonly Asked[]): Promise<readonly VersionsFound[]> {
  try {
    return await readTogether(runner, chunk);
  } catch (error) {
    if (sqlState(error) === undefined) throw error;
    if (chunk.length === 1) return [await whyUnread(runner, chunk[0] as Asked, error)];
  }
  const answers: VersionsFound[] = [];
  for (const table of chunk) answers.push(...(await readChunk(runner, [table])));
  return answers;
}

async function readTogether(runner: QueryRunner, chunk: readonly Asked[]): Promise<readonly VersionsFound[]> {
  const selects = chunk.map(
    ({ schema, name }, index) => `SELECT ${index} AS "table", version_num FROM ${quote(schema)}.${quote(name)}`,
  );
  await runner.startTransaction();
  try {
    // To compile such a statement takes far longer than to run it. For the transaction, since a pooler may be between.
    await runner.query('SET LOCAL jit = off');
    const rows = (await runner.query(selects.join(' UNION ALL '))) as { table: number; version_num: unknown }[];
    const found = chunk.map((): string[] => []);
    for (const { table, version_num } of rows) found[table]?.push(String(version_num));
    return found.map((ids) => ({ rows: ids.sort() }));
  } finally {
    // It has only read; in a failed transaction nothing else is possible.
    await runner.rollbackTransaction().catch(() => undefined);
  }
}

/** What the error of a table means that was there a moment ago. */
async function whyUnread(runner: QueryRunner, table: Asked, error: unknown): Promise<VersionsFound> {
  if (!DROPPED.includes(sqlState(error))) return { error };
  const [row] = (await runner.query(
    `SELECT EXISTS (SELECT FROM pg_catalog.pg_namespace WHERE nspname = ${stringLiteral(identifier(table.schema))}) AS exists`,
  )) as [{ exists: boolean }];
  return row.exists ? { rows: [] } : gone(table);
}
