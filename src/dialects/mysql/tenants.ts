import type { QueryRunner } from 'typeorm';
import type { QualifiedName } from '../../schema/schema.model.js';
import type { DialectTenants, VersionsFound } from '../tenants.js';
import { errorNumber, errors } from './session/error-codes.js';
import { literal, quote, quoteQualified } from './text.js';

/** How many tables are read in one statement. */
const CHUNK = 200;

/** A database of each tenant: one connection reads those of a server by their qualified names. */
export const tenants: DialectTenants = {
  serverOf: ({ socketPath, host = 'localhost', port = 3306 }) => socketPath ?? `${host}:${port}`,
  // A database that every server has, and every user may use.
  readingOf: ({ database }) => ({ options: { database: 'information_schema' }, schema: database }),
  readVersions,
  openingOf: () => ({}),
  isGone: (error) => errorNumber(error) === errors.unknownDatabase,
  isFull: (error) => errorNumber(error) === errors.tooManyConnections || errorNumber(error) === errors.userLimit,
};

async function readVersions(runner: QueryRunner, tables: readonly QualifiedName[]): Promise<readonly VersionsFound[]> {
  const answers: VersionsFound[] = [];
  for (let start = 0; start < tables.length; start += CHUNK) {
    answers.push(...(await readChunk(runner, tables.slice(start, start + CHUNK))));
  }
  return answers;
}

/** Reads tables with one statement, or one by one where one of them makes that fail. */
async function readChunk(runner: QueryRunner, chunk: readonly QualifiedName[]): Promise<readonly VersionsFound[]> {
  const present = await existing(runner, chunk);
  const isPresent = ({ schema, name }: QualifiedName): boolean => present.has(keyOf(schema, name));
  const selects = chunk.flatMap((table, index) =>
    isPresent(table) ? [`SELECT ${index} AS ${quote('table')}, version_num FROM ${quoteQualified(table)}`] : [],
  );
  const found = chunk.map((): string[] => []);
  try {
    const rows = selects.length === 0 ? [] : await runner.query(selects.join(' UNION ALL '));
    for (const row of rows as { table: number; version_num: unknown }[]) {
      found[Number(row.table)]?.push(String(row.version_num));
    }
  } catch (error) {
    if (errorNumber(error) === undefined) throw error;
    if (chunk.length === 1) return [errorNumber(error) === errors.noTable ? { rows: [] } : { error }];
    const answers: VersionsFound[] = [];
    for (const table of chunk) answers.push(...(await readChunk(runner, [table])));
    return answers;
  }
  const answers: VersionsFound[] = [];
  for (const [index, table] of chunk.entries()) {
    answers.push(isPresent(table) ? { rows: (found[index] ?? []).sort() } : await whyMissing(runner, table));
  }
  return answers;
}

/** The tables that exist, as far as the user may see them. */
async function existing(runner: QueryRunner, chunk: readonly QualifiedName[]): Promise<ReadonlySet<string>> {
  const wanted = chunk.map(({ schema = '', name }) => `(${literal(schema)}, ${literal(name)})`);
  const rows = (await runner.query(
    `SELECT TABLE_SCHEMA AS ${quote('schema')}, TABLE_NAME AS name, @@lower_case_table_names AS folds
     FROM information_schema.TABLES WHERE (TABLE_SCHEMA, TABLE_NAME) IN (${wanted.join(', ')})`,
  )) as { schema: string; name: string; folds: unknown }[];
  const found = new Set(rows.map(({ schema, name }) => keyOf(schema, name)));
  // A server that keeps names in lower case finds them in any.
  const folds = rows.some((row) => Number(row.folds) !== 0);
  if (!folds) return found;
  const lower = new Set([...found].map((key) => key.toLowerCase()));
  return new Set(chunk.map(({ schema, name }) => keyOf(schema, name)).filter((key) => lower.has(key.toLowerCase())));
}

function keyOf(schema: string | undefined, name: string): string {
  return JSON.stringify([schema, name]);
}

/** A database without the table, or none at all; one that the user may not see is neither. */
async function whyMissing(runner: QueryRunner, { schema = '' }: QualifiedName): Promise<VersionsFound> {
  try {
    await runner.query(`SHOW TABLES FROM ${quote(schema)} LIKE ''`);
    return { rows: [] };
  } catch (error) {
    if (errorNumber(error) === undefined) throw error;
    if (errorNumber(error) === errors.unknownDatabase) return { gone: `There is no database "${schema}".` };
    return { error };
  }
}
